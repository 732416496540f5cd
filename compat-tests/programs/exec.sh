#!/bin/bash
# SPDX-License-Identifier: MIT
#
# exec - a connection as another program's standard input and output, or sent to another process.
. "$(dirname "$0")/../lib.sh"

need socat
SIZE=10000000

socat_server()
{
	serve_file "$SIZE" socat "TCP-LISTEN:7000,bind=$P_IP,reuseaddr,fork" "$1"
}

# python_server BYTES CODE [ARGUMENT...]: CODE serves each of connections().
CONNECTIONS='
import os, signal, socket, subprocess, sys
ls = socket.create_server((sys.argv[1], 7000), backlog=64)
def connections():
	while True:
		yield ls.accept()[0]
'

python_server()
{
	local bytes=$1 code=$2

	shift 2
	serve_file "$bytes" "$PYTHON" -c "$CONNECTIONS$code" "$P_IP" "$@"
}

t_socat()
{
	socat_server EXEC:cat
	echoed peer "$P_IP"
}

# Without a socat in between: the connection itself becomes 0 and 1.
t_nofork()
{
	socat_server EXEC:cat,nofork
	echoed peer "$P_IP"
	echoed peer "$P_IP"
}

# A program that reads nothing for a while closes the sender's window.
t_slow()
{
	socat_server "SYSTEM:sleep 1; exec sha256sum,nofork"
	same "the sum of what was sent" \
		"$(run peer socat -t 20 - "TCP:$P_IP:7000" <"$TMP/in")" \
		"$(sha256sum <"$TMP/in")"
}

# inetd COMMAND...: a fork and an exec for each connection.
INETD='
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for c in connections():
	if os.fork() == 0:
		for fd in (0, 1, 2):
			os.dup2(c.fileno(), fd)
		c.close()
		ls.close()
		os.execvp(sys.argv[2], sys.argv[2:])
	c.close()
'

inetd()
{
	python_server "$SIZE" "$INETD" "$@"
}

t_inetd()
{
	inetd cat
	echoed peer "$P_IP"
}

t_many()
{
	python_server 500000 "$INETD" cat
	echoed peer "$P_IP" 16
}

# The program sees the addresses of the connection.
t_names()
{
	inetd "$PYTHON" -c '
import socket
s = socket.socket(fileno=0)
print(*s.getpeername(), *s.getsockname(), flush=True)'
	same "its names" \
		"$(run peer socat -t 20 -u "TCP:$P_IP:7000,bind=$K_IP:7777" -)" \
		"$K_IP 7777 $P_IP 7000"
}

# Its last words arrive, then the end of the stream.
t_ends()
{
	inetd sh -c "echo bye; exit 3"
	same "what it says" "$(run peer socat -t 20 -u "TCP:$P_IP:7000" -)" bye
}

# The connection ends when the program is killed, although it read nothing.
t_killed()
{
	inetd sh -c 'echo $$; exec sleep 60'
	start client peer socat -u "TCP:$P_IP:7000" -
	wait_for 5 test -s "$TMP/client.out" || fail "the program is not there"
	kill -KILL "$(cat "$TMP/client.out")"
	finish client 5
}

# The program sees the end when its peer is killed.
t_peer_killed()
{
	inetd sh -c "cat; echo over >$TMP/over"
	start client peer "$PYTHON" -c '
import socket, sys, time
s = socket.create_connection((sys.argv[1], 7000))
s.sendall(b"x")
s.recv(1)
print("there", flush=True)
time.sleep(60)' "$P_IP"
	wait_for 5 test -s "$TMP/client.out" || fail "no answer"
	rm -f "$TMP/over"
	stop client KILL
	wait_for 5 test -s "$TMP/over" || fail "the program still waits"
}

# The parent has the connection open all the time.
t_subprocess()
{
	python_server "$SIZE" '
for c in connections():
	subprocess.run(["cat"], stdin=c, stdout=c, check=True)
	c.sendall(b"after")
	c.close()'
	run peer socat -t 20 - "TCP:$P_IP:7000" <"$TMP/in" >"$TMP/got"
	same "what the parent adds" "$(tail -c 5 "$TMP/got")" after
	truncate -s -5 "$TMP/got"
	same_sha "$TMP/got" "$TMP/in"
}

