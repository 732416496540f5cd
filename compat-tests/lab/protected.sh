#!/bin/bash
# SPDX-License-Identifier: MIT
#
# protected - the tests of compat-tests/programs with the program in ring 3 and
# the dataplane in ring 0, in a virtual machine of the lab.
#
#	lab/protected.sh FILE[:TEST[,TEST...]]...
cd "$(dirname "$0")/../programs" || exit 1
export IX_RUN_OPTS="--protect=kvm ${IX_RUN_OPTS:-}"
rc=0
for item in "$@"; do
	tests=${item#*:}
	[ "$tests" != "$item" ] || tests=
	# shellcheck disable=SC2086
	"./${item%%:*}.sh" --mode ix ${tests//,/ } |
		sed -E 's/^(PASS|FAIL|SKIP) ([^ ]+) \[ix\]/\1 protected.\2/'
	[ "${PIPESTATUS[0]}" = 0 ] || rc=1
done
exit "$rc"
