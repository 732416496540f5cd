#!/bin/bash
# SPDX-License-Identifier: MIT
#
# serve.sh - memcached answers a trace, once for each of the arguments
#
#	serve.sh OUT MODE:CONNECTIONSxDEPTH...
#
# MODE is none or kvm (ix-run --protect). Leaves OUT/N.json, what the device
# says, and OUT/N.maps, where the server's memory is, of the N-th. Nothing of
# this runs while requests are measured. Status 1 if one is not done in time.
set -u
OUT=$1
shift
BUILD=${IX_BUILD:?}
WAIT=60 # s
TMP=$(mktemp -d) || exit 1
trap 'rm -rf "$TMP"' EXIT
mkfifo "$TMP/report" && exec 3<>"$TMP/report" || exit 1
n=0

instances()
{
	find /run/ix -name '*.sock' 2>/dev/null | wc -l
}

# one MODE CONNECTIONS DEPTH
one()
{
	local pid line i

	"$BUILD/replay/bin/ix-run" --protect="$1" --idle-us=-1 \
		--ip 10.9.0.2/24 --dev \
		"vdev:replay,report=$TMP/report,connections=$2,depth=$3" -- \
		memcached -u root -t 1 -p 11211 -U 0 -m 64 3<&- &
	pid=$!
	IFS= read -r -t "$WAIT" line <&3 || line=
	cat "/proc/$pid/maps" >"$OUT/$n.maps"
	kill "$pid"
	wait "$pid"
	for ((i = 0; i < 100 && $(instances) > 0; i++)); do
		sleep 0.1
	done
	[ -n "$line" ] && echo "$line" >"$OUT/$n.json"
}

for arg in "$@"; do
	n=$((n + 1))
	shape=${arg#*:}
	one "${arg%%:*}" "${shape%x*}" "${shape#*x}" || {
		echo "serve.sh: $arg: no report in $WAIT s" >&2
		exit 1
	}
done
