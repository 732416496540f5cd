#!/bin/bash
# SPDX-License-Identifier: MIT
#
# python - Python's own web server and client, asyncio, threads, TLS, children.
. "$(dirname "$0")/../lib.sh"

serve()
{
	mkdir -p "$TMP/www"
	random_file "$TMP/www/file" "$(scaled 3000000)"
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
	await asyncio.gather(*(one() for _ in range(int(sys.argv[2]))))
asyncio.run(main())
'

asyncio_pair()
{
	net_up
	start server "$1" "$PYTHON" -c "$ASYNC_SERVER" "$3"
	wait_port "$3" 8000
	run "$2" "$PYTHON" -c "$ASYNC_CLIENT" "$3" \
		"$(scaled 50)" 2>"$TMP/client.err" ||
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

# A thread for each of twenty connections at a time, on both sides.
THREADS_SERVER='
import socketserver, sys
class Echo(socketserver.BaseRequestHandler):
	def handle(self):
		while data := self.request.recv(65536):
			self.request.sendall(data)
class Server(socketserver.ThreadingTCPServer):
	allow_reuse_address = True # on a card after other tests
	request_queue_size = 64
	daemon_threads = True
Server((sys.argv[1], 8000), Echo).serve_forever()
'
THREADS_CLIENT='
import os, socket, sys
from concurrent.futures import ThreadPoolExecutor
def once(_):
	data = os.urandom(20000)
	with socket.create_connection((sys.argv[1], 8000), 60) as s:
		s.sendall(data)
		s.shutdown(socket.SHUT_WR)
		assert s.makefile("rb").read() == data
with ThreadPoolExecutor(20) as pool:
	list(pool.map(once, range(int(sys.argv[2]))))
'

threads_pair()
{
	net_up
	start server "$1" "$PYTHON" -c "$THREADS_SERVER" "$3"
	wait_port "$3" 8000
	run "$2" "$PYTHON" -c "$THREADS_CLIENT" "$3" "$(scaled 200)" \
		2>"$TMP/client.err" || fail "client: $(tail -n 1 "$TMP/client.err")"
}

t_threads_server()
{
	threads_pair prog peer "$P_IP"
}

t_threads_client()
{
	threads_pair peer prog "$K_IP"
}

# TLS, with a certificate of our own: bytes there and back, then its end.
SSL_SERVER='
import socket, ssl, sys
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(sys.argv[2])
ls = socket.create_server((sys.argv[1], 8000))
while True:
	try:
		c = tls.wrap_socket(ls.accept()[0], server_side=True)
	except OSError:
		continue # who only looks whether the port is there
	with c:
		while data := c.recv(65536):
			c.sendall(data)
'
SSL_CLIENT='
import os, socket, ssl, sys
tls = ssl.create_default_context(cafile=sys.argv[2])
for size in 1, 1000, int(sys.argv[3]):
	data = os.urandom(size)
	s = socket.create_connection((sys.argv[1], 8000), 60)
	c = tls.wrap_socket(s, server_hostname="ix.test")
	assert c.version() == "TLSv1.3", c.version()
	got = b""
	for at in range(0, size, 16000):
		c.sendall(data[at:at + 16000])
		while len(got) < min(size, at + 16000):
			part = c.recv(65536)
			assert part, (size, len(got))
			got += part
	assert got == data
	c.close()
'

ssl_pair()
{
	need openssl
	net_up
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ix.test \
		-addext subjectAltName=DNS:ix.test -keyout "$TMP/pem" \
		-out "$TMP/cert" 2>"$TMP/openssl" || fail "no certificate"
	cat "$TMP/cert" >>"$TMP/pem"
	start server "$1" "$PYTHON" -c "$SSL_SERVER" "$3" "$TMP/pem"
	wait_port "$3" 8000
	run "$2" "$PYTHON" -c "$SSL_CLIENT" "$3" "$TMP/cert" \
		"$(scaled 2000000)" 2>"$TMP/client.err" ||
		fail "client: $(tail -n 1 "$TMP/client.err")"
}

t_ssl_server()
{
	ssl_pair prog peer "$P_IP"
}

t_ssl_client()
{
	ssl_pair peer prog "$K_IP"
}

# What a connection brings goes through a child, by pipes.
t_pipes()
{
	net_up
	start server prog "$PYTHON" -c '
import socket, subprocess, sys
ls = socket.create_server((sys.argv[1], 7000))
while True:
	c = ls.accept()[0]
	data = c.makefile("rb").read()
	out = subprocess.run(["sha256sum"], input=data, capture_output=True)
	c.sendall(out.stdout)
	c.close()' "$P_IP"
	wait_port "$P_IP" 7000
	random_file "$TMP/in" "$(scaled 1000000)"
	same "a child's sum" "$(run peer socat -t $((20 * IXT_SLOW)) - \
		"TCP:$P_IP:7000" <"$TMP/in")" "$(sha256sum <"$TMP/in")"
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
print(out.stdout)' "$K_IP")" "$(scaled 3000000)"
}

compat_main "$@" -- http_server urllib asyncio_server asyncio_client \
	threads_server threads_client ssl_server ssl_client pipes subprocess
