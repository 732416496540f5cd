# SPDX-License-Identifier: MIT
"""compare - the named comparisons: systems in turn, several rounds"""
import os
import platform
import statistics
import subprocess
import time

from . import search
from .procs import Failed, Missing, tool
from .systems import Session, System

DEVICES = ("memif", "af_xdp", "af_packet", "tap")
QUICK_S = 34  # nothing begins that would end after this
MEMCACHED = ["memcached", "-u", "root", "-t", "1", "-p", "11211", "-U", "0",
             "-m", "256", "-c", "4096"]
ECHO = ["ix-echo-server", "-p", "11211"]


class Comparison:
    """One run of it: rounds, rows, notes. Subclasses say what a round is."""

    text = ""
    unit = "requests/s"
    x = ""
    rounds, quick_rounds = 3, 2
    times = {"duration": 2, "warmup": 0.3}
    quick_times = {"duration": 0.4, "warmup": 0.1}
    server = MEMCACHED
    load = []

    def __init__(self, o):
        self.o, self.quick = o, o.quick
        self.build = os.path.abspath(o.build)
        self.rows, self.notes, self.skipped = [], [], []
        self.pairs = {}  # (label of the ratio) -> [ratio of each round]
        self.began = time.monotonic()
        if self.quick:
            self.times, self.rounds = self.quick_times, self.quick_rounds
        self.tuned = {}

    # what runs

    def systems(self):
        """Linux first; then IX on the device that was asked for; the rest."""
        dev = self.o.device or "af_xdp"
        found = [System("linux", "veth", "kernel")]
        if dev != "memif":
            found.append(System("ix", dev, "kernel"))
        if dev == "memif" or not self.o.device:
            found.append(System("ix", "memif", "ix", "memif"))
        if not self.quick and not self.o.device:
            found += self.more_systems()
        return found

    def more_systems(self):
        return [System("linux", "loopback", "kernel"),
                System("linux", "veth", "ix", "af_xdp"),
                System("ix", "af_xdp", "ix", "af_xdp")]

    def session(self, system):
        return Session(system, self.build, self.server, self.load)

    def tune(self, session, shape, better):
        """Once for each system, in its first round."""
        s = session.system
        if s.name in self.tuned or len(s.tunings) == 1:
            return
        short = {"duration": 0.3 if self.quick else 1, "warmup": 0.1}
        tried = search.best_tuning(session, shape, short, better)
        self.tuned[s.name] = s.tuning
        self.notes.append("%s: %s of %s" % (
            s.name, s.tuning, ", ".join(
                "%s %.3g" % (k, abs(v)) for k, v in tried.items())))

    def add(self, row, x, value, **more):
        self.rows.append({"system": row["system"], "x": x, "value": value,
                          "unit": self.unit, **row, **more})
        return self.rows[-1]

    def measure(self, session, n):
        """One system in round n: what ratios are made of, by name."""
        raise NotImplementedError

    def main(self):
        systems = self.systems()
        taken = 0.0
        for n in range(self.rounds):
            start = time.monotonic()
            if self.late(taken):
                self.notes.append("%d rounds of %d: out of time" % (
                    n, self.rounds))
                break
            self.round(n, systems)
            # the first round also tunes and looks for the peak
            taken = (time.monotonic() - start) * (1 if n else 0.8)

    def attempt(self, s, n):
        """One system in round n, once more if it fails: a fault that a
        second start does not show is in the notes, not the end of it."""
        for last in (False, True):
            session = self.session(s)
            try:
                with session:
                    return self.measure(session, n)
            except Failed as e:
                if last or time.monotonic() - self.began > self.limit():
                    raise
                self.notes.append("round %d, %s, failed once: %s" % (
                    n, s.name, e))
            finally:
                if session.stayed():
                    self.notes.append("round %d, %s: something did not end "
                                      "by itself and was killed" % (n, s.name))

    def limit(self):
        return QUICK_S if self.quick else float("inf")

    def late(self, needed):
        return time.monotonic() + needed - self.began > self.limit()

    def round(self, n, systems):
        got = {}
        for s in list(systems):
            if n == 0 and self.late(0):
                self.skipped.append({"system": s.name,
                                     "reason": "out of time"})
                systems.remove(s)
                continue
            try:
                got[s] = self.attempt(s, n)
            except Failed as e:
                if s is systems[0]:
                    raise
                systems.remove(s)
                self.skipped.append({"system": s.name, "reason": str(e)})
        self.compare(got)

    def compare(self, got):
        """What the systems of one round gave, in pairs."""
        linux = [(s, v) for s, v in got.items() if s.kind == "linux"]
        for s, v in got.items():
            if s.kind == "ix":
                self.pair(s, v, linux)

    def pair(self, s, v, linux):
        """IX against the Linux of the same link and generator where there is
        one, else against the best Linux of this round."""
        same = [(ls, lv) for ls, lv in linux
                if ls.generator == s.generator and ls.link == "veth"
                and s.link != "memif"]
        for key, kind in self.metrics().items():
            have = [(ls, lv) for ls, lv in same or linux if lv.get(key)]
            if not v.get(key) or not have:
                continue
            pick = max if kind == "more" else min
            ls, lv = pick(have, key=lambda p: p[1][key])
            r = v[key] / lv[key] if kind == "more" else lv[key] / v[key]
            self.pairs.setdefault((key, s.name), []).append(
                {"ratio": r, "to": ls.name,
                 "claim": not v.get("generator_limited")
                 and not lv.get("generator_limited")})

    @staticmethod
    def metrics():
        """Name -> whether more or less of it is better."""
        return {"throughput": "more", "cpu_us_per_request": "less"}

    # what is said of it

    def ratios(self):
        found = []
        for (key, name), values in self.pairs.items():
            r = [v["ratio"] for v in values]
            found.append({
                "metric": key, "of": name,
                "to": " / ".join(sorted({v["to"] for v in values})),
                "median": round(statistics.median(r), 3),
                "min": round(min(r), 3), "max": round(max(r), 3),
                "rounds": len(r),
                "claim": key != "throughput"
                or all(v["claim"] for v in values)})
        return found

    def headline(self, ratios):
        """The first IX system; throughput, if nothing but the server bounds
        it, else the CPU time."""
        order = [s.name for s in self.systems() if s.kind == "ix"]
        for name in order:
            mine = [r for r in ratios if r["of"] == name]
            good = [r for r in mine if r["claim"]] or mine
            if good:
                return good[0]
        return None


