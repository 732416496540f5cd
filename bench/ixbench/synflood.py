# SPDX-License-Identifier: MIT
"""synflood - a flood of SYNs from silent sources, and what it costs the others

The flood, the load on established connections and the new connections share
CPU 1 with Linux's receive path of their end; the server has CPU 0, with its
own. A load that asks for all it can get would measure how the two halves of
CPU 1 are shared. So what is kept is told of a load that asks at a fixed rate,
for which CPU 1 has time beside the flood, and the flood goes before it.
"""
import json
import os
import re
import subprocess
import sys

from .compare import COMPARISONS, ECHO, Comparison
from .net import CLIENT_CPU, CLIENT_IP, SERVER_IP
from .procs import Failed, Missing, Process, check_built, last_line
from .systems import ON_VETH, PORT, Session, System

RATE = 100000
PROBES_PER_S = 50
SOURCES = "198.18.0.0/15"
SHAPE = {"connections": 16, "depth": 4}
LOAD = 40000  # requests a second
FLOOD_NICE = -15
GRACE_S = 30
COUNTERS = {"linux": ("TcpExtSyncookiesSent", "TcpExtSyncookiesRecv"),
            "ix": ("tcp_syncookie_sent", "tcp_syncookie_ok")}


def quantile(values, q):
    """Of all, the failed ones last; None: there is none, or it failed."""
    v = sorted(values)
    i = min(int(q * len(v)), len(v) - 1)
    return v[i] if v and v[i] != float("inf") else None


class FloodSession(Session):
    """
    Answers to the sources go back to the client's end and are dropped as they
    arrive: a wire would have carried them away from both machines.
    """

    def links(self):
        super().links()
        self.ns_c.run("nft", "add table netdev flood; "
                      "add chain netdev flood answers { type filter hook "
                      "ingress device c0 priority 0; }; add rule netdev flood "
                      "answers ip daddr %s drop" % SOURCES)
        if self.system.kind == "linux":
            self.ns_s.ip("route", "add", SOURCES, "via", CLIENT_IP)
            self.ns_s.run("sysctl", "-qw", "net.ipv4.tcp_syncookies=1")

    def server_line(self):
        line = super().server_line()
        if self.system.kind == "ix":
            line.insert(line.index("--ip"), "--gateway=" + CLIENT_IP)
        return line

    def background(self, *args):
        return Process(self.pinned(self.ns_c, CLIENT_CPU, args),
                       stdout=subprocess.PIPE)

    def flood(self, rate, seconds):
        mac = re.search(r"link/ether ([0-9a-f:]+)", self.ns_s.ip(
            "link", "show", "s0")).group(1)
        return self.background("nice", "-n", str(FLOOD_NICE),
                               self.bin("ix-synflood"), "c0", mac, SERVER_IP,
                               str(PORT), str(rate), str(seconds))

    def probe(self, seconds):
        return self.background(
            sys.executable, os.path.join(os.path.dirname(
                os.path.abspath(__file__)), "probe.py"),
            SERVER_IP, str(PORT), str(seconds), str(PROBES_PER_S))

    def cookies(self):
        """Sent, and come back."""
        names = COUNTERS[self.system.kind]
        if self.system.kind == "linux":
            text = self.ns_s.run("nstat", "-asz", *names)
            found = dict(re.findall(r"^(\w+)\s+(\d+)", text, re.M))
            return tuple(int(found.get(n, 0)) for n in names)
        stats = json.dumps(self.cpu.stats())
        return tuple(sum(int(v) for v in re.findall(
            r'"%s": (\d+)' % n, stats)) for n in names)


def answer(process, seconds):
    """What a process in the background says when it ends."""
    try:
        out, _ = process.p.communicate(timeout=seconds + GRACE_S)
    except subprocess.TimeoutExpired:
        raise Failed("%s: does not end" % " ".join(process.args))
    if process.p.returncode:
        raise Failed("%s: %s" % (" ".join(process.args), process.message()))
    return json.loads(last_line(out))


