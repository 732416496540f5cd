#!/bin/bash
# SPDX-License-Identifier: MIT
#
# threads - several elastic threads: every flow is served, wherever its packets come in.
. "$(dirname "$0")/../lib.sh"

need_root
. "$COMPAT_DIR/nginx.sh"

# with N: so many elastic threads
with()
{
	net_up
	[ "$MODE" = native ] || P_OPTS[1]="${P_OPTS[1]} --threads $1"
}

# total WHAT PROGRAM: what ixcp says of its elastic threads, summed up.
total()
{
	"$IXCP" --json threads "${PIDS[$2]}" |
		"$PYTHON" -c 'import json, sys
print(sum(t[sys.argv[1]] for t in json.load(sys.stdin)["ethreads"]))' "$1"
}

# check_handover PROGRAM: something was handed over, nothing dropped on the way.
check_handover()
{
	[ "$MODE" = native ] && return
	[ "$(total handed_in "$1")" -gt 0 ] || fail "nothing was handed over"
	same "flow groups" "$(total groups "$1")" 128
	"$IXCP" stats "${PIDS[$1]}" | grep -q flow_drop_full &&
		fail "packets were dropped between elastic threads"
	return 0
}

client()
{
	run peer "$PYTHON" "$MC" "$@" 2>"$TMP/client.err" ||
		fail "client: $(tail -n 1 "$TMP/client.err")"
}

memcached_on()
{
	need memcached
	with "$1"
	start memcached prog memcached -u nobody -U 0 -m 256 -t 4
	wait_port "$P_IP" 11211
	client many "$P_IP" 11211 100
	client values "$P_IP" 11211 60
	check_handover memcached
	[ "$MODE" = native ] && return
	[ "$(total moved_in memcached)" -gt 0 ] || fail "no connection has moved"
}

t_two()
{
	memcached_on 2
}

t_four()
{
	memcached_on 4
}

# The device has one queue: its elastic thread sends and receives for all.
t_one_queue()
{
	[[ $IX_RUN_OPTS != *--protect=kvm* ]] ||
		skip "af_xdp, which a guest cannot have"
	IX_TEST_DEV=af_xdp
	memcached_on 4
}

# A program with one thread drives all of them.
t_one_program_thread()
{
	need memcached
	with 4
	start memcached prog memcached -u nobody -U 0 -m 64 -t 1
	wait_port "$P_IP" 11211
	client many "$P_IP" 11211 100
	check_handover memcached
}

SHORT='
import socket, sys
for i in range(int(sys.argv[2])):
    s = socket.create_connection((sys.argv[1], 11211), 20)
    s.sendall(b"version\r\n")
    got = b""
    while not got.endswith(b"\n"):
        part = s.recv(100)
        assert part, i
        got += part
    assert got.startswith(b"VERSION"), got
    s.close()
'

t_short_connections()
{
	need memcached
	with 2
	start memcached prog memcached -u nobody -U 0 -m 64 -t 4
	wait_port "$P_IP" 11211
	run peer "$PYTHON" -c "$SHORT" "$P_IP" "$(scaled 1000)" \
		2>"$TMP/client.err" ||
		fail "client: $(tail -n 1 "$TMP/client.err")"
	check_handover memcached
}

ECHO='
import select, socket, sys
mode, ip, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
socks = []
for i in range(n):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if mode == "server":
        s.bind((ip, 9000 + i))
    socks.append(s)
if mode == "server":
    print("ready", flush=True)
    while True:
        for s in select.select(socks, [], [])[0]:
            data, who = s.recvfrom(70000)
            s.sendto(data, who)
for k in range(40):
    for i, s in enumerate(socks):
        data = b"%d.%d." % (i, k) * (1 + 61 * (k % 40))
        for tries in range(20):
            s.sendto(data, (ip, 9000 + i))
            s.settimeout(1)
            try:
                got = s.recv(70000)
                while got != data:
                    got = s.recv(70000)
                break
            except TimeoutError:
                pass
        else:
            sys.exit("port %d, %d bytes: no answer" % (9000 + i, len(data)))
'

# Datagrams, larger ones in fragments, to sockets of several elastic threads;
# and as a client, whose ports are on one.
t_udp()
{
	with 2
	start echo prog "$PYTHON" -c "$ECHO" server "$P_IP" 8
	wait_for 10 grep -q ready "$TMP/echo.out" || fail "no server"
	run peer "$PYTHON" -c "$ECHO" client "$P_IP" 8 2>"$TMP/client.err" ||
		fail "client: $(tail -n 1 "$TMP/client.err")"
	check_handover echo
	stop echo
	start echo peer "$PYTHON" -c "$ECHO" server "$K_IP" 8
	wait_for 10 grep -q ready "$TMP/echo.out" || fail "no server"
	run prog "$PYTHON" -c "$ECHO" client "$K_IP" 8 2>"$TMP/client.err" ||
		fail "client under IX: $(tail -n 1 "$TMP/client.err")"
}

t_iperf3()
{
	need iperf3
	with 2
	start server prog iperf3 -s --forceflush
	wait_for 10 grep -q listening "$TMP/server.out" || fail "no server"
	run peer timeout $((30 * IXT_SLOW)) iperf3 -c "$P_IP" -P 4 \
		-n "$(scaled 100)M" >"$TMP/iperf" 2>&1 ||
		fail "$(tail -n 1 "$TMP/iperf")"
	# Bulk may overrun an elastic thread, as it may a card.
	[ "$MODE" = native ] || [ "$(total handed_in server)" -gt 0 ] ||
		fail "nothing was handed over"
}

nginx_with()
{
	need nginx curl
	with "$1"
	mkdir -p "$TMP/www"
	random_file "$TMP/www/file" 200000
	nginx_start nginx prog "$P_IP" 2
}

# fetch NUMBER
fetch()
{
	run peer curl -sf -m $((20 * IXT_SLOW)) --retry 3 --retry-connrefused \
		-o "$TMP/got$1" "http://$P_IP/file" ||
		fail "fetch $1: curl ends with status $?"
	same_sha "$TMP/got$1" "$TMP/www/file"
}

t_nginx()
{
	local i jobs=()

	nginx_with 2
	for i in {1..40}; do
		fetch "$i" &
		jobs+=($!)
	done
	for i in "${jobs[@]}"; do
		wait "$i" || fail "one of forty parallel fetches failed"
	done
	check_handover nginx
}

# A process that drives is killed again and again while packets are handed
# over; the others go on serving.
t_killed_driver()
{
	local i

	nginx_with 2
	(while :; do
		run peer curl -s -m 5 -o /dev/null "http://$P_IP/file"
	done) &
	PIDS[load]=$!
	for i in {1..6}; do
		sleep 0.4
		kill_worker
	done
	kill "${PIDS[load]}"
	for i in {1..10}; do
		fetch "$i"
	done
	check_handover nginx
}

# One child of nginx' master, the first one that there is.
kill_worker()
{
	local worker

	worker=$(cut -d' ' -f1 \
		"/proc/${PIDS[nginx]}/task/${PIDS[nginx]}/children")
	[ -z "$worker" ] || kill -KILL "$worker"
}

LIMIT[killed_driver]=120
MODES[one_queue]="ix"
compat_main "$@" -- two four one_queue one_program_thread short_connections \
	udp iperf3 nginx killed_driver
