#!/bin/bash
# SPDX-License-Identifier: MIT
#
# ncat - stock ncat as server and as client of Linux's.
. "$(dirname "$0")/../lib.sh"

need ncat

# transfer FROM TO IP: the listener (TO) writes down what comes.
transfer()
{
	net_up
	random_file "$TMP/in" "$(scaled 5000000)"
	start server "$2" ncat --recv-only -l "$3" 7000
	send()
	{
		run "$1" ncat --send-only "$2" 7000 <"$TMP/in" 2>/dev/null
	}
	wait_for 10 send "$1" "$3" || fail "the client never connects"
	finish_ok server 10
	same_sha "$TMP/server.out" "$TMP/in"
}

t_server()
{
	transfer peer prog "$P_IP"
}

t_client()
{
	transfer prog peer "$K_IP"
}

# A program for each connection: the socket becomes its standard streams.
t_exec()
{
	net_up
	start server prog ncat -l -k "$P_IP" 7000 -e /bin/cat
	wait_port "$P_IP" 7000
	# In step: ncat drops what is on its way back when its client half-closes.
	run peer "$PYTHON" -c '
import os, socket, sys
s = socket.create_connection((sys.argv[1], 7000), 10)
f = s.makefile("rb")
for _ in range(100):
	data = os.urandom(10000)
	s.sendall(data)
	assert f.read(len(data)) == data
' "$P_IP" 2>"$TMP/client.err" || fail "$(tail -n 1 "$TMP/client.err")"
}

t_udp()
{
	net_up
	start server prog ncat -u -l "$P_IP" 7000 -e /bin/cat
	answered()
	{
		[ "$(echo ping | run peer socat -t "$IXT_SLOW" - "UDP:$P_IP:7000")" = ping ]
	}
	wait_for 8 answered || fail "no answer to a datagram"
}

compat_main "$@" -- server client exec udp
