#!/bin/bash
# SPDX-License-Identifier: MIT
#
# preload - LD_PRELOAD with IX_PROTECT=kvm: the program goes on under ix-run, and notices nothing.
. "$(dirname "$0")/../lib.sh"

# preloaded COMMAND...: by a shell that is not.
preloaded()
{
	# shellcheck disable=SC2016
	in_ns "$NS_H" bash -c 'LD_PRELOAD=$0 IX_PROTECT=kvm IX_DEV=$1 \
		IX_IP=$2/24 IX_GATEWAY=${2%.*}.1 exec -a "${@:3}"' "$IX_SHIM" \
		"$IX_TEST_DEV:x$$n1" "$P_IP" "$@"
}

setup_place()
{
	local verdict

	[ -e "$IX_SHIM" ] || skip "build/lib/libixshim.so is missing"
	verdict=$("$IX_RUN" --protect=kvm --dev af_packet:none -- true 2>&1) || true
	[[ $verdict != *cannot\ be\ had* ]] || skip "${verdict#*had: }"
	net_up
}

t_server()
{
	need memcached
	setup_place
	preloaded memcached memcached -u nobody -U 0 -t 1 >"$TMP/memcached.out" \
		2>"$TMP/memcached.err" </dev/null &
	PIDS[memcached]=$!
	wait_port "$P_IP" 11211
	run peer "$PYTHON" "$COMPAT_DIR/tools/mc.py" values "$P_IP" 11211 20 ||
		fail "wrong values"
	"$IXCP" list | grep -q "memcached.* kvm " ||
		fail "not protected: $("$IXCP" list)"
	stop memcached
}

# Name, arguments, file, descriptors, status.
t_unnoticed()
{
	local rc=0

	setup_place
	same "what it is" "$(preloaded other "$PYTHON" -c '
import os, sys
print(open("/proc/self/cmdline").read().split("\0")[0],
	os.readlink("/proc/self/exe"), sys.argv[1:], os.read(7, 9))
' 'a b' '' 7< <(echo -n seven))" \
		"other $(realpath "$PYTHON") ['a b', ''] b'seven'"
	preloaded sh sh -c 'exit 7' || rc=$?
	same "status" "$rc" 7
}

MODES[server]=ix MODES[unnoticed]=ix
compat_main "$@" -- server unnoticed
