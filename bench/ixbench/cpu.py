# SPDX-License-Identifier: MIT
"""cpu - how busy the server's core was between two marks

Linux: all that CPU did, softirq included, from /proc/stat. An IX server spins:
its idle polling, from `ixcp stats`, is taken off. How much idle polling counts
for a second of an idle server is measured first, so the unit does not matter.
"""
import json
import os
import time

from .procs import Failed, tool

CALIBRATION_S = 0.2


def proc_stat(cpu):
    """(busy, all) in ticks."""
    with open("/proc/stat") as f:
        for line in f:
            if line.startswith("cpu%d " % cpu):
                t = [int(v) for v in line.split()[1:9]]
                return sum(t) - t[3] - t[4], sum(t)
    raise Failed("/proc/stat names no CPU %d" % cpu)


class LinuxCpu:
    def __init__(self, cpu):
        self.cpu = cpu

    def sample(self):
        return time.monotonic(), proc_stat(self.cpu)

    @staticmethod
    def busy(a, b):
        """Part of the time, 0..1."""
        (_, (busy0, all0)), (_, (busy1, all1)) = a, b
        return (busy1 - busy0) / max(all1 - all0, 1)


class IxCpu:
    def __init__(self, build, pid):
        # its run directory is in its mount namespace
        self.args = ["nsenter", "-m", "-t", str(pid), os.path.join(
            build, "bin", "ixcp"), "stats", "--json", str(pid)]
        a = self.sample()
        time.sleep(CALIBRATION_S)
        b = self.sample()
        self.idle_per_s = (b[1] - a[1]) / (b[0] - a[0])
        if self.idle_per_s <= 0:
            raise Failed("an idle server counts no idle polling "
                         "(ixcp stats, loop)")

    def stats(self):
        return json.loads(tool(*self.args))

    def sample(self):
        loops = [e["loop"] for e in self.stats()["ethreads"]]
        key = "idle_ns" if "idle_ns" in loops[0] else "cycles_idle"
        return time.monotonic(), sum(v[key] for v in loops)

    def busy(self, a, b):
        idle = (b[1] - a[1]) / self.idle_per_s
        return min(max(1 - idle / (b[0] - a[0]), 0.0), 1.0)
