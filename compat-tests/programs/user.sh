#!/bin/bash
# SPDX-License-Identifier: MIT
#
# user - ix-run --user: a server that leaves it to others to make it a user.
. "$(dirname "$0")/../lib.sh"

need memcached

as_nobody()
{
	net_up
	P_OPTS[1]+=" --user nobody"
}

# memcached refuses to be root.
t_server()
{
	local status

	as_nobody
	start memcached prog memcached -U 0 -t 2
	wait_port "$P_IP" 11211
	run peer "$PYTHON" "$MC" values "$P_IP" 11211 "$(scaled 100)" ||
		fail "wrong answers"
	status=/proc/${PIDS[memcached]}/status
	same "user" "$(awk '/^Uid/ { print $2, $3, $4, $5 }' "$status")" \
		"65534 65534 65534 65534"
	same "group" "$(awk '/^Gid/ { print $2, $3, $4, $5 }' "$status")" \
		"65534 65534 65534 65534"
}

t_environment()
{
	as_nobody
	same "what it sees" \
		"$(run prog sh -c 'id -Gn; echo $USER $LOGNAME $HOME $IX_USER')" \
		"$(printf '%s\n' nogroup "nobody nobody $(getent passwd nobody |
			cut -d: -f6)")"
}

# Bash has functions setenv() and unsetenv() of its own, which others find first.
t_shell()
{
	as_nobody
	same "what its child sees" \
		"$(run prog bash -c 'sh -c "id -un; echo \$HOME \$IX_USER"')" \
		"$(printf '%s\n' nobody "$(getent passwd nobody |
			cut -d: -f6)")"
}

t_unknown()
{
	local rc=0

	net_up
	P_OPTS[1]+=" --user nobody-at-all"
	run prog true 2>"$TMP/err" || rc=$?
	same "exit status" "$rc" 125
	same "the line" "$(cat "$TMP/err")" \
		"ix-run: --user nobody-at-all: there is no such user"
}

# It has no shim that would do it, and is not to run as root instead.
t_static()
{
	local rc=0

	as_nobody
	run prog busybox id -u >"$TMP/out" 2>"$TMP/err" || rc=$?
	same "exit status" "$rc" 125
	same "output" "$(cat "$TMP/out")" ""
	grep -q "is statically linked, so " "$TMP/err" ||
		fail "it says $(cat "$TMP/err")"
}

TESTS=(server environment shell unknown static)
for test in "${TESTS[@]}"; do
	MODES[$test]=ix
done
compat_main "$@" -- "${TESTS[@]}"
