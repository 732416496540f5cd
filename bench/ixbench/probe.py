#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""probe - new connections, one after another: how long until the first answer

    probe.py ADDRESS PORT SECONDS PER_SECOND

Each connects, sends a message to an echo server and waits for it. Prints the
milliseconds of each, and how many came to nothing.
"""
import json
import socket
import sys
import time

TIMEOUT_S = 5
MESSAGE = b"x" * 64


def once(to):
    """Milliseconds to connect and to the answer, or None."""
    begin = time.monotonic()
    try:
        with socket.create_connection(to, TIMEOUT_S) as s:
            open_at = time.monotonic()
            s.sendall(MESSAGE)
            got = b""
            while len(got) < len(MESSAGE):
                part = s.recv(len(MESSAGE))
                if not part:
                    return None
                got += part
            if got != MESSAGE:
                return None
    except OSError:
        return None
    return ((open_at - begin) * 1000, (time.monotonic() - begin) * 1000)


def main(address, port, seconds, per_second):
    to = (address, int(port))
    end = time.monotonic() + float(seconds)
    step = 1 / float(per_second)
    times, failed = [], 0
    while time.monotonic() < end:
        due = time.monotonic() + step
        t = once(to)
        if t:
            times.append(t)
        else:
            failed += 1
        time.sleep(max(due - time.monotonic(), 0))
    json.dump({"connect_ms": [round(c, 3) for c, _ in times],
               "answer_ms": [round(a, 3) for _, a in times],
               "failed": failed}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
