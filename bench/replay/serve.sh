#!/bin/bash
# SPDX-License-Identifier: MIT
#
# serve.sh - memcached answers a trace, once for each of the arguments
#
#	serve.sh OUT MODE:CONNECTIONSxDEPTH...
#
# MODE is none or kvm (ix-run --protect). Leaves OUT/N.json, what the device
# says, and OUT/N.maps, where the server's memory is, of the N-th. Status 1 if
# one is not done in time.
set -u
OUT=$1
shift
BUILD=${IX_BUILD:?}
WAIT=600 # tenths of a second
n=0

# one MODE CONNECTIONS DEPTH
one()
{
	local report=$OUT/$n.json pid i

	rm -f "$report"
	"$BUILD/replay/bin/ix-run" --protect="$1" --idle-us=-1 \
		--ip 10.9.0.2/24 --dev \
		"vdev:replay,report=$report,connections=$2,depth=$3" -- \
		memcached -u root -t 1 -p 11211 -U 0 -m 64 &
	pid=$!
	for ((i = 0; i < WAIT; i++)); do
		[ ! -s "$report" ] || break
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	cat "/proc/$pid/maps" >"$OUT/$n.maps"
	kill "$pid"
	wait "$pid"
	[ -s "$report" ]
}

for arg in "$@"; do
	n=$((n + 1))
	shape=${arg#*:}
	one "${arg%%:*}" "${shape%x*}" "${shape#*x}" || {
		echo "serve.sh: $arg: no report" >&2
		exit 1
	}
done
