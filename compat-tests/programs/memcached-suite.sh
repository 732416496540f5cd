#!/bin/bash
# SPDX-License-Identifier: MIT
#
# memcached-suite - memcached's own test-suite against a server that is reached
# over the network: both protocols, TCP and UDP, ports, limits, ends.
. "$(dirname "$0")/../lib.sh"

SLOTS=4
# Storage and replacement take minutes and hardly a packet; getset has the
# client busy for as long, item_size_max starts eight servers, watcher wants two
# at a time; a unix socket is none of ours; the others skip themselves here.
OMIT=" binary-extstore chunked-extstore chunked-items dash-M dyn-maxbytes
error-extstore extstore extstore-buckets extstore-jbod issue_14 lru-crawler
lru-maintainer maxconns metaget restart slabs-reassign2 slabs_reassign
getset item_size_max watcher unixsocket
issue_140 issue_260 misbehave proxy refhang slabhang ssl_cert_refresh ssl_ports
ssl_proto_version ssl_session_resumption ssl_settings ssl_verify_modes
whitespace "

# The suite starts a server by this name; we stand in front.
server_wrapper()
{
	cat <<-'END'
		#!/bin/bash
		real=${0%/*}/memcached-debug.real
		# With unix sockets it would use nothing else.
		[ "$*" != -h ] || { "$real" -h | grep -v unix-socket; exit; }
		[ -n "${MC_LINK:-}" ] || exec "$real" "$@"
		# A test starts the next server before it drops the last one.
		old=$(cat "$MC_PID" 2>/dev/null)
		[ -z "$old" ] || ! grep -qs "$MC_PID" "/proc/$old/environ" ||
			kill "$old"
		for ((i = 0; i < 200; i++)); do
			ip link show "$MC_LINK" >/dev/null 2>&1 || break
			sleep 0.05
		done
		echo "$$" >"$MC_PID"
		exec $MC_PREFIX "$real" "$@"
	END
}

build_suite()
{
	local lib=t/lib/MemcachedTest.pm

	./configure -q --disable-dependency-tracking || return
	make -j2 memcached-debug timedrun || return
	mv memcached-debug memcached-debug.real
	server_wrapper >memcached-debug
	chmod 755 memcached-debug
	# The server is at $MC_HOST; the port is still chosen on this side.
	sed -i -e '/^sub free_port/,/^}/!s/127\.0\.0\.1/$ENV{MC_HOST}/' \
		-e "s/'\$ENV{MC_HOST}'/\$ENV{MC_HOST}/" \
		-e '/LocalAddr => \$ENV/d' "$lib"
	sed -i -e "s/'\([^']*\)127\.0\.0\.1\([^']*\)'/\"\1127.0.0.1\2\"/" \
		-e 's/127\.0\.0\.1/$ENV{MC_HOST}/' t/*.t
	# Two servers at a time cannot have one device: the second is another
	# connection to the first, which may well be.
	cat >>"$lib" <<-'END'
		package Again;
		our @ISA = ('Memcached::Handle');
		sub new { my ($class, $server) = @_;
			bless { %$server, conn => $server->new_sock }, $class }
		sub DESTROY { }
		1;
	END
	sed -i 's/my \(\$svr\|\$s2\) = new_memcached(.*)/my \1 = Again->new($server)/' \
		t/cas.t t/binary.t
	# An instance takes longer to start than a process.
	sed -i 's/for (1\.\.20)/for (1..100)/' t/issue_67.t
}

# share SLOT: every SLOTS-th of the tests.
share()
{
	local t k=0

	for t in t/*.t; do
		t=${t#t/}
		[[ $OMIT = *[[:space:]]${t%.t}[[:space:]]* ]] && continue
		k=$((k + 1))
		[ $((k % SLOTS + 1)) != "$1" ] || echo "t/$t"
	done
}

# One file of the suite, for prove: it is ended after a while, and its output is a
# file, as a server that outlives it would keep a pipe open, and prove with it.
file_wrapper()
{
	cat <<-END
		#!/bin/bash
		timeout -k 5 $((60 * IXT_SLOW)) perl "\$1" >"$TMP/\${1##*/}.out" 2>&1
		rc=\$?
		cat "$TMP/\${1##*/}.out"
		exit "\$rc"
	END
}

# The clients are on the host of the instances, or where the server is.
prove_share()
{
	local i=$1 ns=${P_NS[$1]}

	export MC_HOST=10.99.$i.2
	if [ "$MODE" = ix ]; then
		export MC_LINK=x$$n$i MC_PID=$TMP/pid$i
		export MC_PREFIX="$IX_RUN ${P_OPTS[$i]} $IX_RUN_OPTS --"
	fi
	# shellcheck disable=SC2046
	in_ns "$ns" prove --timer --exec "$TMP/file" $(share "$i") \
		>"$TMP/prove$i.out" 2>&1
}

failed_in()
{
	sed -n 's/^t\/\([^ ]*\)\.t  *(Wstat.*/\1/p' "$1"
}

# judge FILE...: those that failed. Some of them wait for what memcached does
# within a time, or for ever: what fails natively says nothing of IX, as long as
# it is little.
judge()
{
	local f here=() list=$IX_BUILD/compat/memcached-suite.native

	if [ "$MODE" = native ]; then
		printf '%s\n' "$@" >"$list"
		[ $# = 0 ] || note "Linux itself fails $*"
		[ $# -le 2 ] || fail "$*"
		return
	fi
	for f in "$@"; do
		grep -qsx "$f" "$list" || here+=("$f")
	done
	[ "${#here[@]}" = 0 ] || fail "${here[*]}"
}

t_suite()
{
	local i failed=()

	need prove
	net_up "$SLOTS"
	debian_source memcached memcached build_suite
	cd "$SRC" || fail "cd $SRC"
	file_wrapper >"$TMP/file"
	chmod 755 "$TMP/file"
	for ((i = 1; i <= SLOTS; i++)); do
		prove_share "$i" &
		PIDS[prove$i]=$!
	done
	for ((i = 1; i <= SLOTS; i++)); do
		finish "prove$i" 200
		grep -q '^Files=1[0-9], Tests=' "$TMP/prove$i.out" ||
			fail "prove $i: $(tail -n 1 "$TMP/prove$i.out")"
		[ "$STATUS" = 0 ] && continue
		cat "$TMP/prove$i.out"
		mapfile -t -O "${#failed[@]}" failed < <(failed_in "$TMP/prove$i.out")
	done
	judge "${failed[@]}"
}

LIMIT[suite]=240
compat_main "$@" -- suite
