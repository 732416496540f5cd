#!/bin/bash
# SPDX-License-Identifier: MIT
#
# lossy - TCP through bad links: what arrives is what was sent.
. "$(dirname "$0")/../lib.sh"

SIZE=$(scaled 16777216)

# both BYTES SECONDS: each way at once, the program is the server.
both()
{
	start server prog "$TOOLS/stream" serve "$P_IP" 7000
	start client peer "$TOOLS/stream" both "$P_IP" 7000 "$1"
	finish_ok client "$2"
	finish_ok server 10
	wire_report
}

t_loss()
{
	net_up_wire --loss 1% --delay 10ms
	both "$SIZE" 100
}

# The same with the program as the client.
t_loss_client()
{
	net_up_wire --loss 1% --delay 10ms --seed 2
	start server peer "$TOOLS/stream" serve "$K_IP" 7000
	start client prog "$TOOLS/stream" both "$K_IP" 7000 "$(scaled 4000000)"
	finish_ok client 60
	finish_ok server 10
}

t_reorder()
{
	net_up_wire --reorder 5% --delay 10ms
	both "$SIZE" 100
}

t_burst()
{
	net_up_wire --burst 0.2%,30% --delay 5ms
	both "$(scaled 4000000)" 60
}

t_duplicate()
{
	net_up_wire --duplicate 5% --delay 2ms
	both "$SIZE" 60
}

# Nothing that is corrupted may reach the program.
t_corrupt()
{
	net_up_wire --corrupt 1% --delay 2ms
	both "$(scaled 8000000)" 60
}

t_narrow()
{
	net_up_wire --rate 50mbit --queue 64k --delay 5ms
	both "$(scaled 8000000)" 60
}

t_everything()
{
	net_up_wire --loss 0.5% --duplicate 0.5% --reorder 1% --corrupt 0.2% \
		--delay 5ms --jitter 2ms --rate 100mbit
	both "$(scaled 4000000)" 90
}

# A hundred short connections: handshakes and ends are lost as well.
t_short_connections()
{
	net_up_wire --loss 3% --delay 1ms
	start server prog "$PYTHON" -c '
import socket, sys, threading
def serve(s):
	with s:
		data = b""
		while chunk := s.recv(65536):
			data += chunk
		s.sendall(data)
ls = socket.create_server((sys.argv[1], 7000), backlog=128)
while True:
	threading.Thread(target=serve, args=(ls.accept()[0],)).start()
' "$P_IP"
	wait_port "$P_IP" 7000
	run peer "$PYTHON" -c '
import os, socket, sys
from concurrent.futures import ThreadPoolExecutor
def once(_):
	data = os.urandom(5000)
	with socket.create_connection((sys.argv[1], 7000), 60) as s:
		s.sendall(data)
		s.shutdown(socket.SHUT_WR)
		got = b""
		while chunk := s.recv(65536):
			got += chunk
	assert got == data, (len(got), len(data))
with ThreadPoolExecutor(20) as pool:
	list(pool.map(once, range(100)))
' "$P_IP" 2>"$TMP/client.err" || fail "$(tail -n 1 "$TMP/client.err")"
}

LIMIT[loss]=150 LIMIT[loss_client]=90 LIMIT[reorder]=150 LIMIT[burst]=90
LIMIT[duplicate]=90 LIMIT[corrupt]=90 LIMIT[narrow]=90 LIMIT[everything]=120
LIMIT[short_connections]=120
compat_main "$@" -- loss loss_client reorder burst duplicate corrupt narrow \
	everything short_connections
