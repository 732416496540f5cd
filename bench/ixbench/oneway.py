# SPDX-License-Identifier: MIT
"""oneway - how late small messages come that go one way

What Nagle's algorithm holds back is held until the receiver acknowledges, and
that one may wait for an answer to ride on: a stream of small messages shows
whether both agree on when.
"""
import statistics
import subprocess

from .compare import COMPARISONS, Comparison
from .net import CLIENT_CPU, CLIENT_IP, SERVER_CPU, SERVER_IP
from .procs import Process, check_built
from .synflood import answer
from .systems import OWN_RUN, Session, System

SIZES = (10, 100, 600, 1000, 1448, 3000)
GAPS_US = (500, 1000, 5000, 30000, 100000)
ROLES = ("receives", "sends")
START_S = 20


class OneWaySession(Session):
    """A pair of processes for each cell, ours in the server's place."""

    def start(self):
        self.links()
        self.port = 9100

    def ours(self, *args):
        line = [self.bin("ix-oneway"), *args]
        if self.system.kind == "ix":
            line = OWN_RUN + [
                self.bin("ix-run"), "--dev", self.server_dev(), "--ip",
                SERVER_IP + "/24", "--", *line]
        return self.pinned(self.ns_s, SERVER_CPU, line)

    def theirs(self, *args):
        return self.pinned(self.ns_c, CLIENT_CPU,
                           [self.bin("ix-oneway"), *args])

    def cell(self, role, size, gap_us, nodelay, count):
        """Lateness: p50_us and p99_us."""
        self.port += 1
        ip = SERVER_IP if role == "receives" else CLIENT_IP
        where = [ip, str(self.port), str(size)]
        recv = ["recv", *where, str(count)]
        send = ["send", *where, str(gap_us), str(count), str(nodelay)]
        if role == "receives":
            lines = self.ours(*recv), self.theirs(*send)
        else:
            lines = self.theirs(*recv), self.ours(*send)
        with Process(lines[0], stdout=subprocess.PIPE) as r:
            with Process(lines[1]):
                return answer(r, START_S + count * gap_us / 1e6)


class OneWay(Comparison):
    text = "small messages one way: how late they come"
    unit = "us"
    x = "role, bytes, gap, Nagle"
    rounds, quick_rounds = 3, 1
    server = []
    sizes, gaps, messages = SIZES, GAPS_US, 200

    def __init__(self, o):
        super().__init__(o)
        if self.quick:
            self.sizes, self.gaps, self.messages = (100,), (5000,), 60

    def systems(self):
        check_built(self.build, "ix-oneway", "ix-run")
        return [System("linux", "veth", "kernel"),
                System("ix", self.o.device or "af_xdp", "kernel")]

    def session(self, system):
        return OneWaySession(system, self.build, self.server, self.load)

    def cells(self):
        for role in ROLES:
            for nodelay in (0, 1):
                for size in self.sizes:
                    for gap in self.gaps:
                        yield role, size, gap, nodelay

    def measure(self, session, n):
        s = session.system
        late = []
        for role, size, gap, nodelay in self.cells():
            # not for longer than a few seconds each
            count = max(20, min(self.messages, int(4e6 / gap)))
            got = session.cell(role, size, gap, nodelay, count)
            late.append(got["p50_us"])
            self.add({"system": s.name, "kind": s.kind, "link": s.link,
                      "tuning": s.tuning, "loop": "one way", **got},
                     "%s %d B each %g ms, %s" % (
                         role, size, gap / 1000,
                         "TCP_NODELAY" if nodelay else "Nagle"),
                     got["p50_us"], round=n)
        return {"late_p50_us": statistics.mean(late),
                "latest_p50_us": max(late)}

    @staticmethod
    def metrics():
        return {"late_p50_us": "less", "latest_p50_us": "less"}

    def ratios(self):
        return [dict(r, claim=True) for r in super().ratios()]


COMPARISONS["oneway"] = OneWay
