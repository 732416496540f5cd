#!/bin/bash
# SPDX-License-Identifier: MIT
#
# nginx - stock nginx: one worker, two workers, a large file, a reload.
. "$(dirname "$0")/../lib.sh"

. "$COMPAT_DIR/nginx.sh"
need nginx curl

fetch()
{
	run peer curl -sSf --max-time $((30 * IXT_SLOW)) -o "$TMP/got$1" \
		"http://$P_IP/file" ||
		fail "curl ends with status $?"
	same_sha "$TMP/got$1" "$TMP/www/file"
}

serve()
{
	net_up
	mkdir -p "$TMP/www"
	random_file "$TMP/www/file" "$(scaled 10000000)"
	nginx_start nginx prog "$P_IP" "$1"
}

# Twenty at a time, each checked.
fetch_many()
{
	local i jobs=()

	for i in {1..20}; do
		fetch "$i" &
		jobs+=($!)
	done
	for i in "${jobs[@]}"; do
		wait "$i" || fail "one of twenty parallel fetches failed"
	done
}

t_one_worker()
{
	serve 1
	fetch 0
	fetch_many
}

t_two_workers()
{
	serve 2
	fetch 0
	fetch_many
	same "a missing file" "$(run peer curl -s -o /dev/null \
		-w '%{http_code}' "http://$P_IP/missing")" 404
}

# Many requests on one connection.
t_keepalive()
{
	local urls=() i

	serve 1
	echo hello >"$TMP/www/small"
	for i in {1..100}; do
		urls+=("http://$P_IP/small")
	done
	run peer curl -sSf "${urls[@]}" >"$TMP/all" || fail "curl failed: $?"
	same "answers" "$(grep -c '^hello$' "$TMP/all")" 100
}

# New workers take over the listener, old ones leave.
t_reload()
{
	local before after

	serve 1
	before=$(pgrep -P "${PIDS[nginx]}" | sort | tr '\n' ' ')
	kill -HUP "${PIDS[nginx]}"
	sleep 1
	fetch 0
	after=$(pgrep -P "${PIDS[nginx]}" | sort | tr '\n' ' ')
	[ "$before" != "$after" ] || fail "no new worker after SIGHUP"
	kill -QUIT "${PIDS[nginx]}"
	finish_ok nginx 10
}

compat_main "$@" -- one_worker two_workers keepalive reload
