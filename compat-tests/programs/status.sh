#!/bin/bash
# SPDX-License-Identifier: MIT
#
# status - exit status, signals, streams and the PID are the program's own.
. "$(dirname "$0")/../lib.sh"

status_of()
{
	local rc=0

	run prog "$@" >"$TMP/out" 2>"$TMP/err" </dev/null || rc=$?
	echo "$rc"
}

# Opens a socket on the network first, so that an instance is there.
WITH_SOCKET='
import os, signal, socket, sys
s = socket.create_server((sys.argv[1], 7000))
'

t_exit()
{
	net_up
	same "exit 0" "$(status_of true)" 0
	same "exit 7" "$(status_of sh -c 'exit 7')" 7
	same "exit 3 with a socket" "$(status_of "$PYTHON" -c \
		"${WITH_SOCKET}sys.exit(3)" "$P_IP")" 3
	same "standard error" "$(cat "$TMP/err")" ''
}

# bash names the signal by 128 more.
t_killed()
{
	local sig

	net_up
	for sig in TERM KILL SEGV; do
		same "SIG$sig" "$(status_of "$PYTHON" -c \
			"${WITH_SOCKET}os.kill(os.getpid(), signal.SIG$sig)" \
			"$P_IP")" $((128 + $(kill -l $sig)))
	done
	same "abort" "$(status_of sh -c 'kill -ABRT $$')" 134
}

t_signal_from_outside()
{
	net_up
	start server prog "$PYTHON" -c "$WITH_SOCKET"'
signal.signal(signal.SIGUSR1, lambda *a: sys.exit(9))
print(os.getpid(), flush=True)
s.accept()
s.accept()' "$P_IP"
	wait_port "$P_IP" 7000
	wait_for 5 test -s "$TMP/server.out"
	same "the PID" "$(cat "$TMP/server.out")" "${PIDS[server]}"
	kill -USR1 "${PIDS[server]}"
	finish server 5
	same "exit status" "$STATUS" 9
}

t_streams()
{
	net_up
	same "standard input" "$(echo hello | run prog cat)" hello
	same "standard output" "$(run prog sh -c 'echo o; echo e >&2' \
		2>"$TMP/err")" o
	same "standard error" "$(cat "$TMP/err")" e
	same "arguments" "$(run prog printf '<%s>' 'a b' '' --ip)" '<a b><><--ip>'
	same "environment" "$(X='1 2' run prog sh -c 'echo "$X"')" '1 2'
	same "working directory" "$(cd / && run prog pwd)" /
	same "argv[0]" "$(run prog sh -c 'echo $0')" sh
	run prog sh -c 'umask; ulimit -n' >"$TMP/got"
	(umask; ulimit -n) >"$TMP/want"
	same_sha "$TMP/got" "$TMP/want"
}

t_output_at_exit()
{
	net_up
	run prog sh -c 'seq 200000' | sha256sum >"$TMP/got"
	seq 200000 | sha256sum >"$TMP/want"
	same "a long output" "$(cat "$TMP/got")" "$(cat "$TMP/want")"
}

# Readers of the program's output see its end when it ends, whatever of the
# instance lives on.
t_pipe_ends()
{
	local begin=$SECONDS

	net_up
	run prog "$PYTHON" -c "${WITH_SOCKET}print('x')" "$P_IP" | cat >"$TMP/got"
	same "output" "$(cat "$TMP/got")" x
	[ $((SECONDS - begin)) -lt 15 ] || fail "the pipe stayed open"
}

# As servers do for their connections.
t_raised_limit()
{
	net_up
	[ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 4096 ] ||
		skip "the limit of descriptors cannot be raised"
	ulimit -Sn 1024
	same "descriptors" "$(run prog "$PYTHON" -c '
import os, resource, socket, sys
s = socket.create_server((sys.argv[1], 7000))
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (4096, hard))
print(len([os.dup(0) for _ in range(3000)]))' "$P_IP")" 3000
}

compat_main "$@" -- exit killed signal_from_outside streams output_at_exit \
	pipe_ends raised_limit
