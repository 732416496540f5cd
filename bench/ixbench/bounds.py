# SPDX-License-Identifier: MIT
"""bounds - the bound of a batch, at every load

Source: IX (OSDI 2014), figure 6: the bound that it needs for throughput must
not cost latency at a low load.
"""
from .compare import COMPARISONS, ECHO, Comparison
from .systems import Session, System

OTHERS = (1, 4, 16, 32, 128)
QUICK_OTHERS = (1, 32)


class Bounded(System):
    """IX whose batches are of at most this many frames; 0: the default."""

    def __init__(self, link, bound):
        super().__init__("ix", link, "ix" if link == "memif" else "kernel",
                         link if link == "memif" else None)
        self.bound = bound

    @property
    def options(self):
        return ["--batch=%d" % self.bound] if self.bound else []

    @property
    def name(self):
        return "ix %s, %s" % (self.link, "batches of %d" % self.bound
                              if self.bound else "the default")


class BoundedSession(Session):
    """Both ends of a memif have the bound."""

    def server_line(self):
        line = super().server_line()
        at = line.index("--ip")
        return line[:at] + self.system.options + line[at:]

    def load_line(self):
        line = super().load_line()
        return line + (self.system.options
                       if self.system.generator == "ix" else [])


class Bounds(Comparison):
    text = ("64-byte messages to an epoll echo server: the default bound of "
            "a batch against others")
    x = "connections x depth"
    server = ECHO
    load = ["--proto", "echo", "--workload", "fixed:30,64",
            "--connections", "256", "--depth", "16"]
    shapes = [(1, 1), (16, 1), (64, 1), (64, 4), (256, 16)]

    def systems(self):
        link = self.o.device or "memif"
        others = QUICK_OTHERS if self.quick else OTHERS
        return [Bounded(link, b) for b in (0,) + others]

    def session(self, system):
        return BoundedSession(system, self.build, self.server, self.load)

    def measure(self, session, n):
        got = {}
        for c, d in self.shapes:
            row = session.step(connections=c, depth=d, rate=0, **self.times)
            shape = "%dx%d" % (c, d)
            self.add(row, shape, row["rps"], round=n)
            got["requests/s at " + shape] = row["rps"]
            got["p99 at " + shape] = row["p99_us"]
        return got

    def compare(self, got):
        """The default against the best of the others, at each load."""
        (default, mine), *others = got.items()
        for key, value in mine.items():
            less = key.startswith("p99")
            pick = min if less else max
            to, best = pick(((s, v[key]) for s, v in others),
                            key=lambda p: p[1])
            if not value or not best:
                continue  # nothing was answered in so short a time
            self.pairs.setdefault((key, default.name), []).append(
                {"ratio": best / value if less else value / best,
                 "to": to.name, "claim": True})


COMPARISONS["batch"] = Bounds