# A program that inherits a connection by accident does not take its bytes.
t_leak()
{
	python_server "$SIZE" '
for c in connections():
	c.set_inheritable(True)
	if os.fork() == 0:
		os.execvp("sleep", ["sleep", "30"])
	while data := c.recv(65536):
		c.sendall(data)
	c.shutdown(socket.SHUT_RDWR)
	c.close()'
	echoed peer "$P_IP"
}

# What an exec that fails leaves is still a connection.
t_exec_fails()
{
	printf 'not a program' >"$TMP/bad"
	chmod 755 "$TMP/bad"
	python_server "$SIZE" '
for c in connections():
	os.dup2(c.fileno(), 9)
	for bad in sys.argv[2], "/nonexistent":
		try:
			os.execv(bad, [bad])
		except OSError:
			pass
	c.close()
	while data := os.read(9, 65536):
		while data:
			data = data[os.write(9, data):]
	os.close(9)' "$TMP/bad"
	echoed peer "$P_IP"
}

# To a process that has nothing to do with the program.
t_passed()
{
	"$PYTHON" -c '
import socket, sys
us = socket.socket(socket.AF_UNIX)
us.bind(sys.argv[1])
us.listen()
u, _ = us.accept()
while True:
	_, fds, _, _ = socket.recv_fds(u, 1, 4)
	if not fds:
		break
	with socket.socket(fileno=fds[0]) as c:
		while data := c.recv(65536):
			c.sendall(data)' "$TMP/unix" &
	PIDS[worker]=$!
	wait_for 5 test -S "$TMP/unix" || fail "no unix socket"
	python_server "$SIZE" '
u = socket.socket(socket.AF_UNIX)
u.connect(sys.argv[2])
for c in connections():
	socket.send_fds(u, [b"c"], [c.fileno()])
	c.close()' "$TMP/unix"
	echoed peer "$P_IP"
	echoed peer "$P_IP"
}

# The connection outlives the program that made it. It serves one: the port is
# not tried.
t_outlives()
{
	net_up
	random_file "$TMP/in" "$SIZE"
	start server prog "$PYTHON" -c "$CONNECTIONS"'
print("listens", flush=True)
c = next(connections())
if os.fork() == 0:
	os.dup2(c.fileno(), 0)
	os.dup2(c.fileno(), 1)
	os.execvp("sh", ["sh", "-c", "exec 3<&0; (sleep 1; exec cat <&3) & exit 0"])
os.wait()' "$P_IP"
	wait_for 10 grep -q listens "$TMP/server.out" || fail "no server"
	echoed peer "$P_IP"
	finish_ok server 5
}

# need_whole_sockets: direct mode hands on streams alone.
need_whole_sockets()
{
	[[ $MODE = native || $IX_RUN_OPTS = *--protect=kvm* ]] ||
		skip "protected mode (--protect=kvm)"
}

# A server that executes itself anew with its listener, a connection and a
# datagram socket, as nginx does for an upgrade.
UPGRADE='
import os, socket, sys
if len(sys.argv) == 2:
	ls = socket.create_server((sys.argv[1], 7000))
	u = socket.socket(type=socket.SOCK_DGRAM)
	u.bind((sys.argv[1], 7001))
	c, _ = ls.accept()
	closed, _ = ls.accept()
	c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
	assert c.recv(3) == b"one"
	for s in ls, u, c:
		s.set_inheritable(True)
	os.execv(sys.executable, [sys.executable, "-c", os.environ["CODE"],
		sys.argv[1]] + [str(s.fileno()) for s in (ls, u, c)])
ls, u, c = (socket.socket(fileno=int(n)) for n in sys.argv[2:])
assert c.getpeername()[0] == "10.98.0.1", c.getpeername()
assert c.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
c.sendall(b"two")
assert c.recv(5) == b"three"
d, _ = ls.accept()
d.sendall(d.recv(4))
data, peer = u.recvfrom(100)
u.sendto(data, peer)
'
UPGRADE_PEER='
import socket, sys, time
def connect():
	for _ in range(200):
		try:
			return socket.create_connection((sys.argv[1], 7000), 5)
		except OSError:
			time.sleep(0.1)
