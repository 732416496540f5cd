# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# lib.sh - namespaces, processes and verdicts for the compatibility tests.
#
# A test file defines functions t_NAME and ends with
#
#	compat_main "$@" -- NAME...
#
# Each NAME runs twice, each time in a process and namespaces of its own:
# natively first, where the program under test is an ordinary process, then
# under ix-run. A test that Linux itself fails is wrong, so a native failure
# also fails the test under IX, unrun. The verdict is one line:
#
#	PASS file.name [mode]
#	FAIL file.name [mode]: reason
#	SKIP file.name [mode]: which facility is missing
#
# The cast: the *program* (unmodified, under test) has the address P_IP; the
# *peer* is Linux, has K_IP and is never under IX. The *host* between them is
# where instances live, so that K_IP is no address of the kernel that runs the
# program: that would be served by this kernel and try nothing.
#
#	native  k [peer, K_IP] --veth-- h [router] --veth-- p1 [program, P_IP]
#	ix      k [peer, K_IP] --veth-- h [ix-run --dev veth:... program, P_IP]
#
# With net_up_wire ix-wire lies between the two and both are on one link:
#
#	k [peer, K_IP] --veth-- w [ix-wire] --veth-- p1 [program, P_IP]
#
# A tap is behind p1, which forwards then: ix-wire takes no large segments.

set -u

COMPAT_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
IX_ROOT=$(dirname "$COMPAT_DIR")
IX_BUILD=${IX_BUILD:-$IX_ROOT/build}
IX_RUN=$IX_BUILD/bin/ix-run
IXCP=$IX_BUILD/bin/ixcp
IX_SHIM=$IX_BUILD/lib/libixshim.so
IX_WIRE=$IX_BUILD/bin/ix-wire
TOOLS=$IX_BUILD/compat
# More options for ix-run, for instance --protect=none.
IX_RUN_OPTS=${IX_RUN_OPTS:-}
# The kind of device that ix-run makes where the test does not care; pci: the
# cards of a virtual machine (lab/cards.sh).
IX_TEST_DEV=${IX_TEST_DEV:-veth}
# A machine that is so many times as slow as others (an emulated one) is given
# that much more time, and less to do.
export IXT_SLOW=${IXT_SLOW:-1}
PYTHON=${PYTHON:-/usr/bin/python3}
MC=$COMPAT_DIR/tools/mc.py
export PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C

MODE=native
K_IP=10.98.0.1
P_IP=10.99.1.2
K_IP6=fd98::1
P_IP6=fd99:1::2
NS_K=ixt$$k
NS_H=ixt$$h
# By the number of the program: its namespace, its ix-run options.
declare -a P_NS=() P_OPTS=()
declare -A PIDS=()
# Seconds for each test, by its name and for others; for a server's start.
declare -A LIMIT=() MODES=()
TEST_LIMIT=60
START_LIMIT=10
NAMESPACES=()
TMP=

# --- verdicts ---------------------------------------------------------------

fail()
{
	echo "##reason $*"
	exit 1
}

skip()
{
	# Outside of a test it is the whole file that is skipped.
	[ -n "$TMP" ] || { echo "SKIP $(basename "$0" .sh): $*"; exit 0; }
	echo "##reason $*"
	exit 77
}

# note WORDS: for who reads the verdict of a test that passes.
note()
{
	echo "##note $*"
}

# need COMMAND...: skips unless each is installed.
need()
{
	local c

	for c in "$@"; do
		command -v "$c" >/dev/null || skip "$c is not installed"
	done
}

need_root()
{
	[ "$(id -u)" = 0 ] || skip "not root: namespaces are needed"
}

# same WHAT GOT WANT
same()
{
	[ "$2" = "$3" ] || fail "$1: got '$2', expected '$3'"
}

same_sha()
{
	local a b

	[ -e "$1" ] || fail "$1 does not exist"
	a=$(sha256sum <"$1")
	b=$(sha256sum <"$2")
	[ "$a" = "$b" ] || fail "SHA-256 of $1 ($(stat -c %s "$1") bytes)" \
		"differs from $2 ($(stat -c %s "$2") bytes)"
}

# scaled N: that much, or what a slow machine is given to do of it.
scaled()
{
	echo $(($1 / IXT_SLOW))
}

# random_file PATH BYTES
random_file()
{
	head -c "$2" /dev/urandom >"$1"
	chmod 644 "$1"
}

