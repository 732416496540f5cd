# SPDX-License-Identifier: MIT
"""load - ixload --steps, driven over its pipes"""
import json
import os
import select
import subprocess
import time

from .procs import Failed, Process

READY_S = 15


class Load:
    """A generator that keeps its connections from one step to the next."""

    def __init__(self, args):
        self.process = Process(args, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
        self.buffer = b""
        self.fd = self.process.p.stdout.fileno()

    def line(self, end):
        """One JSON object of its output."""
        while b"\n" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0:
                raise Failed("ixload does not answer: %s (%s)" % (
                    self.process.message(), " ".join(self.process.args)))
            if not select.select([self.fd], [], [], left)[0]:
                continue
            data = os.read(self.fd, 65536)
            if not data:
                self.process.p.wait(5)
                self.process.check()
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        return json.loads(line)

    def ready(self):
        self.line(time.monotonic() + READY_S)

    def step(self, on_mark, **what):
        """Runs one load. on_mark("begin"), on_mark("end") are called when
        it begins to run and when the measured time is over."""
        text = " ".join("%s=%s" % kv for kv in what.items())
        end = time.monotonic() + what["duration"] + what["warmup"] + 25
        try:
            self.process.p.stdin.write(text + "\n")
            self.process.p.stdin.flush()
        except BrokenPipeError:
            self.process.p.wait(5)
            self.process.check()
        while True:
            answer = self.line(end)
            if "mark" in answer:
                on_mark(answer["mark"])
            elif "error" in answer:
                raise Failed("ixload: %s" % answer["error"])
            else:
                return answer

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.process.__exit__(*exc)
