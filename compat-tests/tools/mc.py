#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""mc - a memcached client that checks every answer.

    mc.py values HOST PORT [N]     N keys of sizes from 1 byte to 500 kB
    mc.py many HOST PORT N         N connections at a time, each its own value
    mc.py hold HOST PORT N SECONDS N connections that do nothing
"""
import hashlib
import resource
import select
import socket
import sys
import time

PATIENCE = 60


def value_of(i, size):
    seed = hashlib.sha256(b"%d" % i).hexdigest().encode()
    return (seed * (size // len(seed) + 1))[:size]


def size_of(i, n):
    return 1 + (500000 * (i % n) ** 3) // n ** 3


class Client:
    def __init__(self, host, port):
        self.sock = socket.create_connection((host, port), PATIENCE)
        self.file = self.sock.makefile("rb")

    def ask(self, line, body=None):
        data = line + b"\r\n"
        if body is not None:
            data += body + b"\r\n"
        self.sock.sendall(data)
        return self.file.readline().rstrip(b"\r\n")

    def set(self, key, value):
        got = self.ask(b"set %s 0 0 %d" % (key, len(value)), value)
        assert got == b"STORED", (key, got)

    def get(self, key):
        head = self.ask(b"get " + key)
        if head == b"END":
            return None
        words = head.split()
        assert words[:2] == [b"VALUE", key], head
        value = self.file.read(int(words[3]) + 2)[:-2]
        assert self.file.readline() == b"END\r\n"
        return value


def values(host, port, n):
    c = Client(host, port)
    for i in range(n):
        c.set(b"key%d" % i, value_of(i, size_of(i, n)))
    other = Client(host, port)
    for i in reversed(range(n)):
        got = other.get(b"key%d" % i)
        assert got == value_of(i, size_of(i, n)), "key%d" % i
    assert c.get(b"never-set") is None
    assert c.ask(b"delete key0") == b"DELETED"
    assert other.get(b"key0") is None
    c.set(b"number", b"41")
    assert c.ask(b"incr number 1") == b"42"
    assert c.ask(b"nonsense") == b"ERROR"


class Conn:
    """One of many: connect, set, get, then stay."""

    def __init__(self, addr, number):
        self.number = number
        self.value = value_of(number, 20 + number % 80)
        self.sock = socket.socket()
        self.sock.setblocking(False)
        self.sock.connect_ex(addr)
        self.got = b""
        self.answers = [b"STORED\r\n", b"VALUE conn%d 0 %d\r\n%s\r\nEND\r\n"
                        % (number, len(self.value), self.value)]

    def requests(self):
        key = b"conn%d" % self.number
        yield b"set %s 0 0 %d\r\n%s\r\n" % (key, len(self.value), self.value)
        yield b"get %s\r\n" % key

    def writable(self):
        err = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        assert err == 0, "connection %d: errno %d" % (self.number, err)
        self.todo = self.requests()
        self.sock.sendall(next(self.todo))

    def readable(self):
        """True when the last answer has come."""
        data = self.sock.recv(4096)
        assert data, "connection %d: closed by the server" % self.number
        self.got += data
        want = self.answers[0]
        assert want.startswith(self.got), (self.number, self.got)
        if self.got != want:
            return False
        self.answers.pop(0)
        self.got = b""
        if self.answers:
            self.sock.sendall(next(self.todo))
        return not self.answers


def raise_limit(n):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (n, max(hard, n)))


def many(host, port, n):
    raise_limit(n + 100)
    poller = select.epoll()
    conns, started, done = {}, 0, 0
    end = time.monotonic() + PATIENCE
    while done < n:
        # A bounded number of handshakes at a time, all conns stay open.
        while started < n and started - done < 500:
            c = Conn((host, port), started)
            conns[c.sock.fileno()] = c
            poller.register(c.sock, select.EPOLLOUT)
            started += 1
        assert time.monotonic() < end, "%d of %d are done" % (done, n)
        for fd, events in poller.poll(1):
            if events & select.EPOLLOUT:
                conns[fd].writable()
                poller.modify(fd, select.EPOLLIN)
            elif conns[fd].readable():
                done += 1
    recheck(conns)


def recheck(conns):
    """With all open: every hundredth is asked once more."""
    for c in list(conns.values())[::100]:
        c.sock.settimeout(PATIENCE)
        c.sock.sendall(b"get conn%d\r\n" % c.number)
        got = b""
        while not got.endswith(b"END\r\n"):
            data = c.sock.recv(4096)
            assert data, "connection %d: closed by the server" % c.number
            got += data
        assert c.value in got, c.number


def hold(host, port, n, seconds):
    conns = [Client(host, port) for _ in range(n)]
    print("holding", flush=True)
    time.sleep(seconds)
    for i, c in enumerate(conns):
        got = c.ask(b"version")
        assert got.startswith(b"VERSION"), (i, got)


def main():
    verb, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
    rest = [int(a) for a in sys.argv[4:]]
    if verb == "values":
        values(host, port, *(rest or [200]))
    else:
        {"many": many, "hold": hold}[verb](host, port, *rest)


if __name__ == "__main__":
    main()