# --- suites of the programs -------------------------------------------------

# debian_source PACKAGE BINARY BUILD: sets SRC to the source of the installed
# version of BINARY, in which the function BUILD has run. It is kept.
debian_source()
{
	local top=$IX_BUILD/compat/src version log

	need apt-get dpkg-source make cc
	version=$(dpkg-query -W -f '${source:Version}' "$2" 2>/dev/null) ||
		skip "$2 is not installed"
	mkdir -p "$top"
	log=$top/$1.log
	exec {lock}>"$top/lock"
	flock -w 300 "$lock" || fail "the sources are locked for 300 s"
	SRC=$top/$1-$version
	if [ ! -d "$SRC" ]; then
		rm -rf "$SRC.new"
		"$IX_ROOT/scripts/install-deps" --source "$SRC.new" \
			"$1=$version" >"$log" 2>&1 ||
			skip "no source of $1 $version:" \
				"$(grep -m 1 '^[EW]:' "$log")"
		(cd "$SRC.new"/*/ && "$3") >"$log" 2>&1 || {
			tail -n 20 "$log"
			fail "$1 does not build"
		}
		mv "$SRC.new"/*/ "$SRC"
		rm -rf "$SRC.new"
	fi
	exec {lock}>&-
}

# --- networks ---------------------------------------------------------------

ns_add()
{
	ip netns add "$1" || skip "network namespaces cannot be made"
	NAMESPACES+=("$1")
	ip -n "$1" link set lo up
}

in_ns()
{
	ip netns exec "$@"
}

# end_up NS IF IPV4 IPV6
end_up()
{
	ip -n "$1" link set "$2" up
	[ -z "$3" ] || ip -n "$1" addr add "$3" dev "$2"
	[ -z "$4" ] || ip -n "$1" addr add "$4" dev "$2" nodad
}

# An end that nobody on this side shall speak from.
end_mute()
{
	in_ns "$1" sysctl -qw "net.ipv6.conf.$2.disable_ipv6=1"
	ip -n "$1" link set "$2" up
}

offloads_off()
{
	in_ns "$1" ethtool -K "$2" tx off rx off sg off tso off gso off gro off \
		>/dev/null 2>&1
}

# veth NS IF NS IF: a pair.
veth()
{
	ip link add "$2" netns "$1" type veth peer name "$4" netns "$3" ||
		skip "veth pairs cannot be made"
}

# net_up [N]: the peer, the host and places for N programs (1), each in a
# subnet 10.99.N.0/24 of its own.
net_up()
{
	local n=${1:-1} i

	need_root
	ns_add "$NS_K"
	ns_add "$NS_H"
	in_ns "$NS_H" sysctl -qw net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1
	veth "$NS_K" k0 "$NS_H" h0
	end_up "$NS_K" k0 "$K_IP/24" "$K_IP6/64"
	end_up "$NS_H" h0 10.98.0.254/24 fd98::fe/64
	ip -n "$NS_K" route add default via 10.98.0.254
	ip -n "$NS_K" -6 route add default via fd98::fe
	for ((i = 1; i <= n; i++)); do
		"net_place_$MODE" "$i"
	done
}

net_place_native()
{
	local i=$1 ns=ixt$$p$1

	ns_add "$ns"
	veth "$NS_H" "h$i" "$ns" "p$i"
	end_up "$NS_H" "h$i" "10.99.$i.1/24" "fd99:$i::1/64"
	end_up "$ns" "p$i" "10.99.$i.2/24" "fd99:$i::2/64"
	ip -n "$ns" route add default via "10.99.$i.1"
	ip -n "$ns" -6 route add default via "fd99:$i::1"
	P_NS[i]=$ns
}

net_place_ix()
{
	local i=$1 name=x$$n$1 dev gateway="10.99.$1.1"

	case $IX_TEST_DEV in
	# The name is unique on the machine, and short: the other end's name
	# is made of it.
	veth | tap) dev=$IX_TEST_DEV:$name ;;
	*)
		veth "$NS_H" "h$i" "$NS_H" "$name"
		offloads_off "$NS_H" "h$i"
		offloads_off "$NS_H" "$name"
		end_up "$NS_H" "h$i" "10.99.$i.1/24" "fd99:$i::1/64"
		end_mute "$NS_H" "$name"
		dev=$IX_TEST_DEV:$name ;;
	esac
	P_NS[i]=$NS_H
	# IPv4 alone: the stack has no IPv6 on the wire yet.
	P_OPTS[i]="--dev $dev --ip 10.99.$i.2/24 --gateway $gateway"
}

