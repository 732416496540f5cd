#!/bin/bash
# SPDX-License-Identifier: MIT
#
# redis - stock redis: server, benchmark, command line client, background save.
. "$(dirname "$0")/../lib.sh"

need redis-server redis-cli redis-benchmark

# serve WHERE IP
serve()
{
	mkdir -p -m 777 "$TMP/redis"
	start redis "$1" redis-server --port 6379 --bind "$2" --save '' \
		--protected-mode no --dir "$TMP/redis"
	wait_port "$2" 6379
}

# cli WHERE IP COMMAND...
cli()
{
	local where=$1 ip=$2

	shift 2
	run "$where" redis-cli -h "$ip" "$@"
}

# The same few commands, whoever runs the client.
exercise()
{
	local where=$1 ip=$2

	same "SET" "$(cli "$where" "$ip" set colour green)" OK
	same "GET" "$(cli "$where" "$ip" get colour)" green
	random_file "$TMP/value" "$(scaled 1000000)"
	base64 -w0 "$TMP/value" >"$TMP/value64"
	same "large SET" "$(cli "$where" "$ip" -x set big <"$TMP/value64")" OK
	cli "$where" "$ip" --raw get big | head -c -1 >"$TMP/got64"
	same_sha "$TMP/got64" "$TMP/value64"
}

t_server()
{
	net_up
	serve prog "$P_IP"
	exercise peer "$P_IP"
}

t_client()
{
	net_up
	serve peer "$K_IP"
	exercise prog "$K_IP"
}

t_benchmark()
{
	local n

	n=$(scaled 20000)
	net_up
	serve prog "$P_IP"
	run peer redis-benchmark -h "$P_IP" -n "$n" -c 50 -t set,get,lpush \
		-P 4 --csv >"$TMP/csv" 2>&1 || fail "$(tail -n 1 "$TMP/csv")"
	same "lines of results" "$(grep -c '^"\(SET\|GET\|LPUSH\)' "$TMP/csv")" 3
	same "list" "$(cli peer "$P_IP" llen mylist)" "$n"
}

# The background save is a fork while connections are served.
t_bgsave()
{
	net_up
	serve prog "$P_IP"
	cli peer "$P_IP" eval "for i = 1, 10000 do
		redis.call('set', 'key' .. i, string.rep('x', 100))
	end" 0 >/dev/null
	cli peer "$P_IP" bgsave >/dev/null
	same "GET during the save" "$(cli peer "$P_IP" dbsize)" 10000
	wait_for 10 test -s "$TMP/redis/dump.rdb" || fail "no dump was written"
	same "GET after the save" "$(cli peer "$P_IP" dbsize)" 10000
	cli peer "$P_IP" shutdown nosave
	finish_ok redis 5
}

compat_main "$@" -- server client benchmark bgsave
