#!/bin/bash
# SPDX-License-Identifier: MIT
#
# python - Python's own web server and client, asyncio and threads.
. "$(dirname "$0")/../lib.sh"

serve()
{
	mkdir -p "$TMP/www"
	random_file "$TMP/www/file" 3000000
	start http "$1" "$PYTHON" -m http.server --bind "$2" \
		--directory "$TMP/www" 8000
	wait_port "$2" 8000
}

fetch()
{
	run "$1" "$PYTHON" -c 'import sys, urllib.request
data = urllib.request.urlopen(sys.argv[1], timeout=20).read()
open(sys.argv[2], "wb").write(data)' "http://$2:8000/file" "$TMP/got" \
		2>"$TMP/fetch.err" || fail "urllib: $(tail -n 1 "$TMP/fetch.err")"
	same_sha "$TMP/got" "$TMP/www/file"
}

t_http_server()
{
	net_up
	serve prog "$P_IP"
	fetch peer "$P_IP"
}

t_urllib()
{
	net_up
	serve peer "$K_IP"
	fetch prog "$K_IP"
}

ASYNC_SERVER='
import asyncio, sys
async def echo(reader, writer):
	while data := await reader.read(65536):
		writer.write(data)
		await writer.drain()
	writer.close()
async def main():
	server = await asyncio.start_server(echo, sys.argv[1], 8000)
	await server.serve_forever()
asyncio.run(main())
'
ASYNC_CLIENT='
import asyncio, os, sys
async def one():
	reader, writer = await asyncio.open_connection(sys.argv[1], 8000)
	data = os.urandom(100000)
	writer.write(data)
	writer.write_eof()
	assert await reader.read() == data
	writer.close()
async def main():
	await asyncio.gather(*(one() for _ in range(50)))
asyncio.run(main())
'

asyncio_pair()
{
	net_up
	start server "$1" "$PYTHON" -c "$ASYNC_SERVER" "$3"
	wait_port "$3" 8000
	run "$2" "$PYTHON" -c "$ASYNC_CLIENT" "$3" 2>"$TMP/client.err" ||
		fail "client: $(tail -n 1 "$TMP/client.err")"
}

t_asyncio_server()
{
	asyncio_pair prog peer "$P_IP"
}

t_asyncio_client()
{
	asyncio_pair peer prog "$K_IP"
}

t_subprocess()
{
	net_up
	serve peer "$K_IP"
	same "a child's fetch" "$(run prog "$PYTHON" -c '
import socket, subprocess, sys
s = socket.create_connection((sys.argv[1], 8000))
out = subprocess.run(["curl", "-sf", "-o", "/dev/null", "-w",
	"%{size_download}", f"http://{sys.argv[1]}:8000/file"],
	capture_output=True, text=True, check=True)
print(out.stdout)' "$K_IP")" 3000000
}

compat_main "$@" -- http_server urllib asyncio_server asyncio_client subprocess