# wire_to_tap NS: p1 answers for the program and puts segments together for it,
# those that arrive within half a millisecond.
wire_to_tap()
{
	end_up "$1" p1 10.98.0.254/24 ""
	in_ns "$1" sysctl -qw net.ipv4.ip_forward=1 \
		net.ipv4.conf.p1.proxy_arp=1
	in_ns "$1" sh -c 'ethtool -K p1 rx on gro on &&
		echo 500000 >/sys/class/net/p1/gro_flush_timeout &&
		echo 2 >/sys/class/net/p1/napi_defer_hard_irqs' >/dev/null 2>&1
	P_OPTS[1]="--dev tap:x$$1 --ip $P_IP/24 --gateway ${P_IP%.*}.1"
}

# net_up_wire OPTION...: one program behind ix-wire with these options.
net_up_wire()
{
	local ns_w=ixt$$w ns_p=ixt$$p1

	need_root
	[ -x "$IX_WIRE" ] || skip "ix-wire is not built"
	ns_add "$NS_K"
	ns_add "$ns_w"
	ns_add "$ns_p"
	veth "$NS_K" k1 "$ns_w" wk
	veth "$ns_p" p1 "$ns_w" wp
	offloads_off "$NS_K" k1
	offloads_off "$ns_p" p1
	end_mute "$ns_w" wk
	end_mute "$ns_w" wp
	# One prefix that holds both addresses.
	end_up "$NS_K" k1 "$K_IP/15" "$K_IP6/15"
	P_NS[1]=$ns_p
	if [ "$MODE" = native ]; then
		end_up "$ns_p" p1 "$P_IP/15" "$P_IP6/15"
	elif [ "$IX_TEST_DEV" = tap ]; then
		wire_to_tap "$ns_p"
	else
		end_mute "$ns_p" p1
		P_OPTS[1]="--dev af_packet:p1 --ip $P_IP/15"
	fi
	ip netns exec "$ns_w" "$IX_WIRE" "$@" wk wp >"$TMP/wire.json" \
		2>"$TMP/wire.err" &
	PIDS[wire]=$!
	wait_for 5 grep -q ready "$TMP/wire.err" 2>/dev/null ||
		fail "ix-wire: $(cat "$TMP/wire.err")"
}

# The wire's account, after its end.
wire_report()
{
	stop wire INT
	cat "$TMP/wire.json"
}

# --- processes --------------------------------------------------------------

