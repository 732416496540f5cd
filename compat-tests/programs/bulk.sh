#!/bin/bash
# SPDX-License-Identifier: MIT
#
# bulk - a gigabyte (less on a slow machine) each way, every byte checked.
. "$(dirname "$0")/../lib.sh"

SIZE=$(scaled $((1 << 30)))

# move VERB SERVER-AT CLIENT-AT IP BYTES
move()
{
	net_up
	start server "$2" "$TOOLS/stream" serve "$4" 7000
	start client "$3" "$TOOLS/stream" "$1" "$4" 7000 "$5"
	finish_ok client 150
	finish_ok server 10
}

t_to_program()
{
	move send prog peer "$P_IP" "$SIZE"
}

t_from_program()
{
	move recv prog peer "$P_IP" "$SIZE"
}

t_both_as_client()
{
	move both peer prog "$K_IP" $((SIZE / 5))
}

LIMIT[to_program]=180 LIMIT[from_program]=180
compat_main "$@" -- to_program from_program both_as_client
