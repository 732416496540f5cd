#!/bin/bash
# SPDX-License-Identifier: MIT
#
# leave - a program that writes, closes and exits at once loses nothing.
. "$(dirname "$0")/../lib.sh"

SIZE=1000000

SENDER='
import os, socket, sys
s = socket.create_connection((sys.argv[1], 7000))
s.sendall(open(sys.argv[2], "rb").read())
if sys.argv[3] == "close":
	s.close()
os._exit(0)
'

RECEIVER='
import socket, sys
ls = socket.create_server((sys.argv[1], 7000))
s = ls.accept()[0]
with open(sys.argv[2], "wb") as f:
	while data := s.recv(65536):
		f.write(data)
'

# leave close|exit
leave()
{
	random_file "$TMP/in" "$SIZE"
	start receiver peer "$PYTHON" -c "$RECEIVER" "$K_IP" "$TMP/got"
	send()
	{
		run prog "$PYTHON" -c "$SENDER" "$K_IP" "$TMP/in" "$1" \
			2>/dev/null
	}
	wait_for 10 send "$1" || fail "the sender never connects"
	finish_ok receiver 30
	same_sha "$TMP/got" "$TMP/in"
}

t_close()
{
	net_up
	leave close
}

t_exit()
{
	net_up
	leave exit
}

# 1 MB takes a second at this rate: the program is long gone by then.
t_slow_link()
{
	net_up_wire --rate 8mbit --queue 64k --delay 5ms
	leave exit
}

t_lossy_link()
{
	net_up_wire --loss 2% --delay 5ms
	leave exit
}

compat_main "$@" -- close exit slow_link lossy_link
