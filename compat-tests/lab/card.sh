#!/bin/bash
# SPDX-License-Identifier: MIT
#
# card - network cards under vfio-pci, in a virtual machine of the lab.
#
# The first of the machine's two cards (cards.sh) is the program's. lab/run says
# what it can do: LAB_CKSUM (enum of drv.h's DRV_CKSUM_*), LAB_TSO,
# LAB_INTERRUPT, LAB_QUEUES; LAB_ABANDON=0: it may not be left running.
export IX_TEST_DEV=pci
. "$(dirname "$0")/../lib.sh"
. "$COMPAT_DIR/nginx.sh"

# --- what a test asks -------------------------------------------------------

# stat_of PROGRAM NAME: the sum of a counter over its instance.
stat_of()
{
	"$IXCP" stats "${PIDS[$1]}" |
		awk -v name="$2" '$1 == name { n += $2 } END { print n + 0 }'
}

# Frames that the peer's kernel dropped for a wrong checksum.
peer_errors()
{
	in_ns "$NS_K" cat /proc/net/snmp | awk '
		{ key = $1 }
		!(key in names) { names[key] = $0; next }
		{
			split(names[key], name)
			for (i = 2; i <= NF; i++)
				if (name[i] ~ /InCsumErrors|InHdrErrors/)
					n += $i
		}
		END { print n + 0 }'
}

kernel_has_it()
{
	[ -n "$(interface_of "$CARD")" ]
}

# refuses WORDS OPTION...: ix-run does not start with these.
refuses()
{
	local words=$1 rc=0

	shift
	in_ns "$NS_H" timeout 30 "$IX_RUN" --ip "$P_IP/24" "$@" -- memcached \
		-u nobody >"$TMP/refused" 2>&1 || rc=$?
	same "exit status with $*" "$rc" 125
	same "lines with $*" "$(wc -l <"$TMP/refused")" 1
	grep -q "$words" "$TMP/refused" ||
		fail "$*: '$(cat "$TMP/refused")' has no '$words'"
}

# --- tests ------------------------------------------------------------------

t_memcached()
{
	net_up
	mc_start "$THREADS"
	mc_check "values"
	run peer "$PYTHON" "$MC" many "$P_IP" 11211 200 2>"$TMP/mc.err" ||
		fail "200 connections: $(tail -n 1 "$TMP/mc.err")"
}

# 10 MB each way, at the same time.
t_bulk()
{
	local errors

	net_up
	peer_up
	errors=$(peer_errors)
	random_file "$TMP/in" 10000000
	start server prog socat "TCP-LISTEN:7000,bind=$P_IP,reuseaddr,fork" \
		EXEC:cat
	wait_port "$P_IP" 7000
	run peer socat -t 20 - "TCP:$P_IP:7000" <"$TMP/in" >"$TMP/got" ||
		fail "the client ends with status $?"
	same_sha "$TMP/got" "$TMP/in"
	same "checksum errors at the peer" "$(peer_errors)" "$errors"
}

t_nginx()
{
	net_up
	mkdir -p "$TMP/www"
	random_file "$TMP/www/file" 5000000
	nginx_start nginx prog "$P_IP" 1
	run peer curl -sSf --max-time 30 -o "$TMP/got" "http://$P_IP/file" ||
		fail "curl ends with status $?"
	same_sha "$TMP/got" "$TMP/www/file"
}

t_connect()
{
	net_up
	random_file "$TMP/in" 3000000
	start server peer socat "TCP-LISTEN:7000,bind=$K_IP,reuseaddr,fork" \
		EXEC:cat
	wait_port "$K_IP" 7000
	run prog socat -t 20 - "TCP:$K_IP:7000" <"$TMP/in" >"$TMP/got" ||
		fail "the client ends with status $?"
	same_sha "$TMP/got" "$TMP/in"
}

UDP_SERVER='
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[1], 7000))
while True:
	data, peer = s.recvfrom(65536)
	s.sendto(data, peer)
'

# Every length that a frame can carry, odd and even, and two fragments.
UDP_CLIENT='
import os, socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect((sys.argv[1], 7000))
s.settimeout(1)
for attempt in range(40):
	try:
		s.send(b"up?")
		s.recv(100)
		break
	except socket.timeout:
		pass
	except OSError:
		time.sleep(1)
