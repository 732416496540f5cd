#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""exits - what a memcached in protected mode leaves its guest for.

    exits.py HOST PORT DEBUGFS SECONDS

Takes KVM's own counters (DEBUGFS/kvm, all virtual machines) and memcached's
count of requests twice, SECONDS apart, while something else makes the load, and
prints the differences, a line for each: a name, the number, and the number for
each request.
"""
import glob
import os
import socket
import sys
import time


def requests(sock, file):
    sock.sendall(b"stats\r\n")
    total = 0
    for line in iter(file.readline, b"END\r\n"):
        name, value = line.split()[1:3]
        if name in (b"cmd_get", b"cmd_set"):
            total += int(value)
    return total


def counters(paths):
    values = {}
    for path in paths:
        with open(path) as file:
            text = file.read()
        if text.strip().isdigit():
            values[os.path.basename(path)] = int(text)
    return values


def main():
    host, port, debugfs, seconds = sys.argv[1:]
    paths = [path for path in sorted(glob.glob(debugfs + "/kvm/*"))
             if os.path.isfile(path)]
    sock = socket.create_connection((host, int(port)), 20)
    file = sock.makefile("rb")

    def sample():
        values = counters(paths)
        values["requests"] = requests(sock, file)
        return values

    first = sample()
    time.sleep(float(seconds))
    second = sample()
    total = second["requests"] - first["requests"]
    for name in sorted(first):
        change = second[name] - first[name]
        if change or name == "io_exits":
            print("%s %d %.5f" % (name, change, change / max(total, 1)))


if __name__ == "__main__":
    main()
