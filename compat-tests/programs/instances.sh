#!/bin/bash
# SPDX-License-Identifier: MIT
#
# instances - two programs on stacks of their own talk to each other: nginx asks memcached.
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

compat_main "$@" -- nginx_memcached stream