# prefix WHERE: sets PREFIX, the words in front of a command. WHERE is peer,
# prog or progN.
prefix()
{
	local i=${1#prog} ns

	if [ "$1" = peer ]; then
		PREFIX=(ip netns exec "$NS_K")
		return
	fi
	i=${i:-1}
	ns=${P_NS[$i]}
	PREFIX=(ip netns exec "$ns")
	[ "$MODE" = native ] && return
	# shellcheck disable=SC2206
	PREFIX+=("$IX_RUN" ${P_OPTS[$i]} $IX_RUN_OPTS --)
}

# run WHERE COMMAND...: in the foreground.
run()
{
	prefix "$1"
	shift
	"${PREFIX[@]}" "$@"
}

# start NAME WHERE COMMAND...: in the background; output in $TMP/NAME.out,
# standard error in $TMP/NAME.err, the PID in ${PIDS[NAME]}.
start()
{
	local name=$1

	prefix "$2"
	shift 2
	"${PREFIX[@]}" "$@" >"$TMP/$name.out" 2>"$TMP/$name.err" </dev/null &
	PIDS[$name]=$!
}

alive()
{
	local state

	state=$(sed 's/.*) \(.\).*/\1/' "/proc/$1/stat" 2>/dev/null) || return 1
	[ -n "$state" ] && [ "$state" != Z ]
}

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for()
{
	local end=$((SECONDS + $1 * IXT_SLOW + 1))

	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

gone()
{
	! alive "$1"
}

# finish NAME SECONDS: waits for its end; its exit status is in STATUS.
finish()
{
	local pid=${PIDS[$1]}

	# The shell's own words on a job's death are not wanted.
	wait_for "$2" gone "$pid" 2>/dev/null || {
		show "$1"
		fail "$1 has not ended after $2 s"
	}
	STATUS=0
	wait "$pid" 2>/dev/null || STATUS=$?
	unset "PIDS[$1]"
}

# finish_ok NAME SECONDS: and it must have ended well.
finish_ok()
{
	finish "$@"
	[ "$STATUS" = 0 ] && return
	show "$1"
	fail "$1 ended with status $STATUS: $(tail -n 1 "$TMP/$1.err")"
}

# serve_file BYTES COMMAND...: the network, a random $TMP/in of that size, and the
# program as a server on port 7000.
serve_file()
{
	net_up
	random_file "$TMP/in" "$1"
	shift
	start server prog "$@"
	wait_port "$P_IP" 7000
}

# echoed WHERE IP [N]: N clients at a time (1) send $TMP/in to port 7000 there
# and get it back, bit-exact.
echoed()
{
	local i jobs=() n=${3:-1}

	for ((i = 0; i < n; i++)); do
		run "$1" socat -t $((20 * IXT_SLOW)) - "TCP:$2:7000" <"$TMP/in" >"$TMP/got$i" &
		jobs+=($!)
	done
	for ((i = 0; i < n; i++)); do
		wait "${jobs[i]}" || fail "client $i ends with status $?"
		same_sha "$TMP/got$i" "$TMP/in"
	done
}

# stop NAME [SIGNAL]
stop()
{
	local pid=${PIDS[$1]}

	kill "-${2:-TERM}" "$pid" 2>/dev/null
	wait_for 5 gone "$pid" 2>/dev/null || kill -KILL "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	unset "PIDS[$1]"
}

# show NAME: what a process wrote, for the log of a failure.
show()
{
	local f

	for f in "$TMP/$1.out" "$TMP/$1.err"; do
		[ -s "$f" ] && { echo "--- ${f##*/}:"; tail -n 20 "$f"; }
	done
	return 0
}

try_connect()
{
	timeout $((2 * IXT_SLOW)) ip netns exec "$1" bash -c \
		'exec 3<>"/dev/tcp/$0/$1"' "$2" "$3" 2>/dev/null
}

# wait_port IP PORT [SECONDS [NETNS]]: from the peer's side. It makes a
# connection, so it is not for servers that serve only one.
wait_port()
{
	wait_for "${3:-$START_LIMIT}" try_connect "${4:-$NS_K}" "$1" "$2" && return
	local name

	for name in "${!PIDS[@]}"; do
		show "$name"
	done
	fail "nothing listens on $1:$2"
}

# Everything in our namespaces, daemons and owners of instances too.
ns_pids()
{
	local ns

	for ns in "${NAMESPACES[@]}"; do
		ip netns pids "$ns" 2>/dev/null
	done
}

# The processes of instances that are not programs: their owners.
owners()
{
	local pid

	for pid in $(ns_pids); do
		[[ " ${PIDS[*]} " = *" $pid "* ]] || echo "$pid"
	done
}

no_owner()
{
	[ -z "$(owners)" ]
}

kill_all()
{
	local pids

	pids="${PIDS[*]} $(ns_pids)"
	# shellcheck disable=SC2086
	[ -z "${pids// /}" ] || kill -"$1" $pids 2>/dev/null
}

nobody_left()
{
	[ -z "$(ns_pids)" ]
}

net_down()
{
	local ns

	kill_all CONT
	kill_all TERM
	wait_for 1 nobody_left || kill_all KILL
	wait_for 2 nobody_left
	for ns in "${NAMESPACES[@]}"; do
		ip netns del "$ns" 2>/dev/null
	done
	NAMESPACES=()
	PIDS=()
}

cleanup()
{
	trap - EXIT INT TERM HUP
	net_down
	[ -z "$TMP" ] || rm -rf "$TMP"
}

# --- memcached, which many tests serve with ---

# mc_start THREADS: as the program.
mc_start()
{
	start memcached prog memcached -u nobody -U 0 -t "$1"
	wait_port "$P_IP" 11211
}

# mc_check WHEN: values go there and come back.
mc_check()
{
	run peer "$PYTHON" "$MC" values "$P_IP" 11211 20 2>"$TMP/mc.err" ||
		fail "$1: $(tail -n 1 "$TMP/mc.err")"
}

# --- the driver -------------------------------------------------------------

# setup MODE: a directory for files, and nothing left at the end.
setup()
{
	MODE=$1
	TMP=$(mktemp -d "${TMPDIR:-/tmp}/ixt.XXXXXX")
	chmod 755 "$TMP"
	trap cleanup EXIT
	trap 'exit 143' INT TERM HUP
}

run_one()
{
	setup "$1"
	"t_$2"
}

verdict()
{
	local kind=$1 name=$2 reason=${3:-}

	if [ "$kind" = PASS ]; then
		echo "PASS $name"
	else
		echo "$kind $name: $reason"
	fi
}

reason_of()
{
	sed -n 's/^##reason //p' "$1" | tail -n 1
}

# try_case NAME MODE LOG: sets REASON of what is not well; 0, 1 or 77.
try_case()
{
	local rc=0 limit=$((${LIMIT[$1]:-$TEST_LIMIT} * IXT_SLOW))

	# Ours to forward: a signal to the driver must reach the test.
	timeout -k 15 "$limit" bash "$0" --one "$2" "$1" >"$3" 2>&1 || rc=$?
	REASON=$(reason_of "$3")
	case $rc in
	0 | 77) return "$rc" ;;
	124 | 137) REASON="not done in $limit s${REASON:+ ($REASON)}" ;;
	*) REASON=${REASON:-exit status $rc} ;;
	esac
	return 1
}