class Memcached(Comparison):
    x = "open loop: requests/s asked for; closed loop: connections x depth"
    shapes = [(4, 1), (16, 1), (64, 1), (64, 4), (64, 16), (256, 16)]
    quick_shapes = [(16, 1), (64, 4)]
    open_shape = (64, 64)
    cpu_shape = (64, 4)  # the CPU time of a request depends on it

    def __init__(self, o):
        super().__init__(o)
        self.shape = {}
        if self.quick:
            self.shapes = self.quick_shapes
        self.load = ["--workload", self.workload, "--connections", "256",
                     "--depth", "64"]

    def measure(self, session, n):
        name = session.system.name
        self.tune(session, (64, 4), lambda row: row["rps"])
        shapes = self.shapes
        if name in self.shape:
            shapes = sorted({self.shape[name], self.cpu_shape})
        rows, top = search.peak(session, shapes, self.times)
        for row in rows:
            self.add(row, "%dx%d" % (row["connections"], row["depth"]),
                     row["rps"], round=n)
        self.shape[name] = (top["connections"], top["depth"])
        alike = next(row for row in rows if (
            row["connections"], row["depth"]) == self.cpu_shape)
        c, d = self.open_shape
        rows, best = search.sla(session, top["rps"], c, d,
                                3 if self.quick else 6, self.times)
        for row in rows:
            self.add(row, row["rate"], row["rps"], round=n,
                     best=row is best)
        return {
            "throughput": best["rps"] if best else None,
            "peak_throughput": top["rps"],
            "cpu_us_per_request": alike["cpu_us_per_request"],
            "generator_limited": (best or top)["limited_by"] == "generator",
        }

    @staticmethod
    def metrics():
        return {"throughput": "more", "cpu_us_per_request": "less",
                "peak_throughput": "more"}