c, closed = connect(), connect()
c.settimeout(20)
closed.settimeout(20)
c.sendall(b"one")
assert c.recv(3) == b"two"
assert closed.recv(1) == b"", "a socket that is close-on-exec is open"
c.sendall(b"three")
d = connect()
d.sendall(b"four")
assert d.recv(4) == b"four"
u = socket.socket(type=socket.SOCK_DGRAM)
u.settimeout(20)
u.sendto(b"five", (sys.argv[1], 7001))
assert u.recv(10) == b"five"
assert c.recv(1) == b"" and d.recv(1) == b""
'

t_upgrade()
{
	need_whole_sockets
	net_up
	export CODE=$UPGRADE
	start server prog "$PYTHON" -c "$UPGRADE" "$P_IP"
	start client peer "$PYTHON" -c "$UPGRADE_PEER" "$P_IP"
	finish_ok client 30
	finish_ok server 10
}

owner()
{
	local pid

	for pid in $(owners); do
		[ "$(cat "/proc/$pid/comm")" != ix-owner ] || echo "$pid"
	done
}

# keeper_says NAME: of its /proc/PID/status, blanks as one.
keeper_says()
{
	sed -n "s/^$1:[[:space:]]*//p" "$TMP/status" | tr -s '[:blank:]' ' ' |
		sed 's/ $//'
}

# What does the relays in protected mode is a user of its own, who may nothing.
t_keeper()
{
	local pid id set

	need_whole_sockets
	inetd cat
	echoed peer "$P_IP"
	pid=$(pgrep -P "$(owner)")
	[ -n "$pid" ] || fail "there is no keeper"
	cat "/proc/$pid/status" >"$TMP/status"
	id=$(keeper_says Uid)
	id=${id%% *}
	[ "$id" -ge $((0x70000000)) ] || fail "its user is $id"
	for set in Uid Gid; do
		same "$set" "$(keeper_says $set)" "$id $id $id $id"
	done
	same "groups" "$(keeper_says Groups)" ""
	for set in Inh Prm Eff Bnd Amb; do
		same "Cap$set" "$(keeper_says "Cap$set")" 0000000000000000
	done
	same "no new privileges" "$(keeper_says NoNewPrivs)" 1
	same "core files" "$(awk '/^Max core/ { print $5, $6 }' \
		"/proc/$pid/limits")" "0 0"
	echoed peer "$P_IP"
	"$IXCP" --json fds "${PIDS[server]}" >"$TMP/fds" ||
		fail "ixcp fds fails"
	grep -q '"kind": "tcp"' "$TMP/fds" || fail "no socket: $(cat "$TMP/fds")"
	kill -KILL "$(owner)"
	wait_for 5 gone "$pid" || fail "it outlives the owner"
}

# Nobody uses the CPU while nothing is sent.
ticks()
{
	local pid sum=0 t

	for pid in $(ip netns pids "$NS_H") ${P_NS[1]:+$(ip netns pids \
		"${P_NS[1]}")}; do
		t=$(awk '{ sub(/.*\) /, ""); print $12 + $13 }' \
			"/proc/$pid/stat" 2>/dev/null)
		sum=$((sum + ${t:-0}))
	done
	echo "$sum"
}

# Starting takes a while; it ends with a second in which nothing is used.
settled()
{
	local before

	before=$(ticks)
	sleep 1
	[ "$(ticks)" = "$before" ]
}

t_idle()
{
	local i before used

	inetd cat
	for i in 1 2 3 4; do
		start "holder$i" peer socat "TCP:$P_IP:7000" \
			"SYSTEM:echo x; sleep $((40 * IXT_SLOW))"
	done
	wait_for 20 settled || fail "it is never idle"
	before=$(ticks)
	sleep 4
	used=$(($(ticks) - before))
	[ "$used" -le 4 ] || fail "$used ticks in 4 s"
}

MODES[keeper]=ix
compat_main "$@" -- socat nofork slow inetd many names ends killed peer_killed \
	subprocess leak exec_fails passed outlives upgrade keeper \
	idle
