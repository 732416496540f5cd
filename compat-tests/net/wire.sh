#!/bin/bash
# SPDX-License-Identifier: MIT
#
# wire - ix-wire itself: what it says it did, it did, with Linux TCP at both
# ends. It knows nothing of IX, hence native alone.
. "$(dirname "$0")/../lib.sh"

json()
{
	"$PYTHON" -c 'import json,sys
d = json.load(open(sys.argv[1]))
print(eval("(" + sys.argv[2] + ")", d))' "$TMP/wire.json" "$1"
}

# transfer BYTES: each way at once, between the two ends.
transfer()
{
	start server prog "$TOOLS/stream" serve "$P_IP" 7000
	start client peer "$TOOLS/stream" both "$P_IP" 7000 "$1"
	finish_ok client 40
	finish_ok server 5
	wire_report
}

# counted DIRECTION FIELD LOW HIGH, as shares of what was received
counted()
{
	same "$1 $2 in [$3, $4] of received" \
		"$(json "$3 * $1['received'] <= $1['$2'] <= $4 * $1['received']")" \
		True
}

t_clean()
{
	net_up_wire
	transfer 33554432
	same "nothing was lost" "$(json "sum(d[k] for d in (ab, ba) for k in d
		if k not in ('received', 'forwarded'))")" 0
	same "all was forwarded" "$(json "ab['received'] == ab['forwarded'] and
		ba['received'] == ba['forwarded'] and ab['received'] > 1000")" True
}

t_loss()
{
	net_up_wire --loss 1%
	transfer 8388608
	counted ab lost 0.004 0.02
	counted ba lost 0.004 0.02
}

t_burst()
{
	net_up_wire --burst 0.3%,25%
	transfer 4194304
	counted ab lost 0.002 0.05
}

t_duplicate()
{
	net_up_wire --duplicate 2%
	transfer 8388608
	counted ab duplicated 0.01 0.04
	same "copies are forwarded" "$(json "ab['forwarded'] ==
		ab['received'] + ab['duplicated']")" True
}

t_reorder()
{
	net_up_wire --delay 5ms --reorder 5%
	transfer 8388608
	counted ab reordered 0.01 0.09
}

t_corrupt()
{
	net_up_wire --corrupt 1%
	transfer 8388608
	counted ab corrupted 0.004 0.02
}

t_one_direction()
{
	net_up_wire --ab-loss 2%
	transfer 4194304
	counted ab lost 0.008 0.04
	same "the other way" "$(json "ba['lost']")" 0
}

# The least time of ten handshakes: more is the machine's, not the wire's.
t_delay()
{
	net_up_wire --delay 10ms
	start server prog "$PYTHON" -m http.server --bind "$P_IP" 7000
	wait_port "$P_IP" 7000
	run peer "$PYTHON" -c '
import socket, sys, time
def once():
	t = time.monotonic()
	socket.create_connection((sys.argv[1], 7000)).close()
	return (time.monotonic() - t) * 1000
rtt = min(once() for _ in range(10))
sys.exit(None if 20 <= rtt < 21 else f"##reason handshake took {rtt} ms")
' "$P_IP" || exit 1
}

t_rate()
{
	local begin took

	net_up_wire --rate 80mbit --queue 64k
	begin=$(date +%s%N)
	start server prog "$TOOLS/stream" serve "$P_IP" 7000
	start client peer "$TOOLS/stream" send "$P_IP" 7000 20000000
	finish_ok client 30
	took=$((($(date +%s%N) - begin) / 1000000))
	finish_ok server 5
	wire_report
	# 20 MB and headers at 10 MB/s.
	[ "$took" -ge 2000 ] && [ "$took" -lt 4500 ] ||
		fail "20 MB took $took ms, not 2000 to 4500"
	same "a full queue drops" "$(json "ab['queue_drops'] > 0")" True
}

# The same frames with the same seed meet the same fate. Each is sent alone,
# by one sender, with nothing else on the wire.
t_seed()
{
	local i

	for i in 1 2; do
		MODE=ix net_up_wire --ab-loss 30% --ab-duplicate 20% --seed 99
		in_ns "$NS_K" "$PYTHON" -c '
import socket, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("k1", 0))
for i in range(500):
	s.send(bytes.fromhex("02000000000202000000000188b5") + bytes(60))
	if i % 50 == 0: time.sleep(0.01)
time.sleep(0.2)'
		wire_report
		json "[ab[k] for k in ('lost', 'duplicated')]" >"$TMP/fate$i"
		net_down
	done
	same "fates with one seed" "$(cat "$TMP/fate1")" "$(cat "$TMP/fate2")"
}

# A segment that offloads left unfinished is refused, not sent on broken.
t_oversize()
{
	net_up_wire
	in_ns "$NS_K" ethtool -K k1 tx on sg on tso on gso on >/dev/null
	start server prog "$TOOLS/stream" serve "$P_IP" 7000
	start client peer "$TOOLS/stream" send "$P_IP" 7000 1000000
	sleep 2
	kill "${PIDS[client]}"
	wire_report
	same "oversize segments are counted" "$(json "ab['oversize'] > 0")" True
}

for name in clean loss burst duplicate reorder corrupt one_direction delay \
	rate seed oversize; do
	MODES[$name]=native
done
compat_main "$@" -- clean loss burst duplicate reorder corrupt one_direction \
	delay rate seed oversize