class SynFlood(Comparison):
    text = ("%d SYNs a second from silent sources; established and new "
            "connections to an echo server beside it" % RATE)
    x = "with or without the flood"
    rounds, quick_rounds = 1, 1
    seconds, quiet_seconds = 60, 10
    server = ECHO
    load = ["--proto", "echo", "--workload", "fixed:30,64",
            "--connections", str(SHAPE["connections"])]

    def __init__(self, o):
        super().__init__(o)
        if o.quick:
            self.seconds, self.quiet_seconds = 3, 2
        self.notes.append(
            "the flood, the load and the new connections share CPU 1 with "
            "Linux's receive path of their end")

    def systems(self):
        dev = self.o.device or "af_xdp"
        if dev not in ON_VETH:
            raise Missing("the flood needs a veth pair, not %s" % dev)
        check_built(self.build, "ix-synflood")
        return [System("linux", "veth", "kernel"),
                System("ix", dev, "kernel")]

    def session(self, system):
        return FloodSession(system, self.build, self.server, self.load)

    def beside(self, session, seconds, rate=LOAD):
        """Load on the established and new connections at once."""
        with session.probe(seconds) as probe:
            row = session.step(duration=seconds, warmup=0.1, rate=rate,
                               **SHAPE)
            seen = answer(probe, seconds)
        lost = [float("inf")] * seen["failed"]
        for key in ("connect_ms", "answer_ms"):
            row[key + "_p50"] = quantile(seen[key] + lost, 0.5)
            row[key + "_p99"] = quantile(seen[key] + lost, 0.99)
        row["opened"] = len(seen["connect_ms"])
        row["not_opened"] = seen["failed"]
        return row

    def measure(self, session, n):
        session.tune("rps")
        most = self.beside(session, self.quiet_seconds, 0)
        quiet = self.beside(session, self.quiet_seconds)
        before = session.cookies()
        with session.flood(RATE, self.seconds) as flood:
            loud = self.beside(session, self.seconds - 0.5)
            sent = answer(flood, self.seconds)
        after = session.cookies()
        loud["flood_rate"] = sent["sent"] / sent["seconds"]
        loud["cookies_sent"] = after[0] - before[0]
        if not loud["cookies_sent"]:
            raise Failed("%s: no cookie was sent: the flood did not arrive" %
                         session.system.name)
        loud["cookies_ok"] = after[1] - before[1]
        self.add(most, "no flood, all it can", most["rps"], round=n)
        self.add(quiet, "no flood", quiet["rps"], round=n)
        self.add(loud, "flood", loud["rps"], round=n)
        kept = loud["rps"] / quiet["rps"]
        self.notes.append(self.sentence(session, quiet, loud, kept))
        return {"kept": kept, "connect_ms_p99": loud["connect_ms_p99"],
                "connect_ms_p50": loud["connect_ms_p50"]}

    @staticmethod
    def sentence(session, quiet, loud, kept):
        def ms(row, key):
            v = row[key]
            return "never" if v is None else "%.2f ms" % v
        return (
            "%s: %s SYN/s, %s cookies sent and %s come back; established "
            "connections keep %.0f %% of their %s requests/s, the server's "
            "core is busy for %.0f %% (without: %.0f %%); new ones open in "
            "p50 %s, p99 %s (without: %s, %s), %d of %d not at all" % (
                session.system.name, "{:,.0f}".format(loud["flood_rate"]),
                "{:,}".format(loud["cookies_sent"]),
                "{:,}".format(loud["cookies_ok"]), 100 * kept,
                "{:,.0f}".format(quiet["rps"]), loud["server_busy_percent"],
                quiet["server_busy_percent"],
                ms(loud, "connect_ms_p50"), ms(loud, "connect_ms_p99"),
                ms(quiet, "connect_ms_p50"), ms(quiet, "connect_ms_p99"),
                loud["not_opened"], loud["not_opened"] + loud["opened"]))

    @staticmethod
    def metrics():
        return {"kept": "more", "connect_ms_p99": "less",
                "connect_ms_p50": "less"}


COMPARISONS["synflood"] = SynFlood
