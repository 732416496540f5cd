#!/bin/bash
# SPDX-License-Identifier: MIT
#
# iperf3 - stock iperf3, each side as the program, both directions, and UDP.
. "$(dirname "$0")/../lib.sh"

need iperf3

# measure CLIENT-AT SERVER-AT IP OPTION...: at least 10 MB must arrive in 2 s.
measure()
{
	local client=$1 server=$2 ip=$3

	shift 3
	net_up
	start server "$server" iperf3 -s -B "$ip"
	wait_port "$ip" 5201
	run "$client" iperf3 -c "$ip" -t 2 -J "$@" >"$TMP/json" ||
		fail "iperf3: $(sed -n 's/.*"error"://p' "$TMP/json")"
	"$PYTHON" -c 'import json, sys
end = json.load(open(sys.argv[1]))["end"]
got = end.get("sum_received", end.get("sum"))["bytes"]
sys.exit(None if got > int(sys.argv[2]) else f"only {got} bytes in 2 s")' \
		"$TMP/json" "$(scaled 10000000)" 2>"$TMP/why" || fail "$(cat "$TMP/why")"
}

t_server()
{
	measure peer prog "$P_IP"
}

t_server_reverse()
{
	measure peer prog "$P_IP" -R
}

t_client()
{
	measure prog peer "$K_IP"
}

t_client_reverse()
{
	measure prog peer "$K_IP" -R
}

t_parallel()
{
	measure peer prog "$P_IP" -P 8
}

t_udp()
{
	measure peer prog "$P_IP" -u -b "$(scaled 100)M"
}

compat_main "$@" -- server server_reverse client client_reverse parallel udp
