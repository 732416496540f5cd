#!/bin/bash
# SPDX-License-Identifier: MIT
#
# idle - an idle memcached uses less than one percent of a CPU.
. "$(dirname "$0")/../lib.sh"

need memcached
SECONDS_IDLE=5

# Ticks that all processes of the instance have used, the holder excluded.
ticks()
{
	local pid sum=0 t

	for pid in $(ns_pids); do
		[ "$pid" != "${PIDS[holder]}" ] || continue
		[ "$(cat "/proc/$pid/comm" 2>/dev/null)" != sleep ] || continue
		t=$(awk '{ sub(/.*\) /, ""); print $12 + $13 }' \
			"/proc/$pid/stat" 2>/dev/null)
		sum=$((sum + ${t:-0}))
	done
	echo "$sum"
}

idle()
{
	local before used allowed

	net_up
	start memcached prog memcached -u nobody -U 0 -t "$1"
	wait_port "$P_IP" 11211
	start holder peer "$PYTHON" "$COMPAT_DIR/tools/mc.py" hold "$P_IP" \
		11211 20 $((SECONDS_IDLE + 3))
	wait_for 5 grep -q holding "$TMP/holder.out" || fail "no connections"
	sleep 1
	before=$(ticks)
	sleep "$SECONDS_IDLE"
	used=$(($(ticks) - before))
	allowed=$(($(getconf CLK_TCK) * SECONDS_IDLE * IXT_SLOW / 100))
	[ "$used" -le "$allowed" ] || fail "$used ticks in $SECONDS_IDLE s," \
		"one percent (of a slow machine more) is $allowed"
	alive "${PIDS[memcached]}" || { show memcached; fail "it died"; }
	finish_ok holder 10
}

t_one_thread()
{
	idle 1
}

t_four_threads()
{
	idle 4
}

compat_main "$@" -- one_thread four_threads
