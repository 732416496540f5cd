#!/bin/bash
# SPDX-License-Identifier: MIT
#
# curl - stock curl as the program: down, up, many at once, refused, timed out.
. "$(dirname "$0")/../lib.sh"

. "$COMPAT_DIR/nginx.sh"
need curl nginx

serve()
{
	net_up
	mkdir -p "$TMP/www"
	random_file "$TMP/www/file" "$(scaled 10000000)"
	nginx_start nginx peer "$K_IP" 1 "dav_methods PUT;"
	chmod 777 "$TMP/www"
}

t_download()
{
	serve
	run prog curl -sSf -o "$TMP/got" "http://$K_IP/file" ||
		fail "curl ends with status $?"
	same_sha "$TMP/got" "$TMP/www/file"
}

t_upload()
{
	serve
	random_file "$TMP/up" "$(scaled 5000000)"
	run prog curl -sSf -T "$TMP/up" "http://$K_IP/up" ||
		fail "curl ends with status $?"
	same_sha "$TMP/www/up" "$TMP/up"
}

t_parallel()
{
	local i args=()

	serve
	for i in {1..10}; do
		args+=(-o "$TMP/got$i" "http://$K_IP/file")
	done
	run prog curl -sSf -Z "${args[@]}" || fail "curl ends with status $?"
	for i in {1..10}; do
		same_sha "$TMP/got$i" "$TMP/www/file"
	done
}

# curl's exit status 7: could not connect; 28: timed out.
t_refused()
{
	local rc=0

	net_up
	run prog curl -sS "http://$K_IP:81/" 2>/dev/null || rc=$?
	same "exit status" "$rc" 7
}

t_timeout()
{
	local rc=0

	net_up
	run prog curl -sS --connect-timeout 1 "http://${P_IP%.*}.200/" \
		2>/dev/null || rc=$?
	same "exit status" "$rc" 28
}

compat_main "$@" -- download upload parallel refused timeout
