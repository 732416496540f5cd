#!/bin/bash
# SPDX-License-Identifier: MIT
#
# memcached - stock memcached: threads, daemon mode, ten thousand connections.
. "$(dirname "$0")/../lib.sh"

need memcached

client()
{
	run peer "$PYTHON" "$MC" "$@" 2>"$TMP/client.err" ||
		fail "client: $(tail -n 1 "$TMP/client.err")"
}

# serve OPTION...
serve()
{
	start memcached prog memcached -u nobody -U 0 -m 256 "$@"
	wait_port "$P_IP" 11211
}

refused()
{
	! try_connect "$NS_K" "$P_IP" 11211
}

t_one_thread()
{
	net_up
	serve -t 1 -l "$P_IP"
	client values "$P_IP" 11211
}

t_four_threads()
{
	net_up
	serve -t 4
	client values "$P_IP" 11211
	client many "$P_IP" 11211 200
}

t_daemon()
{
	local pid

	net_up
	mkdir -m 777 "$TMP/run"
	run prog memcached -d -u nobody -U 0 -P "$TMP/run/pid" ||
		fail "memcached -d ends with status $?"
	wait_port "$P_IP" 11211
	client values "$P_IP" 11211
	pid=$(cat "$TMP/run/pid")
	same "user" "$(stat -c %U "/proc/$pid")" nobody
	kill -TERM "$pid"
	wait_for 5 gone "$pid" || fail "the daemon ignores SIGTERM"
	wait_for 3 refused || fail "the port is still served"
}

# Debian's build knows the option; one with seccomp compiled in would ask for
# a filter here.
t_drop_privileges()
{
	net_up
	serve -t 2 -o drop_privileges
	same "user" "$(stat -c %U "/proc/${PIDS[memcached]}")" nobody
	client values "$P_IP" 11211 "$(scaled 100)"
}

t_connections()
{
	net_up
	ulimit -n 30000
	serve -t 4 -c 12000 -b 4096
	client many "$P_IP" 11211 "$(scaled 10000)"
	client values "$P_IP" 11211 20
}

LIMIT[connections]=120
compat_main "$@" -- one_thread four_threads daemon drop_privileges connections
