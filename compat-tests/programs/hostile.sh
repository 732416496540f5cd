#!/bin/bash
# SPDX-License-Identifier: MIT
#
# hostile - a program that attacks the dataplane through the gate, and an innocent one beside it.
#
# compat-tests/hostile is run as a program is; in protected mode it tries what
# the dataplane's memory is protected from as well. IXT_HOSTILE_BATCHES: how many
# random ones (20000), IXT_HOSTILE_SEED: of these (the time).
. "$(dirname "$0")/../lib.sh"

HOSTILE="$TOOLS/hostile"
MC="$COMPAT_DIR/tools/mc.py"
BATCHES=${IXT_HOSTILE_BATCHES:-20000}
SEED=${IXT_HOSTILE_SEED:-$(date +%s)}
# The lab's emulated processors have faults of their own, see docs/STATUS.md.
[[ $IX_RUN_OPTS = *--protect=kvm* ]] || NO_RETRY=yes
export HOSTILE_DP=$IX_BUILD/lib/libixdp.so

# The innocent: another instance on the same machine.
serve_beside()
{
	need memcached
	start memcached prog2 memcached -u nobody -U 0 -l 10.99.2.2
	wait_port 10.99.2.2 11211 60
	ask_beside before
}

ask_beside()
{
	run peer "$PYTHON" "$MC" values 10.99.2.2 11211 20 2>"$TMP/mc.err" ||
		fail "beside it, $1: $(tail -n 1 "$TMP/mc.err")"
}

said()
{
	grep -q "^$2" "$TMP/$1.out" 2>/dev/null || ! alive "${PIDS[$1]}"
}

# attack NAME ARG...: runs it to its end, when it still has its instance. What
# failed is told with its arguments: the seed is one.
attack()
{
	local name=$1

	shift
	attack="$*"
	mkfifo "$TMP/$name.in"
	exec {hold}<>"$TMP/$name.in"
	prefix prog
	HOSTILE_WAIT=1 "${PREFIX[@]}" "$HOSTILE" "$@" <"$TMP/$name.in" \
		>"$TMP/$name.out" 2>"$TMP/$name.err" &
	PIDS[$name]=$!
	wait_for $((${IXT_HOSTILE_LIMIT:-600} - 100)) said "$name" done ||
		{ show "$name"; fail "$attack: not done"; }
	alive "${PIDS[$name]}" || { show "$name"; fail "$attack: it died"; }
}

# attacked NAME: it ends well, and each of its groups has passed.
attacked()
{
	local name=$1 line

	kill "${PIDS[$name]}"
	finish "$name" 10
	while read -r line; do
		note "${line#* }"
	done < <(grep '^PASS ' "$TMP/$name.out")
	grep -q '^FAIL ' "$TMP/$name.out" &&
		{ show "$name"; fail "$attack: $(grep -m 1 '^FAIL ' "$TMP/$name.out")"; }
	grep -q '^PASS ' "$TMP/$name.out" || { show "$name"; fail "no case"; }
	wait_for 5 no_instance 1 || fail "the instance is left behind"
}

no_instance()
{
	! ip -n "$NS_H" link show "x$$n$1" >/dev/null 2>&1
}

# pools NAME: what of each pool is in use.
pools()
{
	"$IXCP" --json stats "${PIDS[$1]}" | "$PYTHON" -c '
import json, sys
for p in json.load(sys.stdin)["pools"]: print(p["name"], p["in_use"])'
}

states()
{
	"$IXCP" --json conns "${PIDS[$1]}" | "$PYTHON" -c '
import json, sys
print(*sorted({c["state"] for c in json.load(sys.stdin)["conns"]}))'
}

# Nothing is left but what waits for its time, which the program may have set.
all_back()
{
	pools "$1" >"$TMP/pools" && cmp -s "$TMP/pools" "$TMP/pools.before" &&
		[[ $(states "$1") =~ ^(FIN-WAIT-2)?\ ?(TIME-WAIT)?$ ]]
}

# Before anything has happened, there is an instance of the same kind.
pools_before()
{
	attack idle nothing
	pools idle >"$TMP/pools.before" || fail "ixcp stats"
	kill "${PIDS[idle]}"
	finish idle 10
	wait_for 5 no_instance 1 || fail "the instance is left behind"
}

# A connection whose program made it deaf (IP_MINTTL, a filter that takes nothing)
# hears no answer to its FIN: it ends with its eighth retransmission, after 102 s.
given_back()
{
	wait_for 120 all_back "$1" && return
	show "$1"
	diff "$TMP/pools.before" "$TMP/pools"
	fail "not given back: $(states "$1"), pools $(xargs <"$TMP/pools")"
}

# beside WHAT ARG...: while the innocent serves; nothing is kept of it.
beside()
{
	net_up 2
	serve_beside
	pools_before
	attack "$@"
	ask_beside after
	given_back "$1"
	attacked "$1"
}

is_protected()
{
	[[ " $IX_RUN_OPTS " = *--protect=kvm* ]]
}

t_calls()
{
	# in direct mode what is executed has no dataplane
	! is_protected || export HOSTILE_CHILD=1
	beside calls calls
}

t_races()
{
	is_protected ||
		skip "in direct mode a bad address is the program's own fault"
	beside races races
}

t_exhaust()
{
	beside exhaust exhaust
}

t_random()
{
	beside random random "$SEED" "$BATCHES"
}

# Handles that another instance has given out.
t_foreign()
{
	net_up 2
	prefix prog2
	mkfifo "$TMP/other.in"
	exec {other}<>"$TMP/other.in"
	HOSTILE_WAIT=1 "${PREFIX[@]}" "$HOSTILE" hold <"$TMP/other.in" \
		>"$TMP/other.out" 2>"$TMP/other.err" &
	PIDS[other]=$!
	wait_for 20 said other done || { show other; fail "no handles"; }
	export HOSTILE_HANDLES
	HOSTILE_HANDLES=$(head -n 1 "$TMP/other.out")
	attack foreign foreign
	attacked foreign
	alive "${PIDS[other]}" || fail "the other one died"
}

MODES[calls]=ix MODES[races]=ix MODES[exhaust]=ix MODES[random]=ix
MODES[foreign]=ix
for name in calls races exhaust random foreign; do
	LIMIT[$name]=${IXT_HOSTILE_LIMIT:-600}
done
compat_main "$@" -- calls races exhaust random foreign
