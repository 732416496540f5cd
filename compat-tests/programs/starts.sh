#!/bin/bash
# SPDX-License-Identifier: MIT
#
# starts - programs that start while others do, after others died in it, or as the first process of a container.
. "$(dirname "$0")/../lib.sh"

TURNS_S=24 # longer than a start may last that makes no progress

# Starts of the whole machine wait for one another in /run/ix: these tests have
# one of their own.
apart()
{
	# shellcheck disable=SC2016
	unshare -m sh -c 'mkdir -p /run/ix && mount -t tmpfs -o mode=755 none \
		/run/ix && exec "$@"' sh "$@"
}

# socket_after SCRIPT: prog makes a socket once SCRIPT, in the background, has
# said that it is ready.
socket_after()
{
	prefix prog
	# shellcheck disable=SC2016
	apart timeout 90 bash -c 'touch /run/ix/boot
		mkfifo "$1/ready" && "$2" -c "$3" >"$1/ready" 2>&1 &
		until [ -p "$1/ready" ]; do sleep 0.1; done
		read -r line <"$1/ready" && [ "$line" = ready ] || exit 99
		"${@:4}"' bash "$TMP" "$PYTHON" "$1" "${PREFIX[@]}" "$PYTHON" -c \
		"import socket
s = socket.socket()
s.bind(('$P_IP', 7000))
print('bound')" >"$TMP/out" 2>&1 || note "ends with status $?"
	same "a program that starts" "$(tail -n 1 "$TMP/out")" bound
}

LOCK='
import fcntl, os, sys, time
fd = os.open("/run/ix/boot", os.O_RDWR)
def lock():
	fcntl.lockf(fd, fcntl.LOCK_EX)
	other = os.open("/run/ix/boot", os.O_RDWR)
	fcntl.flock(other, fcntl.LOCK_EX)
	os.ftruncate(fd, 0)
	os.pwrite(fd, b"PID %d (other) %d\n" % (os.getpid(), time.monotonic_ns()), 0)
	return other
'

# One always waits while the other has it, so that it is hardly ever free.
t_turns()
{
	net_up
	socket_after "$LOCK
end = time.monotonic() + $TURNS_S
pid = os.fork()
while time.monotonic() < end:
	other = lock()
	if pid:
		print('ready', flush=True)
		pid = 0
	time.sleep(0.3)
	os.set_inheritable(other, False)
	fcntl.flock(other, fcntl.LOCK_UN)
	fcntl.lockf(fd, fcntl.LOCK_UN)"
}

# It had forked before, as a start forks the owner.
t_dead()
{
	net_up
	socket_after "$LOCK
other = lock()
if os.fork() == 0:
	time.sleep(80)
print('ready', flush=True)
os.kill(os.getpid(), 9)"
}

# What the dead left goes with the next start.
t_leftovers()
{
	net_up
	socket_after "
import os, time
open('/run/ix/net200', 'w').close()
for name in 'net200', '1-if-gone.lock':
	with open('/run/ix/' + name, 'w') as f:
		f.write('netns 1\nfeatures gone 1\n')
	os.utime('/run/ix/' + name, (1, 1))
print('ready', flush=True)
while True:
	time.sleep(0.1)
	with open('$TMP/left', 'w') as f:
		f.write(' '.join(os.listdir('/run/ix')))"
	[ "$MODE" = ix ] || return 0
	sleep 1
	if grep -E 'net200|gone' "$TMP/left"; then
		fail "left: $(cat "$TMP/left")"
	fi
}

# The first process of a container has all orphans for children, and waits for
# them as init does.
t_first_process()
{
	net_up
	prefix prog
	timeout 60 unshare --pid --fork --mount-proc "${PREFIX[@]}" "$PYTHON" \
		-c "
import os, socket
s = socket.socket()
s.bind(('$P_IP', 7000))
assert os.getpid() == 1
if os.fork() == 0:
	os._exit(0)
try:
	while True:
		os.waitpid(-1, 0)
except ChildProcessError:
	print('none left')" >"$TMP/out" 2>&1 || note "ends with status $?"
	same "waiting for all children" "$(tail -n 1 "$TMP/out")" 'none left'
}

