#!/bin/bash
# SPDX-License-Identifier: MIT
#
# socat - stock socat as server and client, TCP and UDP, with a process for each connection.
. "$(dirname "$0")/../lib.sh"

need socat

t_server()
{
	net_up
	random_file "$TMP/in" 5000000
	start server prog socat "TCP-LISTEN:7000,bind=$P_IP,reuseaddr,fork" \
		EXEC:cat
	wait_port "$P_IP" 7000
	run peer socat -t 10 - "TCP:$P_IP:7000" <"$TMP/in" >"$TMP/got" ||
		fail "the client ends with status $?"
	same_sha "$TMP/got" "$TMP/in"
}

t_client()
{
	net_up
	random_file "$TMP/in" 5000000
	start server peer socat "TCP-LISTEN:7000,bind=$K_IP,reuseaddr,fork" \
		EXEC:cat
	wait_port "$K_IP" 7000
	run prog socat -t 10 - "TCP:$K_IP:7000" <"$TMP/in" >"$TMP/got" ||
		fail "the client ends with status $?"
	same_sha "$TMP/got" "$TMP/in"
}

# Several at a time, each served by a fork of its own.
t_forks()
{
	local i jobs=()

	net_up
	random_file "$TMP/in" 500000
	start server prog socat "TCP-LISTEN:7000,reuseaddr,fork" EXEC:cat
	wait_port "$P_IP" 7000
	for i in {1..8}; do
		run peer socat -t 10 - "TCP:$P_IP:7000" <"$TMP/in" \
			>"$TMP/got$i" &
		jobs+=($!)
	done
	wait "${jobs[@]}"
	for i in {1..8}; do
		same_sha "$TMP/got$i" "$TMP/in"
	done
}

t_udp()
{
	net_up
	start server prog socat "UDP-RECVFROM:7000,bind=$P_IP,fork" EXEC:cat
	answered()
	{
		[ "$(echo ping | run peer socat -t 1 - "UDP:$P_IP:7000")" = ping ]
	}
	wait_for 8 answered || fail "no answer to a datagram"
}

# TCP to a unix socket and on to TCP: two kinds of fds in one select().
t_relay()
{
	net_up
	random_file "$TMP/in" 2000000
	start back peer socat "UNIX-LISTEN:$TMP/sock,fork" EXEC:cat
	start front prog socat "TCP-LISTEN:7000,reuseaddr,fork" \
		"UNIX-CONNECT:$TMP/sock"
	wait_port "$P_IP" 7000
	run peer socat -t 10 - "TCP:$P_IP:7000" <"$TMP/in" >"$TMP/got"
	same_sha "$TMP/got" "$TMP/in"
}

compat_main "$@" -- server client forks udp relay
