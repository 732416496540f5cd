#!/bin/bash
# SPDX-License-Identifier: MIT
#
# run-lab.sh - the protected mode's tests, in a virtual machine with KVM
#
#	dune/test/run-lab.sh [PATTERN]		those whose names match
#	dune/test/run-lab.sh --inside [PATTERN]	here and now, on this machine
#
# IX_BUILD: the build tree; LAB_RUN: compat-tests/lab/run of another tree.
# A line for each test, `PASS NAME` or `FAIL NAME: why`; status 0 if all passed.
# The tests are in lab-*.sh, by these functions:
#
#	hosted NAME COMMAND...	exits 0 in ring 3
#	same NAME SCRIPT	prints and exits in ring 3 as it does natively;
#				SCRIPT is for bash, ring 3 runs it by bash -c
#	verdicts NAME COMMAND..	in ring 3; its own PASS and FAIL lines count,
#				at least one must come, and it must exit 0
#	as_native NAME PROGRAM ARGS...	the same, but a line that fails
#				natively too (without ARGS) is skipped
#	holds NAME COMMAND...	a command here exits 0; $RUN is dune_run
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
BUILD=${IX_BUILD:-$root/build}
RUN=$BUILD/test/dune_run
R3=$BUILD/test/ring3
LIMIT=${LIMIT:-60} # seconds for each test
export BUILD RUN R3 LIMIT

if [ "${1:-}" != --inside ]; then
	lab=${LAB_RUN:-$root/compat-tests/lab/run}
	IX_BUILD=$BUILD exec "$lab" --timeout "${LAB_TIMEOUT:-900}" \
		--shell "$here/run-lab.sh --inside '${1:-}'"
fi
pattern=${2:-}
passed=0 failed=0
out=$(mktemp) || exit 2
trap 'rm -f "$out" "$out.native"' EXIT

pass()
{
	echo "PASS $1"
	passed=$((passed + 1))
}

fail()
{
	echo "FAIL $1: $2"
	failed=$((failed + 1))
	sed 's/^/  | /' "$out" | tail -n 12
}

wanted()
{
	[[ $1 =~ $pattern ]]
}

result() # NAME STATUS
{
	case $2 in
	0) pass "$1" ;;
	124) fail "$1" "takes more than $LIMIT s" ;;
	*) fail "$1" "status $2" ;;
	esac
}

hosted()
{
	wanted "$1" || return 0
	timeout -k 2 "$LIMIT" "$RUN" "${@:2}" >"$out" 2>&1 </dev/null
	result "$1" $?
}

holds()
{
	wanted "$1" || return 0
	timeout -k 2 "$LIMIT" "${@:2}" >"$out" 2>&1 </dev/null
	result "$1" $?
}

same()
{
	local native status

	wanted "$1" || return 0
	timeout -k 2 "$LIMIT" /bin/bash -c "$2" >"$out.native" 2>&1 </dev/null
	native=$?
	timeout -k 2 "$LIMIT" "$RUN" /bin/bash -c "$2" >"$out" 2>&1 </dev/null
	status=$?
	if [ $status -ne $native ]; then
		fail "$1" "status $status, natively $native"
	elif ! cmp -s "$out" "$out.native"; then
		diff "$out.native" "$out" >"$out.diff"
		mv "$out.diff" "$out"
		fail "$1" "another output than natively"
	else
		pass "$1"
	fi
}

count() # of the verdicts in $out, and its STATUS
{
	local n bad

	grep -E '^(PASS|FAIL|SKIP) ' "$out" || true
	n=$(grep -c '^PASS ' "$out")
	bad=$(grep -c '^FAIL ' "$out")
	passed=$((passed + n))
	failed=$((failed + bad))
	if [ "$n" -eq 0 ] || { [ "$2" -ne 0 ] && [ "$bad" -eq 0 ]; }; then
		fail "$1" "status $2, $n passed"
	fi
}

verdicts()
{
	wanted "$1" || return 0
	timeout -k 2 "$LIMIT" "$RUN" "${@:2}" >"$out" 2>&1 </dev/null
	count "$1" $?
}

as_native()
{
	local status name

	wanted "$1" || return 0
	timeout -k 2 "$LIMIT" "$2" >"$out.native" 2>&1 </dev/null
	timeout -k 2 "$LIMIT" "$RUN" "${@:2}" >"$out" 2>&1 </dev/null
	status=$?
	while IFS= read -r name; do
		sed -i "s/^FAIL $name:.*/SKIP $name: fails natively too/" "$out"
	done < <(sed -n 's/^FAIL \([^:]*\):.*/\1/p' "$out.native")
	grep -q '^FAIL' "$out" || [ $status -ne 1 ] || status=0
	count "$1" "$status"
}

for f in "$here"/lab-*.sh; do
	. "$f"
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
