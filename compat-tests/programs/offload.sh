#!/bin/bash
# SPDX-License-Identifier: MIT
#
# offload - a tap leaves checksums and segmentation to the kernel, and takes
# them over from it: the bytes are right, and the counters say that it was so.
. "$(dirname "$0")/../lib.sh"

export IX_TEST_DEV=tap
SIZE=$(scaled 100000000)

# Takes SIZE bytes, gives them back, one connection after the other.
SERVER='
import socket, sys
ls = socket.create_server((sys.argv[1], 7000))
while True:
	s, _ = ls.accept()
	got = bytearray()
	with s:
		while chunk := s.recv(1 << 20):
			got += chunk
		s.sendall(got)
'
CLIENT='
import hashlib, os, socket, sys
data = os.urandom(int(sys.argv[2]))
back = hashlib.sha256()
with socket.create_connection((sys.argv[1], 7000), 10 * int(os.environ["IXT_SLOW"])) as s:
	s.sendall(data)
	s.shutdown(socket.SHUT_WR)
	while chunk := s.recv(1 << 20):
		back.update(chunk)
sys.exit(back.digest() != hashlib.sha256(data).digest())
'

there_and_back()
{
	start server prog "$PYTHON" -c "$SERVER" "$P_IP"
	wait_port "$P_IP" 7000
	run peer "$PYTHON" -c "$CLIENT" "$P_IP" "$SIZE" 2>"$TMP/why" ||
		fail "other bytes came back: $(tail -n 1 "$TMP/why")"
}

# holds EXPRESSION: of the instance's counters (c) and its device's (d).
holds()
{
	[ "$MODE" = ix ] || return 0
	"$IXCP" stats --json "${PIDS[server]}" >"$TMP/stats" ||
		fail "ixcp stats: $(cat "$TMP/stats")"
	"$PYTHON" -c 'import json, sys
s = json.load(open(sys.argv[1]))
c, d = s["ethreads"][0]["counters"], s["devices"][0]
sys.exit(None if eval(sys.argv[2]) else f"{c} {d}")' "$TMP/stats" "$1" \
		2>"$TMP/why" || fail "not so: $1: $(cat "$TMP/why")"
}

t_large_packets()
{
	net_up
	there_and_back
	# On the average, for on a busy machine the windows may be small.
	holds "c['tcp_tx_bytes'] > 8000 * c['tcp_tso'] > 0"
	holds "c['tcp_rx_bytes'] > 8000 * c['tcp_gro'] > 0"
	holds "c['ip_drop_l4_cksum'] == 0 and d['rx_bad'] == 0"
}

# The wire behind the host takes frames of 1500 bytes with all checksums.
t_cut_by_the_host()
{
	net_up
	offloads_off "$NS_H" h0
	offloads_off "$NS_K" k0
	there_and_back
	holds "c['tcp_tso'] > $(scaled 1000) and c['ip_drop_l4_cksum'] == 0"
	same "checksum errors at the peer" "$(in_ns "$NS_K" nstat -asz \
		TcpInCsumErrors | awk '/Csum/ { print $2 }')" 0
}

# Segments that are too large for a link behind the host (RFC 1191).
t_path_mtu()
{
	net_up
	ip -n "$NS_H" link set h0 mtu 1400
	there_and_back
	holds "c['tcp_pmtu'] > 0 and c['tcp_tso'] > $(scaled 1000)"
}

t_instances()
{
	net_up 2
	start server prog1 "$TOOLS/stream" serve 10.99.1.2 7000
	start client prog2 "$TOOLS/stream" both 10.99.1.2 7000 "$SIZE"
	finish_ok client 60
	finish_ok server 10
}

t_udp()
{
	net_up
	start server prog "$PYTHON" -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[1], 7001))
print("ready", flush=True)
while True:
	data, peer = s.recvfrom(65535)
	s.sendto(data[::-1], peer)
' "$P_IP"
	wait_for 10 grep -q ready "$TMP/server.out" || fail "no server"
	run peer "$PYTHON" -c '
import os, socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(5)
s.connect((sys.argv[1], 7001))
for size in 0, 1, 2, 3, 100, 1471, 1472, 1473, 9000, 60001:
	data = os.urandom(size)
	s.send(data)
	assert s.recv(65535) == data[::-1], size
' "$P_IP" 2>"$TMP/why" || fail "$(tail -n 1 "$TMP/why")"
	holds "c['ip_drop_l4_cksum'] == 0"
}

need nstat ethtool
compat_main "$@" -- large_packets cut_by_the_host path_mtu instances udp