# descriptors LOST SOFT HARD LATER COMMAND...: with these limits, the soft one
# raised to LATER after the start, all numbers but LOST can be had, and all those
# can be closed.
descriptors()
{
	local lost=$1 soft=$2 hard=$3 later=$4

	shift 4
	prefix prog
	# shellcheck disable=SC2016
	"$@" bash -c 'ulimit -Sn "$2" && ulimit -Hn "$1" && shift 2 && "$@"' \
		bash "$hard" "$soft" "${PREFIX[@]}" "$PYTHON" -c "
import errno, os, resource, socket
inherited = {int(fd) for fd in os.listdir('/proc/self/fd')}
s = socket.socket()
s.bind(('$P_IP', 7000))
hard = max($hard, $later)
resource.setrlimit(resource.RLIMIT_NOFILE, ($later, hard))
had = []
while True:
	try:
		had.append(os.open('/dev/null', os.O_RDONLY))
	except OSError as e:
		assert e.errno == errno.EMFILE, e
		break
assert max(had) < $later, max(had)
missing = set(range(3, $later)) - set(had) - {s.fileno()} - inherited
for fd in had:
	os.close(fd)
	assert os.dup2(s.fileno(), fd) == fd
os.closerange(4, $later)
for fd in had:
	try:
		os.close(fd)
		assert fd < 4, fd
	except OSError as e:
		assert e.errno == errno.EBADF, e
assert len(missing) <= $lost, sorted(missing)
print('right')" >"$TMP/out" 2>&1 || note "ends with status $?"
	same "descriptors, limits $soft, $hard, then $later" \
		"$(tail -n 1 "$TMP/out")" right
}

# Who may not raise the hard limit lends the stack numbers at the end of its own.
t_descriptors()
{
	local poor=(setpriv --bounding-set -sys_resource)

	net_up
	descriptors 60 1024 1024 1024 "${poor[@]}"
	descriptors 60 256 4096 4096 "${poor[@]}"
	descriptors 0 256 1024 800 "${poor[@]}"
	descriptors 0 1024 20000 8192 "${poor[@]}"
	bash -c 'ulimit -Sn 100 -Hn 100 && ulimit -Hn 200' 2>/dev/null ||
		return 0
	descriptors 0 1024 1024 1024
	descriptors 0 256 4096 4096
	descriptors 0 1024 1024 10032
	descriptors 350 1024 20000 20000
}

# What is to be locked from now on is not what the stack maps when it starts: it
# would not be allowed to, or take all memory.
t_locked()
{
	net_up
	prefix prog
	setpriv --bounding-set -ipc_lock "${PREFIX[@]}" "$PYTHON" -c "
import ctypes, mmap, socket
libc = ctypes.CDLL(None, use_errno=True)
FUTURE = 2
assert libc.mlockall(FUTURE) == 0, ctypes.get_errno()
s = socket.socket()
s.bind(('$P_IP', 7000))
more = mmap.mmap(-1, 1 << 19, mmap.MAP_PRIVATE)
with open('/proc/self/status') as f:
	locked = int([l.split()[1] for l in f if l.startswith('VmLck')][0])
assert locked >= 512, locked
assert libc.munlockall() == 0
print('bound')" >"$TMP/out" 2>&1 || note "ends with status $?"
	same "a program that locks" "$(tail -n 1 "$TMP/out")" bound
}

# DPDK reserves address space for a heap that may grow, which ours may not: it is
# not the program's for long.
t_modest()
{
	net_up
	run prog "$PYTHON" -c "
import socket
socket.socket().bind(('$P_IP', 7000))
with open('/proc/self/status') as f:
	kb = int([l.split()[1] for l in f if l.startswith('VmSize')][0])
assert kb < 32 << 20, kb
print('bound')" >"$TMP/out" 2>&1 || note "ends with status $?"
	same "a program's size" "$(tail -n 1 "$TMP/out")" bound
}

# A thread with little stack makes the first socket.
t_small_stack()
{
	net_up
	cat >"$TMP/first.c" <<-END
	#include <arpa/inet.h>
	#include <pthread.h>
	#include <stdio.h>
	static void *first(void *arg)
	{
		struct sockaddr_in a = { AF_INET, htons(7000) };
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		inet_pton(AF_INET, "$P_IP", &a.sin_addr);
		if (bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0 &&
		    listen(fd, 5) == 0)
			puts("bound");
		return arg;
	}
	int main(void)
	{
		pthread_attr_t a;
		pthread_t t;
		pthread_attr_init(&a);
		pthread_attr_setstacksize(&a, 16384);
		pthread_create(&t, &a, first, NULL);
		return pthread_join(t, NULL);
	}
	END
	cc -O1 -o "$TMP/first" "$TMP/first.c" -pthread ||
		skip "no C compiler"
	run prog "$TMP/first" >"$TMP/out" 2>&1 || note "ends with status $?"
	same "the first socket" "$(tail -n 1 "$TMP/out")" bound
}

compat_main "$@" -- turns dead leftovers first_process \
	descriptors locked modest small_stack