for size in [*range(0, 60), *range(60, 1472, 31), 1471, 1472, 1473, 2500]:
	data = os.urandom(size)
	s.settimeout(5)
	s.send(data)
	try:
		while (got := s.recv(65536)) == b"up?":
			pass
	except OSError as e:
		sys.exit("%d bytes: no answer: %s" % (size, e))
	assert got == data, "%d bytes: another answer" % size
'

t_udp()
{
	local errors

	net_up
	peer_up
	errors=$(peer_errors)
	start server prog "$PYTHON" -c "$UDP_SERVER" "$P_IP"
	run peer timeout 80 "$PYTHON" -c "$UDP_CLIENT" "$P_IP" \
		2>"$TMP/client.err" || fail "$(tail -n 1 "$TMP/client.err")"
	same "checksum errors at the peer" "$(peer_errors)" "$errors"
}

# What the peer captures is right, with what the card can compute left to it.
t_tx_checksums()
{
	local good

	net_up
	mc_start "$THREADS"
	start capture peer tcpdump -i peer0 -Z root -U -w "$TMP/pcap" \
		"src $P_IP and tcp"
	wait_for 10 grep -q listening "$TMP/capture.err" || fail "no capture"
	mc_check "values"
	[ "$MODE" = native ] ||
		same "offloaded" "$(stat_of memcached tx_cksum)" "$LAB_CKSUM"
	stop capture INT
	tcpdump -r "$TMP/pcap" -nvv >"$TMP/frames" 2>/dev/null
	! grep -m 1 -E 'incorrect|bad cksum' "$TMP/frames" ||
		fail "a wrong checksum"
	good=$(grep -c '(correct)' "$TMP/frames")
	[ "$good" -ge 50 ] || fail "only $good frames are right"
}

# Segments that the card cuts from larger packets, or the stack where it cannot:
# no frame is too long, all are right, and the file is whole.
t_tso()
{
	local sent longest

	net_up
	mkdir -p "$TMP/www"
	random_file "$TMP/www/file" 3000000
	nginx_start nginx prog "$P_IP" 1
	start capture peer tcpdump -i peer0 -Z root -B 16384 -w "$TMP/pcap" \
		"src $P_IP and tcp"
	wait_for 10 grep -q listening "$TMP/capture.err" || fail "no capture"
	run peer curl -sSf --max-time 40 -o "$TMP/got" "http://$P_IP/file" ||
		fail "curl ends with status $?"
	same_sha "$TMP/got" "$TMP/www/file"
	sent=$(($(stat_of nginx tx_bytes) / $(stat_of nginx tx_packets)))
	stop capture INT
	longest=$(tcpdump -r "$TMP/pcap" -enn 2>/dev/null |
		awk '$9 + 0 > n { n = $9 + 0 } END { print n + 0 }')
	same "longest frame" "$longest" 1514
	tcpdump -r "$TMP/pcap" -nvv 2>/dev/null |
		grep -m 1 -E 'incorrect|bad cksum' && fail "a wrong checksum"
	same "larger packets to the card ($sent bytes)" \
		"$((sent > 1514))" "$LAB_TSO"
}

# A short bus address, another hardware address, a smaller MTU.
t_options()
{
	local mac=52:54:00:99:00:01

	net_up
	P_OPTS[1]="--dev pci:${CARD#0000:} --ip $P_IP/24 --mac $mac --mtu 1000"
	random_file "$TMP/in" 500000
	start server prog socat "TCP-LISTEN:7000,bind=$P_IP,reuseaddr,fork" \
		EXEC:cat
	wait_port "$P_IP" 7000
	start capture peer tcpdump -i peer0 -Z root -U -w "$TMP/pcap" \
		"src $P_IP"
	wait_for 10 grep -q listening "$TMP/capture.err" || fail "no capture"
	run peer socat -t 20 - "TCP:$P_IP:7000" <"$TMP/in" >"$TMP/got" ||
		fail "the client ends with status $?"
	same_sha "$TMP/got" "$TMP/in"
	stop capture INT
	same "longest frame" "$(tcpdump -r "$TMP/pcap" -enn 2>/dev/null |
		awk -v mac="$mac" '$2 == mac && $9 + 0 > n { n = $9 + 0 }
			END { print n + 0 }')" 1014
}