class MemcachedUsr(Memcached):
    text = "memcached, USR: keys below 20 B, 2-byte values, 99 % GET"
    workload = "usr"


class MemcachedEtc(Memcached):
    text = "memcached, ETC: keys 20-70 B, values 1 B - 1 KB, 75 % GET"
    workload = "etc"


class Echo(Comparison):
    text = "64-byte messages to an epoll echo server, many connections"
    x = "connections"
    server = ECHO
    counts = [1, 16, 64, 256, 1000]
    quick_counts = [16, 256]

    def __init__(self, o):
        super().__init__(o)
        if self.quick:
            self.counts = self.quick_counts
        self.load = ["--proto", "echo", "--workload", "fixed:30,64",
                     "--connections", str(max(self.counts))]

    def measure(self, session, n):
        self.tune(session, (self.counts[-1], 1), lambda row: row["rps"])
        rows, top = search.peak(session, [(c, 1) for c in self.counts],
                                self.times)
        for row in rows:
            self.add(row, row["connections"], row["rps"], round=n)
        return {
            "throughput": top["rps"],
            # of the same number of connections for all
            "cpu_us_per_request": rows[-1]["cpu_us_per_request"],
            "generator_limited": top["limited_by"] == "generator",
        }


class PingPong(Comparison):
    text = "one connection, one 64-byte message at a time: one-way latency"
    unit = "us"
    x = "quantile"
    rounds, quick_rounds = 5, 3
    server = ECHO + ["-s"]
    load = ["--proto", "echo", "--workload", "fixed:30,64",
            "--connections", "1"]

    def __init__(self, o):
        super().__init__(o)
        self.notes.append(
            "both sides spin (epoll_wait without a timeout, IX polls); "
            "SO_BUSY_POLL has no effect on veth: it has no queue to poll, "
            "TcpExtBusyPollRxPackets stays 0")

    def measure(self, session, n):
        self.tune(session, (1, 1), lambda row: -row["p50_us"])
        row = session.step(connections=1, depth=1, rate=0, **self.times)
        # one generator at a time waits for one server: neither is the limit
        for key in ("limited_by", "cpu_us_per_request"):
            row.pop(key)
        got = {}
        for q in ("p50", "p99"):
            got["one_way_%s_us" % q] = row[q + "_us"] / 2
            self.add(row, q, round(row[q + "_us"] / 2, 2), round=n)
        return got

    @staticmethod
    def metrics():
        return {"one_way_p50_us": "less", "one_way_p99_us": "less"}

    def ratios(self):
        return [dict(r, claim=True) for r in super().ratios()]


COMPARISONS = {"memcached-usr": MemcachedUsr, "memcached-etc": MemcachedEtc,
               "echo": Echo, "pingpong": PingPong}


def machine():
    model = "unknown"
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return {"cpu": model, "cpus": os.cpu_count(),
            "kernel": platform.release(), "arch": platform.machine(),
            "load_before": round(os.getloadavg()[0], 2)}


def commit(root):
    try:
        p = subprocess.run(["git", "-C", root, "describe", "--always",
                            "--dirty", "--abbrev=12"], timeout=10,
                           capture_output=True, text=True)
        return p.stdout.strip() or "none"
    except (OSError, subprocess.TimeoutExpired):
        return "none"


def run(name, o, root):
    """The result, ready to be written."""
    c = COMPARISONS[name](o)
    if c.server is MEMCACHED:
        if not tool("sh", "-c", "command -v memcached || true").strip():
            raise Missing("memcached is not installed")
    result = {"name": name, "text": c.text, "machine": machine(),
              "commit": commit(root), "quick": o.quick,
              "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    c.main()
    ratios = c.ratios()
    result.update({"x": c.x, "unit": c.unit, "rows": c.rows,
                   "ratio": c.headline(ratios), "ratios": ratios,
                   "notes": c.notes, "skipped": c.skipped,
                   "seconds": round(time.monotonic() - c.began, 1)})
    if not any(r["kind"] == "ix" for r in c.rows):
        result["failed"] = "nothing ran under IX"
    return result
