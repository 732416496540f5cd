#!/bin/bash
# SPDX-License-Identifier: MIT
#
# interfaces - the stack on an interface of the kernel's as it is: a veth whose other end leaves checksums and large segments to it, and one that the kernel goes on using.
. "$(dirname "$0")/../lib.sh"

OWN=10.97.1.2
OTHER=10.97.1.1
KERNEL=10.97.1.3
IF=y$$a

# link_up NS: the program's interface, its other end in NS.
link_up()
{
	net_up 0
	veth "$NS_H" "$IF" "$1" "y$$b"
	in_ns "$1" sysctl -qw "net.ipv6.conf.y$$b.disable_ipv6=1"
	in_ns "$NS_H" sysctl -qw "net.ipv6.conf.$IF.disable_ipv6=1"
	ip -n "$1" addr add "$OTHER/24" dev "y$$b"
	ip -n "$1" link set "y$$b" up
	ip -n "$NS_H" link set "$IF" up
	P_NS[1]=$NS_H
	if [ "$MODE" = native ]; then
		ip -n "$NS_H" addr add "$OWN/24" dev "$IF"
	fi
}

# serve DEV: sends back what it gets, by TCP and UDP.
serve()
{
	P_OPTS[1]="--dev $1:$IF --ip $OWN/24"
	start server prog "$PYTHON" -c "
import socket, threading
def datagrams():
	u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	u.bind(('$OWN', 7000))
	while True:
		data, name = u.recvfrom(65536)
		u.sendto(data, name)
threading.Thread(target=datagrams, daemon=True).start()
s = socket.create_server(('$OWN', 7000))
while True:
	c = s.accept()[0]
	while data := c.recv(65536):
		c.sendall(data)
	c.close()"
}

# ask NS ADDRESS: much by TCP, a little by UDP.
ask()
{
	in_ns "$1" timeout 40 "$PYTHON" -c "
import socket, threading, time
for i in range(100):
	try:
		c = socket.create_connection(('$2', 7000), 5)
		break
	except ConnectionRefusedError:
		time.sleep(0.1)
want = bytes(range(256)) * 8000
threading.Thread(target=lambda: (c.sendall(want),
	c.shutdown(socket.SHUT_WR))).start()
got = b''
while data := c.recv(65536):
	got += data
assert got == want, len(got)
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.settimeout(5)
u.sendto(b'datagram', ('$2', 7000))
assert u.recv(100) == b'datagram'" 2>"$TMP/ask" ||
		fail "$2: $(tail -n 1 "$TMP/ask") $(tail -n 1 "$TMP/server.err")"
}

# on KIND NS
on()
{
	link_up "$2"
	serve "$1"
	ask "$2" "$OWN"
}

t_packet_elsewhere()
{
	on af_packet "$NS_K"
}

t_xdp_elsewhere()
{
	on af_xdp "$NS_K"
}

# Both ends in one namespace: the kernel would talk to itself.
t_packet_here()
{
	[ "$MODE" = native ] && return 0
	on af_packet "$NS_H"
	same "segments of the other end are cut by" "$(in_ns "$NS_H" \
		ethtool -k "y$$b" | awk '/^tcp-seg/ { print $2 }')" off
	stop server
	wait_for 5 no_owner
	same "afterwards" "$(in_ns "$NS_H" ethtool -k "y$$b" |
		awk '/^tcp-seg/ { print $2 }')" on
}

t_xdp_here()
{
	[ "$MODE" = native ] && return 0
	on af_xdp "$NS_H"
}

# Addresses of the kernel on the same interface are the kernel's, before, while
# and after the program runs.
t_shared()
{
	link_up "$NS_K"
	ip -n "$NS_H" addr add "$KERNEL/24" dev "$IF"
	in_ns "$NS_H" "$PYTHON" -m http.server -b "$KERNEL" 7001 \
		>/dev/null 2>&1 &
	in_ns "$NS_K" "$PYTHON" -m http.server -b "$OTHER" 7002 \
		>/dev/null 2>&1 &
	serve af_xdp
	ask "$NS_K" "$OWN"
	ip -n "$NS_K" neigh flush dev "y$$b"
	in_ns "$NS_K" curl -sSf -m 10 "http://$KERNEL:7001/" >/dev/null ||
		fail "the kernel's server does not answer"
	in_ns "$NS_H" ip neigh flush dev "$IF"
	in_ns "$NS_H" curl -sSf -m 10 --interface "$KERNEL" \
		"http://$OTHER:7002/" >/dev/null ||
		fail "the kernel gets no answers"
	ip -n "$NS_K" neigh flush dev "y$$b"
	ask "$NS_K" "$OWN"
}

# The shim is preloaded into a program that has the stack by libix: the driver's
# sockets, which the shim sees, belong to the start that is under way.
t_libix()
{
	local kind=(--kernel)

	[ -x "$IX_BUILD/bin/ixload" ] || skip "build/bin/ixload is missing"
	link_up "$NS_K"
	in_ns "$NS_K" socat "TCP-LISTEN:7000,bind=$OTHER,fork" EXEC:cat &
	[ "$MODE" = native ] || kind=()
	P_OPTS[1]="--dev af_xdp:$IF --ip $OWN/24"
	run prog timeout 40 "$IX_BUILD/bin/ixload" "${kind[@]}" --proto echo \
		--connections 2 --duration 1 --json --server "$OTHER:7000" \
		>"$TMP/load" 2>&1 ||
		fail "ixload ends with status $?: $(tail -n 1 "$TMP/load")"
}

need ethtool curl socat
compat_main "$@" -- packet_elsewhere xdp_elsewhere packet_here xdp_here shared \
	libix
