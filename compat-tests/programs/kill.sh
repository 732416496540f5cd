#!/bin/bash
# SPDX-License-Identifier: MIT
#
# kill - kill -9 of the program, of its instance's owner, of both: nothing is left, and it starts again.
. "$(dirname "$0")/../lib.sh"

need memcached

interfaces()
{
	ip -n "$NS_H" -br link | awk '$1 !~ /^(lo|h0@)/ { print $1 }'
}

no_interface()
{
	[ -z "$(interfaces)" ]
}

# What a peer with an open connection sees: its end, and soon.
HOLDER='
import socket, sys
s = socket.create_connection((sys.argv[1], 11211), 20)
print("connected", flush=True)
try:
	assert s.recv(1) == b""
except ConnectionResetError:
	pass
'

hold()
{
	start holder peer "$PYTHON" -c "$HOLDER" "$P_IP"
	wait_for 5 grep -q connected "$TMP/holder.out" || fail "no connection"
}

kill_program()
{
	kill -KILL "${PIDS[memcached]}"
	finish memcached 5
	same "exit status" "$STATUS" 137
}

# The next start, with the same names and addresses.
again()
{
	mc_start 2
	mc_check "after a new start"
}

t_program()
{
	net_up
	mc_start 2
	mc_check "before"
	hold
	kill_program
	finish_ok holder 10
	[ "$MODE" = native ] || {
		wait_for 5 no_owner || fail "left behind: $(owners)"
		wait_for 2 no_interface || fail "left behind: $(interfaces)"
	}
	again
}

need_owner()
{
	OWNERS=$(owners)
	[ -n "$OWNERS" ] || skip "the instance has no owner process"
}

t_owner()
{
	net_up
	mc_start 2
	need_owner
	# shellcheck disable=SC2086
	kill -KILL $OWNERS
	sleep 1
	stop memcached KILL
	again
	stop memcached
	wait_for 5 no_owner || fail "left behind: $(owners)"
	wait_for 2 no_interface || fail "left behind: $(interfaces)"
}

t_both()
{
	net_up
	mc_start 2
	need_owner
	# shellcheck disable=SC2086
	kill -KILL $OWNERS "${PIDS[memcached]}"
	finish memcached 5
	again
	stop memcached
	wait_for 5 no_owner || fail "left behind: $(owners)"
	wait_for 2 no_interface || fail "left behind: $(interfaces)"
}

# One of several processes: the others go on.
t_worker()
{
	local worker

	need nginx curl
	. "$COMPAT_DIR/nginx.sh"
	net_up
	mkdir -p "$TMP/www"
	random_file "$TMP/www/file" 1000000
	nginx_start nginx prog "$P_IP" 2
	worker=$(pgrep -P "${PIDS[nginx]}" | head -n 1)
	kill -KILL "$worker"
	sleep 1
	for _ in {1..10}; do
		run peer curl -sSf --max-time 5 --retry 2 --retry-all-errors \
			-o "$TMP/got" "http://$P_IP/file" ||
			fail "curl ends with status $?"
		same_sha "$TMP/got" "$TMP/www/file"
	done
}

MODES[owner]=ix MODES[both]=ix
compat_main "$@" -- program owner both worker
