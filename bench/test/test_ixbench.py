#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""test_ixbench - search and report of bench/run, on systems that are made up;
whose instructions are counted"""
import json
import os
import subprocess
import sys
import tempfile
import types
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from ixbench import (bounds, compare, counts, procs, report,  # noqa: E402
                     search, synflood)


class Said:
    """A process in the background that has ended and said this."""

    args, returncode = ["said"], 0

    def __init__(self, **what):
        self.p, self.out = self, json.dumps(what)

    def communicate(self, timeout):
        return self.out, None

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass


class Fake:
    """A server of a fixed capacity: p99 grows as it comes near."""

    def __init__(self, capacity, kind="linux", link="veth"):
        self.capacity = capacity
        self.system = types.SimpleNamespace(
            name=kind + " " + link, kind=kind, link=link, generator="kernel",
            tunings=["plain", "rps"], tuning="plain")
        self.steps = 0

    def tune(self, name):
        self.system.tuning = name

    def probe(self, seconds):
        return Said(connect_ms=[1, 2], answer_ms=[3, 4], failed=0)

    def flood(self, rate, seconds):
        return Said(sent=rate * seconds, seconds=seconds)

    def cookies(self):
        self.steps += 100
        return self.steps, 2

    def step(self, connections, depth, rate, duration, warmup):
        self.steps += 1
        capacity = self.capacity * (2 if self.system.tuning == "rps" else 1)
        rps = min(rate or connections * depth * 1000, capacity)
        load = rps / capacity
        return {
            "system": self.system.name, "kind": self.system.kind,
            "link": self.system.link, "connections": connections,
            "depth": depth, "rate": rate, "rps": rps,
            "loop": "open" if rate else "closed",
            "missed": max(rate - rps, 0), "p50_us": 20,
            "p99_us": 1000, "window_p99_us": 50 / (1.0001 - load),
            "tuning": "plain",
            "server_busy_percent": 100 * load, "cpu_us_per_request": 1,
            "limited_by": "server" if load > 0.95 else "generator"}


TIMES = {"duration": 1, "warmup": 0}


class SynFlood(unittest.TestCase):
    def test_quantile(self):
        lost = float("inf")
        self.assertEqual(synflood.quantile([3, 1, 2], 0.5), 2)
        self.assertEqual(synflood.quantile([1] * 98 + [lost] * 2, 0.5), 1)
        self.assertIsNone(synflood.quantile([1] * 98 + [lost] * 2, 0.99))
        self.assertIsNone(synflood.quantile([], 0.5))

    def test_what_does_not_end_is_named(self):
        with procs.Process(["sleep", "50"], stdout=subprocess.PIPE) as p:
            with self.assertRaisesRegex(procs.Failed, "sleep 50: does not"):
                synflood.answer(p, -synflood.GRACE_S)

    def test_its_program_is_missed_by_nobody_else(self):
        with tempfile.TemporaryDirectory() as build:
            os.mkdir(os.path.join(build, "bin"))
            c = synflood.SynFlood(options(build=build))
            with self.assertRaisesRegex(procs.Missing, "ix-synflood"):
                c.systems()
            for name in ("ixload", "ix-echo-server"):
                path = os.path.join(build, "bin", name)
                os.close(os.open(path, os.O_CREAT, 0o755))
            try:
                procs.check_facilities(build)
            except procs.Missing as e:
                self.assertNotIn("synflood", str(e))

    def test_sentence_names_what_did_not_open(self):
        session = types.SimpleNamespace(
            system=types.SimpleNamespace(name="ix af_xdp"))
        quiet = {"connect_ms_p50": 0.1, "connect_ms_p99": 0.2, "rps": 40000,
                 "server_busy_percent": 20}
        loud = {"connect_ms_p50": 0.3, "connect_ms_p99": None,
                "flood_rate": 99000.5, "cookies_sent": 1000,
                "cookies_ok": 7, "opened": 98, "not_opened": 2,
                "server_busy_percent": 31}
        text = synflood.SynFlood.sentence(session, quiet, loud, 0.85)
        self.assertIn("p99 never", text)
        self.assertIn("2 of 100 not at all", text)
        self.assertIn("85 % of their 40,000 requests/s", text)
        self.assertIn("busy for 31 %", text)


class Bounds(unittest.TestCase):
    def test_the_default_is_compared_with_the_best(self):
        c = bounds.Bounds(options())
        default, one, many = c.systems()
        self.assertEqual((default.options, one.options),
                         ([], ["--batch=1"]))
        c.compare({default: {"requests/s at 1x1": 90, "p99 at 1x1": 30},
                   one: {"requests/s at 1x1": 100, "p99 at 1x1": 60},
                   many: {"requests/s at 1x1": 45, "p99 at 1x1": 40}})
        rps, p99 = c.ratios()
        self.assertEqual((rps["median"], rps["to"]), (0.9, one.name))
        self.assertEqual((p99["median"], p99["to"]), (1.333, many.name))


class Search(unittest.TestCase):
    def test_peak(self):
        rows, top = search.peak(Fake(30000), [(4, 1), (16, 1), (16, 4)], TIMES)
        self.assertEqual([r["rps"] for r in rows], [4000, 16000, 30000])
        self.assertIs(top, rows[2])

    def test_sla_comes_near_the_best_rate(self):
        # p99 <= 500 up to a load of 90 %
        rows, top = search.sla(Fake(100000), 100000, 64, 64, 10, TIMES)
        self.assertEqual(len(rows), 10)
        self.assertAlmostEqual(top["rps"], 90000, delta=500)
        self.assertTrue(all(r["within_sla"] == (r["rps"] <= top["rps"])
                            for r in rows))

    def test_no_rate_is_slow_enough(self):
        _rows, top = search.sla(Fake(10), 100000, 64, 64, 6, TIMES)
        self.assertIsNone(top)

    def test_no_answer_is_no_low_latency(self):
        self.assertFalse(search.within_sla(
            {"window_p99_us": 0, "rps": 1000, "rate": 1000, "missed": 0}))

    def test_unsent_requests_break_the_sla(self):
        self.assertFalse(search.within_sla(
            {"window_p99_us": 100, "rps": 1000, "rate": 1000, "missed": 10}))
        self.assertTrue(search.within_sla(
            {"window_p99_us": 100, "rps": 1000, "rate": 1000, "missed": 2}))

    def test_best_tuning_is_kept(self):
        s = Fake(1000)
        search.best_tuning(s, (64, 4), TIMES, lambda row: row["rps"])
        self.assertEqual(s.system.tuning, "rps")


def options(**kw):
    return types.SimpleNamespace(**{"quick": True, "device": None,
                                    "build": ".", **kw})


class Ratios(unittest.TestCase):
    def comparison(self):
        return compare.MemcachedUsr(options())

    def test_the_same_link_and_generator_are_compared(self):
        c = self.comparison()
        names = [(s.kind, s.link) for s in c.systems()]
        self.assertEqual(names, [("linux", "veth"), ("ix", "af_xdp"),
                                 ("ix", "memif")])
        linux, xdp, memif = c.systems()
        lo = compare.System("linux", "loopback", "kernel")
        both = [(linux, {"throughput": 100}), (lo, {"throughput": 200})]
        c.pair(xdp, {"throughput": 300}, both)
        c.pair(memif, {"throughput": 800}, both)
        found = {r["of"]: r for r in c.ratios()}
        self.assertEqual(found[xdp.name]["median"], 3)
        self.assertEqual(found[memif.name]["median"], 4)

    def test_less_time_is_better(self):
        c = self.comparison()
        linux, xdp, _ = c.systems()
        c.pair(xdp, {"cpu_us_per_request": 2},
               [(linux, {"cpu_us_per_request": 6})])
        self.assertEqual(c.ratios()[0]["median"], 3)

    def test_no_throughput_claim_where_the_generator_limits(self):
        c = self.comparison()
        linux, xdp, _ = c.systems()
        for ix in (2, 4, 9):
            c.pair(xdp, {"throughput": ix, "cpu_us_per_request": 1,
                         "generator_limited": True},
                   [(linux, {"throughput": 1, "cpu_us_per_request": 5})])
        ratios = c.ratios()
        self.assertEqual(
            (ratios[0]["median"], ratios[0]["min"], ratios[0]["max"]),
            (4, 2, 9))
        self.assertFalse(ratios[0]["claim"])
        self.assertEqual(c.headline(ratios)["metric"], "cpu_us_per_request")

    def test_the_device_that_is_asked_for(self):
        c = compare.Echo(options(device="memif"))
        self.assertEqual([s.link for s in c.systems()], ["veth", "memif"])


class Report(unittest.TestCase):
    def result(self, name):
        c = compare.COMPARISONS[name](options())
        for n in range(2):
            for kind, cap in (("linux", 50000), ("ix", 90000)):
                c.measure(Fake(cap, kind), n)
        return {"name": name, "text": c.text, "machine": {
                    "cpu": "x", "cpus": 2, "kernel": "6", "load_before": 9},
                "commit": "c", "date": "d", "quick": True, "x": c.x,
                "unit": c.unit, "rows": c.rows, "ratio": None, "ratios": [],
                "notes": c.notes, "skipped": [
                    {"system": "s", "reason": "why"}]}

    def test_every_comparison_is_written(self):
        for name in compare.COMPARISONS:
            with tempfile.TemporaryDirectory() as out:
                text = report.write(self.result(name), out)
                with open(os.path.join(out, name + ".json")) as f:
                    rows = json.load(f)["rows"]
            self.assertIn("| linux veth |", text)
            self.assertIn("not measured: s: why", text)
            self.assertIn("was not idle", text)
            self.assertNotIn("no plot: \"", text)
            for row in rows:
                for key in ("system", "x", "value", "unit"):
                    self.assertIn(key, row)

    def test_nothing_under_ix_is_a_failure(self):
        r = dict(self.result("echo"), failed="nothing ran under IX")
        with tempfile.TemporaryDirectory() as out:
            with self.assertRaises(report.Failed):
                report.write(r, out)


MAPS = """\
100000000000-100000001000 r--p 00000000 00:1 1 /usr/bin/memcached
100000001000-100000003000 r-xp 00001000 00:1 1 /usr/bin/memcached
555555000000-555555010000 r-xp 00000000 00:1 2 /b/bin/ix-run
7ffff0000000-7ffff0010000 r-xp 00000000 00:1 3 /b/lib/libixdp.so
7ffff0020000-7ffff0021000 rw-p 00000000 00:0 0
7ffff0030000-7ffff0032000 r-xp 00000000 00:0 0 [vdso]
"""
NM = {
    "/usr/bin/memcached": "0000000000001100 T process\n",
    "/b/bin/ix-run": "0000000000000100 T dune_entry_syscall\t"
                     "/s/dune/vm/entry.S:47\n"
                     "0000000000000400 t loop\t/s/dune/vm/run.c:1\n",
    "/b/lib/libixdp.so": "0000000000000100 t tcp_input\t"
                         "/s/dataplane/net/tcp/input/tcp_input.c:1\n"
                         "0000000000000200 t checked_copy\n"
                         "0000000000000300 T rte_free\n"
                         "0000000000000400 d not_code\n",
}
BLOCKS = """\
run 1
100000001110 3 10 0
555555000100 2 7 0
555555000120 5 7 0
555555000410 4 1 0
7ffff0000105 6 2 0
7ffff0000210 1 8 0
7ffff0000410 1 9 0
7ffff0030010 2 2 0
101000200a10 2 3 0
7ffff0020010 1 1 0
ffffffff81000000 5 3 1
run 2
"""


class Counts(unittest.TestCase):
    def profile(self):
        with tempfile.NamedTemporaryFile("w") as f:
            f.write(BLOCKS)
            f.flush()
            runs = counts.read_runs(f.name)
        self.assertEqual([len(r) for r in runs], [11, 0])
        return counts.Profile(runs[0], counts.Memory(MAPS, NM.get))

    def test_every_instruction_is_of_one_part(self):
        p = self.profile()
        self.assertEqual(dict(p.parts), {
            "program and its libraries": 30 + 4 + 6, "gate": 14 + 35,
            "hosting process": 4, "TCP/IP": 12,
            "program memory (uaccess)": 8, "DPDK": 9, "Linux": 15,
            "unknown": 1})
        self.assertEqual(p.total(), sum(p.parts.values()))
        self.assertEqual(p.functions["libixdp.so tcp_input"], 12)

    def test_calls_of_the_gate_are_those_of_its_first_instruction(self):
        p = self.profile()
        self.assertEqual((p.gate_calls, p.exits), (7, 3))

    def test_parts_have_a_place_in_the_table(self):
        for part in [p for p, _ in counts.SOURCES] + list(
                counts.REST.values()) + list(self.profile().parts):
            self.assertIn(part, counts.PARTS)


if __name__ == "__main__":
    unittest.main()
