#!/bin/bash
# SPDX-License-Identifier: MIT
#
# preload - LD_PRELOAD alone: where KVM is chosen the program goes on under ix-run, and notices nothing.
. "$(dirname "$0")/../lib.sh"

PROTECT=auto
# In place of /run/ix, for the program alone.
RUN_IX=/run/ix

# preloaded COMMAND...: by a shell that is not.
preloaded()
{
	mkdir -p /run/ix
	# shellcheck disable=SC2016
	in_ns "$NS_H" bash -c 'mount --bind "$4" /run/ix && LD_PRELOAD=$0 \
		IX_PROTECT=$1 IX_DEV=$2 IX_IP=$3/24 IX_GATEWAY=${3%.*}.1 \
		exec -a "${@:5}"' "$IX_SHIM" "$PROTECT" \
		"$IX_TEST_DEV:x$$n1" "$P_IP" "$RUN_IX" "$@"
}

setup_place()
{
	[ -e "$IX_SHIM" ] || skip "build/lib/libixshim.so is missing"
	net_up
}

# must_be_kvm: the program is told to be in a guest.
must_be_kvm()
{
	local verdict

	verdict=$("$IX_RUN" --protect=kvm --dev af_packet:none -- true 2>&1) || true
	[[ $verdict != *cannot\ be\ had* ]] || skip "${verdict#*had: }"
	PROTECT=kvm
}

# serves MODE: memcached, of which ixcp says that it is in this mode.
serves()
{
	need memcached
	setup_place
	preloaded memcached memcached -u nobody -U 0 -t 1 >"$TMP/memcached.out" \
		2>"$TMP/memcached.err" </dev/null &
	PIDS[memcached]=$!
	wait_port "$P_IP" 11211
	run peer "$PYTHON" "$COMPAT_DIR/tools/mc.py" values "$P_IP" 11211 20 ||
		fail "wrong values"
	"$IXCP" list | grep -q "memcached.* $1 " ||
		fail "not $1: $("$IXCP" list)"
	same "standard error" "$(cat "$TMP/memcached.err")" ""
	stop memcached
}

t_server()
{
	must_be_kvm
	serves kvm
}

kvm_is_chosen()
{
	"$IX_RUN" --check | grep -q "^protection *kvm:"
}

t_auto()
{
	if kvm_is_chosen; then
		serves kvm
	else
		serves direct
	fi
}

# Name, arguments, file, descriptors, status.
notices_nothing()
{
	local rc=0

	same "what it is" "$(preloaded other "$PYTHON" -c '
import os, sys
print(open("/proc/self/cmdline").read().split("\0")[0],
	os.readlink("/proc/self/exe"), sys.argv[1:], os.read(7, 9))
' 'a b' '' 7< <(echo -n seven))" \
		"other $(realpath "$PYTHON") ['a b', ''] b'seven'"
	preloaded sh sh -c 'exit 7' || rc=$?
	same "status" "$rc" 7
}

t_unnoticed()
{
	must_be_kvm
	setup_place
	notices_nothing
}

# Nobody knows yet what KVM is good for: ix-run finds out, and what is not to be
# in a guest is executed once more.
t_untested()
{
	RUN_IX=$TMP/run
	mkdir "$RUN_IX"
	setup_place
	notices_nothing
	[ ! -w /dev/kvm ] || [ -s "$RUN_IX/kvm-self-test" ] ||
		fail "KVM was not tested"
}

device_is_there()
{
	ip -n "$NS_H" link show "x$$n1" >/dev/null 2>&1
}

# What cannot be in a guest, as its device is in use, does without.
t_busy()
{
	kvm_is_chosen || skip "protected mode (KVM)"
	setup_place
	preloaded sleep sleep 60 &
	PIDS[first]=$!
	wait_for 10 device_is_there || fail "the first has no instance"
	same "the second" "$(preloaded sh sh -c 'echo runs' 2>&1)" runs
}

TESTS=(server auto unnoticed untested busy)
for test in "${TESTS[@]}"; do
	MODES[$test]=ix
done
compat_main "$@" -- "${TESTS[@]}"
