#!/bin/bash
# SPDX-License-Identifier: MIT
#
# protected - the tests of compat-tests with the program in ring 3 and the
# dataplane in ring 0, in a virtual machine of the lab.
#
#	lab/protected.sh FILE[:TEST[,TEST...]]...
#
# FILE: of programs/; net/NAME; lab/NAME; or posix, whose tests are its programs.
cd "$(dirname "$0")/.." || exit 1
export IX_RUN_OPTS="--protect=kvm ${IX_RUN_OPTS:-}"
export IXT_SLOW=${IXT_SLOW:-8}

path_of()
{
	case $1 in
	posix) echo posix/run ;;
	net/* | lab/*) echo "$1.sh" ;;
	*) echo "programs/$1.sh" ;;
	esac
}

rc=0
for item in "$@"; do
	tests=${item#*:}
	[ "$tests" != "$item" ] || tests=
	# shellcheck disable=SC2086
	"./$(path_of "${item%%:*}")" --mode ix ${tests//,/ } |
		sed -uE 's/^(PASS|FAIL|SKIP) (posix\.)?/\1 protected./
			s/ \[ix\]//'
	[ "${PIPESTATUS[0]}" = 0 ] || rc=1
done
exit "$rc"