# retried REASON: said of what passed at the second try, if it was one. Many
# tests hold a clock to a wait on a machine that others use as well; run-tests
# counts these, and takes a few of them only. A file whose failures are never to
# be lost sets NO_RETRY.
retried()
{
	[ -z "$1" ] || echo " at the second try; the first: $1"
}

# run_case FILE NAME MODE: prints the verdict; 1 after a failure, 2 after a
# skip.
run_case()
{
	local label="$1.$2 [$3]" rc=0 log first=

	log=$(mktemp)
	try_case "$2" "$3" "$log" || rc=$?
	if [ "$rc" = 1 ] && [ -z "${NO_RETRY:-}" ]; then
		first=$REASON rc=0
		try_case "$2" "$3" "$log" || rc=$?
	fi
	case $rc in
	0)
		verdict PASS "$label$(retried "$first")"
		sed -n 's/^##note /    | /p' "$log" ;;
	77) verdict SKIP "$label" "$REASON"; rc=2 ;;
	*)
		verdict FAIL "$label" "$REASON"
		grep -v '^##reason' "$log" | tail -n 40 | sed 's/^/    | /' ;;
	esac
	rm -f "$log"
	return "$rc"
}

run_both()
{
	local file=$1 name=$2 only=$3 rc=0 failed=0
	local modes=${MODES[$name]:-native ix}

	if [[ $modes = *native* && $only != ix ]]; then
		run_case "$file" "$name" native || rc=$?
		[ "$rc" = 1 ] && failed=1
	fi
	[[ $modes = *ix* && $only != native ]] || return "$failed"
	if [ ! -x "$IX_RUN" ]; then
		verdict SKIP "$file.$name [ix]" "build/bin/ix-run is missing"
	elif [ "$failed" = 1 ]; then
		verdict FAIL "$file.$name [ix]" "not run: Linux itself fails it"
	elif [ "$rc" = 2 ]; then
		verdict SKIP "$file.$name [ix]" "skipped natively"
	else
		run_case "$file" "$name" ix || { [ $? = 1 ] && failed=1; }
	fi
	return "$failed"
}

# compat_main [--mode native|ix] [--list] [NAME...] -- ALL...
compat_main()
{
	local wanted=() only= list=0 failed=0 name file

	if [ "${1:-}" = --one ]; then
		run_one "$2" "$3"
		exit
	fi
	while [ "$1" != -- ]; do
		case $1 in
		--mode) only=$2; shift ;;
		--list) list=1 ;;
		*) wanted+=("$1") ;;
		esac
		shift
	done
	shift
	file=$(basename "$0" .sh)
	[ "$list" = 0 ] || { printf '%s\n' "$@"; exit 0; }
	[ "${#wanted[@]}" -gt 0 ] || wanted=("$@")
	for name in "${wanted[@]}"; do
		declare -F "t_$name" >/dev/null || {
			echo "$0: no test named $name" >&2
			exit 2
		}
		run_both "$file" "$name" "$only" || failed=1
	done
	exit "$failed"
}

[ "$IX_TEST_DEV" != pci ] || . "$COMPAT_DIR/lab/cards.sh"
