#!/bin/bash
# SPDX-License-Identifier: MIT
#
# misbehave - programs that hang with work in hand, and that crash: their peers, the machine and an instance beside them.
. "$(dirname "$0")/../lib.sh"

need memcached
MC="$COMPAT_DIR/tools/mc.py"

# Takes a connection and a byte, computes for some seconds, then reads the rest.
HANG='
import socket, sys, time
l = socket.create_server(("", 7000))
c, _ = l.accept()
c.recv(1)
print("hangs", flush=True)
end = time.monotonic() + float(sys.argv[1])
while time.monotonic() < end:
	pass
n = 0
while True:
	data = c.recv(65536)
	if not data:
		break
	n += len(data)
print("got", n, flush=True)
c.sendall(b"bye")
'

# As soon as it listens.
CONNECT='
import socket, sys, time
def connect():
	end = time.monotonic() + 20
	while True:
		try:
			return socket.create_connection((sys.argv[1], 7000), 20)
		except OSError:
			if time.monotonic() > end:
				raise
			time.sleep(0.2)
s = connect()
'

# What is sent is acknowledged by the stack, whatever the program does.
SENDER="$CONNECT"'
import array, fcntl, termios
s.sendall(b"x")
time.sleep(0.5)
s.sendall(b"y" * 20000)
left = array.array("i", [1])
end = time.monotonic() + 1
while left[0] and time.monotonic() < end:
	time.sleep(0.02)
	fcntl.ioctl(s, termios.TIOCOUTQ, left)
assert left[0] == 0, "%d bytes are not acknowledged" % left[0]
print("acknowledged", flush=True)
s.shutdown(socket.SHUT_WR)
assert s.recv(100) == b"bye"
'

# Takes a connection and dies of a fault.
CRASH='
import ctypes, socket
l = socket.create_server(("", 7000))
c, _ = l.accept()
c.recv(1)
ctypes.string_at(8)
'

VICTIM="$CONNECT"'
s.sendall(b"x")
start = time.monotonic()
try:
	assert s.recv(1) == b""
except ConnectionResetError:
	pass
assert time.monotonic() - start < float(sys.argv[2]), "told late"
'

# As HANG, but once it has a socket, its standard error becomes a file whose every
# opening it sees and that nobody else is to open.
HANG_ELSEWHERE='
import ctypes, os, socket, struct
first = socket.socket()
libc = ctypes.CDLL(None)
watch = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
at = os.environ["AT"]
os.close(os.open(at, os.O_CREAT | os.O_RDWR))
said = os.dup(2)
os.dup2(os.open(at, os.O_RDWR), 2)
OPEN, CLOSE_WRITE, MODIFY = 0x20, 0x8, 0x2
assert libc.inotify_add_watch(watch, at.encode(), OPEN | CLOSE_WRITE | MODIFY) > 0
'"$HANG"'
try:
	os.write(said, b"%r\n" % (struct.unpack("iIII", os.read(watch, 4096)[:16]),))
except BlockingIOError:
	os.write(said, b"undisturbed\n")
'

beside()
{
	run peer "$PYTHON" "$MC" values 10.99.2.2 11211 20 2>"$TMP/mc.err" ||
		fail "beside it: $(tail -n 1 "$TMP/mc.err")"
}

# What `ixcp threads' says of the program.
unresponsive()
{
	"$IXCP" --json threads "${PIDS[$1]}" >"$TMP/threads" 2>&1 &&
		grep -q '"program": *"unresponsive"' "$TMP/threads"
}

said()
{
	grep -q "$2" "$TMP/$1.$3" 2>/dev/null
}

hang()
{
	[ "$MODE" = native ] || P_OPTS[1]+=" --log warn"
	start server prog "$PYTHON" -c "$HANG" 5
	start client peer "$PYTHON" -c "$SENDER" "$P_IP"
	wait_for 20 said client acknowledged out ||
		{ show server; show client; fail "not acknowledged"; }
}

t_hang()
{
	net_up
	hang
	if [ "$MODE" = ix ]; then
		wait_for 3 unresponsive server ||
			fail "ixcp threads: $(cat "$TMP/threads")"
	fi
	finish_ok client 15
	finish_ok server 5
	grep -q '^got 20000$' "$TMP/server.out" ||
		{ show server; fail "not all bytes"; }
	[ "$MODE" = ix ] || return 0
	same "reports of it" "$(grep -c 'no thread has come' "$TMP/server.err")" 1
	same "and of its end" "$(grep -c 'driven again' "$TMP/server.err")" 1
}

# What the program has made of its descriptor 2 is left alone, by who may open
# anything.
t_hang_elsewhere()
{
	HANG=$HANG_ELSEWHERE
	export AT=$TMP/elsewhere
	net_up
	hang
	wait_for 3 unresponsive server ||
		fail "ixcp threads: $(cat "$TMP/threads")"
	finish_ok client 15
	finish_ok server 5
	same "its file" "$(cat "$TMP/server.err")" undisturbed
}

# Idle, busy and slow is not hanging.
t_no_alarm()
{
	net_up
	P_OPTS[1]+=" --log warn"
	start memcached prog memcached -u nobody -U 0 -l "$P_IP"
	wait_port "$P_IP" 11211
	sleep 3
	run peer "$PYTHON" "$MC" values "$P_IP" 11211 20 2>"$TMP/mc.err" ||
		fail "$(tail -n 1 "$TMP/mc.err")"
	sleep 2
	! unresponsive memcached || fail "$(cat "$TMP/threads")"
	[ ! -s "$TMP/memcached.err" ] || fail "$(head -n 1 "$TMP/memcached.err")"
}

huge_pages()
{
	awk '/HugePages_Free/ { print $2 }' /proc/meminfo
}

huge_pages_back()
{
	[ "$(huge_pages)" -ge "$1" ]
}

interface_gone()
{
	! ip -n "$NS_H" link show "x$$n1" >/dev/null 2>&1
}

t_crash()
{
	local free

	net_up 2
	start memcached prog2 memcached -u nobody -U 0 -l 10.99.2.2
	wait_port 10.99.2.2 11211 60
	beside
	free=$(huge_pages)
	start server prog "$PYTHON" -c "$CRASH"
	run peer "$PYTHON" -c "$VICTIM" "$P_IP" 5 2>"$TMP/victim.err" ||
		fail "the peer: $(tail -n 1 "$TMP/victim.err")"
	finish server 5
	same "exit status" "$STATUS" 139
	beside
	[ "$MODE" = ix ] || return 0
	wait_for 10 huge_pages_back "$free" ||
		fail "$(huge_pages) huge pages are free, there were $free"
	wait_for 5 interface_gone || fail "the interface is left behind"
	beside
}

MODES[hang_elsewhere]=ix MODES[no_alarm]=ix LIMIT[no_alarm]=120
compat_main "$@" -- hang hang_elsewhere no_alarm crash
