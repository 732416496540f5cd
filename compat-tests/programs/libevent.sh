#!/bin/bash
# SPDX-License-Identifier: MIT
#
# libevent - libevent's own test-suite with the installed library: events,
# buffers, HTTP, DNS, TLS over the loopback that the stack serves; each way of
# waiting that the library knows.
. "$(dirname "$0")/../lib.sh"

# They fail on Linux: OpenSSL 3 tells of a missing close_notify in another way
# than they expect.
BROKEN=(http/https_incomplete http/https_incomplete_timeout
	http/https_chunk_out ssl/bufferevent_socketpair_dirty_shutdown
	ssl/bufferevent_renegotiate_socketpair_dirty_shutdown
	ssl/bufferevent_socketpair_startopen_dirty_shutdown)
# Ten seconds each, for a name server that does not answer.
SLOW=(http/cancel_inactive_server http/cancel_by_host_inactive_server
	http/cancel_by_host_no_ns http/cancel_by_host_no_ns_inactive_server
	http/cancel_by_host_ns_timeout
	http/cancel_by_host_ns_timeout_inactive_server)
# It fails where 1000 look-ups are done within 10 ms, as they are in the stack's
# loopback on a good day: none is left to be cancelled.
RACE=(dns/getaddrinfo_cancel_stress)
OMIT=("${BROKEN[@]/#/:}" "${SLOW[@]/#/:}" "${RACE[@]/#/:}")

# What touches the network, for the ways to wait that are not the default.
NETWORK=(main/.. et/.. bufferevent/.. listener/.. http/.. rpc/.. thread/..)

build_regress()
{
	local libs=(-levent_core -levent_extra -levent_pthreads -levent_openssl
		-lssl -lcrypto -lz -lpthread)

	# Each test is a fork: a socket before them starts one instance for all.
	cat >test/first.c <<-'END'
		#include <sys/socket.h>
		#include <unistd.h>
		__attribute__((constructor)) static void first(void)
		{
			close(socket(AF_INET, SOCK_STREAM, 0));
		}
	END
	: >evconfig-private.h
	cd test || return
	cc -O1 -w -D_GNU_SOURCE -DTINYTEST_LOCAL -I. -I.. -I../include \
		-o regress first.c tinytest.c regress.c regress.gen.c \
		regress_{buffer,bufferevent,dns,et,finalize,http,listener}.c \
		regress_{main,minheap,rpc,ssl,testutils,thread,util,zlib}.c \
		"${libs[@]}"
}

# regress "SETTING..." TEST...: those that fail are tried twice more, alone: many
# hold the clock to 50 ms.
regress()
{
	local setting=$1 tests try

	shift
	tests=("$@" "${OMIT[@]}")
	for try in 1 2 3; do
		# shellcheck disable=SC2086
		run prog env $setting "$SRC/test/regress" "${tests[@]}" \
			>"$TMP/log" 2>&1 && break
		cat "$TMP/log"
		mapfile -t tests < <(awk '/^[a-z_]+\/[a-z0-9_]+: / {
			sub(/:.*/, ""); name = $0 } / FAILED\]$/ { print name }
			' "$TMP/log")
		[ "${#tests[@]}" -gt 0 ] ||
			fail "regress ended early: $(tail -n 1 "$TMP/log")"
		[ "$try" != 3 ] || fail "$setting ${tests[*]}"
	done
	# It ends well, too, when it was given nothing to do.
	grep -q '^[1-9][0-9]* tests ok' "$TMP/log" ||
		fail "regress ran nothing: $(tail -n 1 "$TMP/log")"
}

suite()
{
	net_up
	debian_source libevent libevent-core-2.1-7 build_regress
	P_OPTS[1]="${P_OPTS[1]:-} --loopback"
	# What passes without the kernel's loopback was the stack's.
	[ "$MODE" = native ] || ip -n "$NS_H" link set lo down
	regress "$@"
}

t_epoll()
{
	suite EVENT_NOSELECT=1
}

t_changelist()
{
	suite EVENT_EPOLL_USE_CHANGELIST=1 "${NETWORK[@]}"
}

t_timerfd()
{
	suite EVENT_PRECISE_TIMER=1 "${NETWORK[@]}"
}

t_poll()
{
	suite EVENT_NOEPOLL=1 "${NETWORK[@]}"
}

t_select()
{
	suite "EVENT_NOEPOLL=1 EVENT_NOPOLL=1" "${NETWORK[@]}"
}

LIMIT[epoll]=150 LIMIT[changelist]=120 LIMIT[timerfd]=120
LIMIT[poll]=120 LIMIT[select]=120
compat_main "$@" -- epoll changelist timerfd poll select