# One right datagram and one with a wrong checksum, made by hand.
RAW_CLIENT='
import socket, struct, sys
src, dst, mine, theirs, wrong = sys.argv[1:]
def total(data):
	n = sum(struct.unpack("!%dH" % (len(data) // 2), data))
	while n >> 16:
		n = (n & 0xffff) + (n >> 16)
	return n
a, b = socket.inet_aton(src), socket.inet_aton(dst)
payload = b"even"
udp = struct.pack("!HHHH", 6000, 7000, 8 + len(payload), 0) + payload
check = 0xffff ^ total(a + b + struct.pack("!HH", 17, len(udp)) + udp)
udp = udp[:6] + struct.pack("!H", check ^ int(wrong)) + udp[8:]
ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0) + a + b
ip = ip[:10] + struct.pack("!H", 0xffff ^ total(ip)) + ip[12:]
mac = lambda text: bytes.fromhex(text.replace(":", ""))
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("peer0", 0))
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.bind((src, 6000))
u.settimeout(2)
s.send(mac(theirs) + mac(mine) + b"\x08\x00" + ip + udp)
try:
	print(u.recv(100).decode())
except socket.timeout:
	print("silence")
'

raw()
{
	run peer "$PYTHON" -c "$RAW_CLIENT" "$K_IP" "$P_IP" \
		"$(in_ns "$NS_K" cat /sys/class/net/peer0/address)" \
		"$(ip -n "$NS_K" neigh show "$P_IP" | awk '{ print $5 }')" "$1"
}

t_rx_checksums()
{
	net_up
	start server prog "$PYTHON" -c "$UDP_SERVER" "$P_IP"
	run peer timeout 80 "$PYTHON" -c "$UDP_CLIENT" "$P_IP" \
		2>"$TMP/client.err" || fail "$(tail -n 1 "$TMP/client.err")"
	same "answer to a right datagram" "$(raw 0)" even
	same "answer to a wrong one" "$(raw 1)" silence
	same "answer to a right datagram" "$(raw 0)" even
	[ "$MODE" = native ] ||
		same "counted" "$(stat_of server ip_drop_l4_cksum)" 1
}

t_kill()
{
	net_up
	mc_start "$THREADS"
	mc_check "before"
	kill -KILL "${PIDS[memcached]}"
	finish memcached 5
	same "exit status" "$STATUS" 137
	wait_for 5 no_owner || fail "left behind: $(owners)"
	mc_start "$THREADS"
	mc_check "after a new start"
}

# Taken from the kernel's driver, and given back at the end; also by the next
# start, where nobody of the instance was left to do it.
t_take_over()
{
	FROM_KERNEL=yes
	net_up
	hand_over
	mc_start "$THREADS"
	same "driver" "$(driver_of "$CARD")" vfio-pci
	mc_check "before"
	if [ "${LAB_ABANDON:-1}" = 1 ]; then
		# shellcheck disable=SC2046
		kill -KILL "${PIDS[memcached]}" $(owners)
		finish memcached 5
		mc_start "$THREADS"
		mc_check "after a new start"
	fi
	stop memcached
	wait_for 10 no_owner || fail "left behind: $(owners)"
	wait_for 10 kernel_has_it || fail "the kernel has not got the card back"
}

# Asleep nobody looks for frames, where the card has interrupts; where it has
# none, once in a millisecond. A frame wakes it.
t_idle()
{
	local before looks

	net_up
	mc_start "$THREADS"
	mc_check "before"
	same "interrupts" "$(stat_of memcached interrupt)" "$LAB_INTERRUPT"
	sleep 2
	before=$(stat_of memcached iterations)
	sleep 2
	looks=$(($(stat_of memcached iterations) - before))
	[ "$looks" -le $((LAB_INTERRUPT ? 200 : 8000)) ] ||
		fail "$looks iterations in two idle seconds"
	mc_check "after its sleep"
}

t_errors()
{
	local if

	FROM_KERNEL=yes
	net_up
	hand_over
	if=$(interface_of "$CARD")
	refuses "no PCI device" --dev pci:0000:7f:00.0
	refuses "no network card" --dev pci:0000:00:1f.0
	ip link set "$if" up
	refuses "the kernel uses it as $if" --dev "pci:$CARD"
	ip link set "$if" down
	wait_for 5 kernel_has_it || fail "the kernel has not got the card back"
	mc_start "$THREADS"
	refuses "in use by PID" --dev "pci:$CARD"
	mc_check "after another's attempt"
}

t_no_iommu()
{
	modprobe vfio-pci
	ns_add "$NS_H"
	refuses "no IOMMU" --dev "pci:$CARD"
}

# A hundred connections, one after the other: each is answered.
KNOCK='
import socket, sys
for i in range(100):
	s = socket.socket()
	s.settimeout(5)
	try:
		s.connect((sys.argv[1], 11211))
		s.sendall(b"version\r\n")
		assert s.recv(100).startswith(b"VERSION"), "another answer"
	except ConnectionRefusedError:
		pass
	s.close()
'

# busy_queues: of the queues, how many have received and sent.
busy_queues()
{
	"$IXCP" stats "${PIDS[memcached]}" | awk '
		/^elastic thread/ { et = $3 }
		/^device/ { et = "" }
		et != "" && $1 == "rx" && $2 > 20 { rx[et] = 1 }
		et != "" && $1 == "tx" && $2 > 20 && rx[et] { n++ }
		END { print n + 0 }'
}

# The card spreads connections over its queues, and each is looked at. (Which
# elastic threads listen is not the card's affair.)
t_queues()
{
	[ "$LAB_QUEUES" -gt 1 ] || skip "the card has one queue"
	THREADS=$LAB_QUEUES
	net_up
	mc_start "$THREADS"
	run peer timeout 50 "$PYTHON" -c "$KNOCK" "$P_IP" 2>"$TMP/err" ||
		fail "$(tail -n 1 "$TMP/err")"
	same "queues in use" "$(busy_queues)" "$LAB_QUEUES"
}

# Not in /sys, of which each namespace has one of its own.
DEBUGFS=/run/debugfs

# exits_of NAME: of the measurement, 0 where nothing was counted.
exits_of()
{
	awk -v name="$1" '$1 == name { n = $2 } END { print n + 0 }' \
		"$TMP/exits"
}

# What it takes the virtual CPUs to answer a request under load: they leave the
# guest for the machine's interrupts, and hardly for anything else. The generator
# comes first on its processor, so that there is always something to answer; it
# has so few requests in flight that it does not keep the only processor for the
# millisecond after which the owner drives as well. The threads with which
# memcached tidies up sleep a thousand times in a second, whatever it has to do,
# by system calls: they are off. (What remains: some 60 times in a second a busy
# thread looks at the kernel's descriptors, see shim/wait/wait.c.)
t_exits()
{
	local requests other calls

	[[ $IX_RUN_OPTS = *--protect=kvm* ]] || skip "no guest: no exits"
	mkdir -p "$DEBUGFS"
	mountpoint -q "$DEBUGFS" || mount -t debugfs none "$DEBUGFS"
	net_up
	P_OPTS[1]+=" --idle-us -1"
	start memcached prog memcached -u nobody -U 0 -t 1 \
		-o no_lru_maintainer,no_lru_crawler
	wait_port "$P_IP" 11211
	start load peer chrt -f 1 "$IX_BUILD/bin/ixload" --kernel --server \
		"$P_IP:11211" --connections 8 --depth 8 --keys 500 \
		--duration 2
	run peer sleep 0.5
	run peer timeout 60 "$COMPAT_DIR/tools/exits.py" "$P_IP" 11211 \
		"$DEBUGFS" 1 >"$TMP/exits" || fail "no figures"
	finish_ok load 60
	requests=$(exits_of requests)
	calls=$(exits_of io_exits)
	other=$(($(exits_of exits) - $(exits_of irq_exits)))
	note "$requests requests: $other exits that are no interrupts, of" \
		"these $calls system calls"
	cat "$TMP/exits"
	[ "$requests" -ge 10000 ] || fail "only $requests requests"
	[ $((other * 100)) -le "$requests" ] ||
		fail "$other exits for $requests requests"
	[ $((calls * 1000)) -le "$requests" ] ||
		fail "$calls system calls for $requests requests"
}

MODES[kill]=ix MODES[take_over]=ix MODES[idle]=ix MODES[errors]=ix
MODES[no_iommu]=ix MODES[queues]=ix MODES[exits]=ix
MODES[options]=ix MODES[tso]=ix
TESTS=(memcached bulk nginx connect udp tx_checksums rx_checksums tso idle
	kill take_over errors options queues exits)
compat_main "$@" -- "${TESTS[@]}"
