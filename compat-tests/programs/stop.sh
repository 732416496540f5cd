#!/bin/bash
# SPDX-License-Identifier: MIT
#
# stop - a program that is stopped for five seconds keeps its connections.
. "$(dirname "$0")/../lib.sh"

need memcached

STORE='
import socket, sys, time
s = socket.create_connection((sys.argv[1], 11211), 30)
f = s.makefile("rb")
s.sendall(b"set a 0 0 1\r\nx\r\n")
assert f.readline() == b"STORED\r\n"
print("connected", flush=True)
time.sleep(1)
v = b"v" * 200000
s.sendall(b"set b 0 0 %d\r\n%s\r\n" % (len(v), v))
assert f.readline() == b"STORED\r\n"
s.sendall(b"get b\r\n")
assert f.readline().startswith(b"VALUE b")
assert f.read(len(v)) == v
'

t_server()
{
	net_up
	start memcached prog memcached -u nobody -U 0 -t 1 -l "$P_IP"
	wait_port "$P_IP" 11211
	start client peer "$PYTHON" -c "$STORE" "$P_IP"
	wait_for 5 grep -q connected "$TMP/client.out" || fail "no connection"
	kill -STOP "${PIDS[memcached]}"
	sleep 5
	alive "${PIDS[client]}" || { show client; fail "the client gave up"; }
	kill -CONT "${PIDS[memcached]}"
	finish_ok client 15
}

t_transfer()
{
	net_up
	start server peer "$TOOLS/stream" serve "$K_IP" 7000
	start client prog "$TOOLS/stream" both "$K_IP" 7000 "$(scaled 1500000000)"
	sleep 1
	alive "${PIDS[client]}" || { show client; fail "ended too soon"; }
	kill -STOP "${PIDS[client]}"
	sleep 5
	kill -CONT "${PIDS[client]}"
	finish_ok client 90
	finish_ok server 10
}

unsent()
{
	in_ns "$NS_K" ss -Htn dst "$P_IP" dport = 11211 |
		awk '{ n += $3 } END { print n + 0 }'
}

all_taken()
{
	[ "$(unsent)" = 0 ]
}

# It sleeps when it is stopped, so it is the one whom frames would wake. What is
# sent to it is acknowledged nevertheless.
t_asleep()
{
	net_up
	start memcached prog memcached -u nobody -U 0 -t 1 -l "$P_IP"
	wait_port "$P_IP" 11211
	start client peer "$PYTHON" -c '
import os, socket, sys, time
s = socket.create_connection((sys.argv[1], 11211), 60)
print("connected", flush=True)
while not os.path.exists(sys.argv[2]):
	time.sleep(0.05)
v = b"v" * 30000
s.sendall(b"set a 0 0 %d\r\n%s\r\n" % (len(v), v))
print("sent", flush=True)
assert s.makefile("rb").readline() == b"STORED\r\n"' "$P_IP" "$TMP/stopped"
	wait_for 5 grep -q connected "$TMP/client.out" || fail "no connection"
	sleep 0.5
	kill -STOP "${PIDS[memcached]}"
	touch "$TMP/stopped"
	wait_for 5 grep -q sent "$TMP/client.out" || fail "nothing is sent"
	wait_for 5 all_taken || fail "$(unsent) bytes are not acknowledged"
	kill -CONT "${PIDS[memcached]}"
	finish_ok client 15
}

LIMIT[transfer]=120
compat_main "$@" -- server asleep transfer
