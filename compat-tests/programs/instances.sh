#!/bin/bash
# SPDX-License-Identifier: MIT
#
# instances - two programs on stacks of their own: they talk to each other, have one port, and never one address.
. "$(dirname "$0")/../lib.sh"

. "$COMPAT_DIR/nginx.sh"
need nginx memcached curl

t_nginx_memcached()
{
	local i

	net_up 2
	start memcached prog2 memcached -u nobody -U 0 -t 1 -l 10.99.2.2
	wait_port 10.99.2.2 11211
	nginx_start nginx prog1 "$P_IP" 1 "location / {
		set \$memcached_key \$uri;
		memcached_pass 10.99.2.2:11211;
	}"
	run peer "$PYTHON" -c '
import socket
s = socket.create_connection(("10.99.2.2", 11211))
f = s.makefile("rb")
for i in range(50):
	v = (b"value %d;" % i) * 1000
	s.sendall(b"set /k%d 0 0 %d\r\n%s\r\n" % (i, len(v), v))
	assert f.readline() == b"STORED\r\n"' || fail "memcached does not store"
	for i in 0 7 49; do
		run peer curl -sSf "http://$P_IP/k$i" >"$TMP/got" ||
			fail "curl ends with status $?"
		"$PYTHON" -c "print('value $i;' * 1000, end='')" >"$TMP/want"
		same_sha "$TMP/got" "$TMP/want"
	done
	same "a missing key" "$(run peer curl -s -o /dev/null \
		-w '%{http_code}' "http://$P_IP/missing")" 404
}

t_stream()
{
	net_up 2
	start server prog1 "$TOOLS/stream" serve "$P_IP" 7000
	start client prog2 "$TOOLS/stream" both "$P_IP" 7000 \
		"$(scaled 100000000)"
	finish_ok client 45
	finish_ok server 5
}

# redis_on PLACE [OPTION...]: on all addresses, of IPv6 too.
redis_on()
{
	local place=$1

	shift
	mkdir -p -m 777 "$TMP/redis$place"
	P_OPTS[place]+=" --no-kernel-listen"
	start "redis$place" "prog$place" redis-server --save '' \
		--protected-mode no --dir "$TMP/redis$place" "$@"
	wait_port "10.99.$place.2" 6379
}

redis_says()
{
	[ "$(run peer redis-cli -h "$1" get colour)" = "$2" ]
}

# A server and its replica, both on the default port of all addresses.
t_one_port()
{
	need redis-server redis-cli
	net_up 2
	redis_on 1
	redis_on 2 --replicaof 10.99.1.2 6379
	same "SET" "$(run peer redis-cli -h 10.99.1.2 set colour green)" OK
	wait_for 20 redis_says 10.99.2.2 green || fail "nothing is replicated"
}

bound()
{
	grep -q bound "$TMP/echo$1.out"
}

# The same of datagrams, by IPv4 and by IPv6 alone.
t_one_datagram_port()
{
	local i

	net_up 2
	for i in 1 2; do
		P_OPTS[i]+=" --no-kernel-listen"
		start "echo$i" "prog$i" "$PYTHON" -c '
import socket, sys
six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
six.bind(("::", 7001))
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 7001))
print("bound", flush=True)
data, peer = s.recvfrom(100)
s.sendto(data + sys.argv[1].encode(), peer)' "$i"
		wait_for 10 bound "$i" || fail "$(tail -n 1 "$TMP/echo$i.err")"
	done
	run peer "$PYTHON" -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(10)
for i in 1, 2:
	s.sendto(b"to ", ("10.99.%d.2" % i, 7001))
	assert s.recv(100) == b"to %d" % i' || fail "no answer"
	finish_ok echo1 5
	finish_ok echo2 5
}

refused()
{
	! run prog2 "$PYTHON" -c 'import socket; socket.socket()' \
		2>"$TMP/refused"
}

# The second is told who has the address; it is free once that one is gone,
# however it ended.
t_one_address()
{
	net_up 2
	P_OPTS[2]=${P_OPTS[2]/10.99.2.2/$P_IP}
	P_OPTS[2]=${P_OPTS[2]%--gateway*}
	start holder prog1 "$PYTHON" -c '
import socket, time
s = socket.create_server(("", 7000))
time.sleep(60)'
	wait_port "$P_IP" 7000
	refused || fail "a second instance has $P_IP"
	grep -q "another instance, of process [0-9]*, has $P_IP" \
		"$TMP/refused" || fail "$(tail -n 1 "$TMP/refused")"
	kill -KILL "${PIDS[holder]}"
	wait_for 20 try_again || fail "$(tail -n 1 "$TMP/refused")"
}

try_again()
{
	! refused
}

MODES[one_address]=ix

compat_main "$@" -- nginx_memcached stream one_port one_datagram_port \
	one_address
