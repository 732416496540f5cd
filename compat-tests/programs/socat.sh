#!/bin/bash
# SPDX-License-Identifier: MIT
#
# socat - stock socat as server and client, TCP and UDP, with a process for each connection.
. "$(dirname "$0")/../lib.sh"

need socat

t_server()
{
	serve_file "$(scaled 5000000)" \
		socat "TCP-LISTEN:7000,bind=$P_IP,reuseaddr,fork" EXEC:cat
	echoed peer "$P_IP"
}

t_client()
{
	net_up
	random_file "$TMP/in" "$(scaled 5000000)"
	start server peer socat "TCP-LISTEN:7000,bind=$K_IP,reuseaddr,fork" \
		EXEC:cat
	wait_port "$K_IP" 7000
	echoed prog "$K_IP"
}

# Several at a time, each served by a fork of its own.
t_forks()
{
	serve_file "$(scaled 500000)" \
		socat "TCP-LISTEN:7000,reuseaddr,fork" EXEC:cat
	echoed peer "$P_IP" 8
}

t_udp()
{
	net_up
	start server prog socat "UDP-RECVFROM:7000,bind=$P_IP,fork" EXEC:cat
	answered()
	{
		[ "$(echo ping | run peer socat -t "$IXT_SLOW" - "UDP:$P_IP:7000")" = ping ]
	}
	wait_for 8 answered || fail "no answer to a datagram"
}

# TCP to a unix socket and on to TCP: two kinds of fds in one select().
t_relay()
{
	socat "UNIX-LISTEN:$TMP/sock,fork" EXEC:cat &
	PIDS[back]=$!
	wait_for 5 test -S "$TMP/sock" || fail "no unix socket"
	serve_file "$(scaled 2000000)" socat "TCP-LISTEN:7000,reuseaddr,fork" \
		"UNIX-CONNECT:$TMP/sock"
	echoed peer "$P_IP"
}

compat_main "$@" -- server client forks udp relay
