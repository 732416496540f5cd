# SPDX-License-Identifier: MIT
"""systems - a server (Linux or IX), a link and a generator, set up to measure"""
import contextlib
import os
import tempfile
import time

from .cpu import IxCpu, LinuxCpu
from .load import Load
from .net import (CLIENT_CPU, CLIENT_IP, SERVER_CPU, SERVER_IP, Namespace,
                  Veth)
from .procs import Failed, Process

PORT = 11211
LISTEN_S = 20
# An instance that starts keeps others of its run directory from starting, for
# as long as it waits for the peer of its memif. So that neither the two ends
# nor anybody else's instance wait for each other, each has a directory of its
# own, in the mount namespace that `ip netns exec` makes.
OWN_RUN = ["sh", "-c", "mkdir -p /run/ix && mount -t tmpfs -o mode=755 ix /run/ix && "
           "exec \"$@\"", "sh"]
GENERATOR_LIMITED = 0.95  # server's core less busy than this
ON_VETH = ("veth", "af_xdp", "af_packet")


class System:
    """What is compared. link: veth or loopback for Linux, the device for IX;
    generator: kernel, or ix over gen_dev."""

    def __init__(self, kind, link, generator, gen_dev=None):
        self.kind, self.link, self.generator = kind, link, generator
        self.gen_dev = gen_dev
        self.tuning = "plain"

    @property
    def name(self):
        gen = self.generator
        if gen == "ix" and self.link != "memif":
            gen += " " + self.gen_dev
        return "%s %s, %s generator" % (self.kind, self.link, gen)

    @property
    def tunings(self):
        """Those worth a try: of kernel ends of a veth pair."""
        if self.link not in ON_VETH:
            return ["plain"]
        return ["plain", "rps"] if self.kind == "ix" else [
            "plain", "rps", "rps+gro"]


def tcp_listens(pid, port):
    try:
        with open("/proc/%d/net/tcp" % pid) as f:
            lines = [line.split() for line in f][1:]
    except OSError:
        return False
    return any(t[3] == "0A" and t[1].endswith(":%04X" % port) for t in lines)


class Session:
    """A context: server and generator run, step() measures."""

    def __init__(self, system, build, server, load):
        self.system, self.build = system, build
        self.server_args, self.load_args = server, load
        self.stack = contextlib.ExitStack()
        self.ns_s = self.ns_c = self.veth = self.server = None

    def bin(self, name):
        return os.path.join(self.build, "bin", name)

    def __enter__(self):
        try:
            self.start()
        except Failed as e:
            said = self.server.message() if self.server else "not started"
            self.stack.close()
            raise Failed("%s; the server: %s" % (e, said))
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(self, *exc):
        self.stack.close()

    def stayed(self):
        """Did anything have to be killed at the end? (the owner, say)"""
        return any(ns and ns.stayed for ns in (self.ns_s, self.ns_c))

    def start(self):
        self.links()
        # the server of a memif waits for its client, so none waits here
        self.server = self.stack.enter_context(
            Process(self.pinned(self.ns_s, SERVER_CPU, self.server_line())))
        if self.system.link == "tap":
            self.wait_listen()
        self.load = self.stack.enter_context(
            Load(self.pinned(self.ns_c, CLIENT_CPU, self.load_line())))
        self.load.ready()
        self.wait_listen()
        time.sleep(0.05)
        if self.system.kind == "ix":
            self.cpu = IxCpu(self.build, self.server.pid)
        else:
            self.cpu = LinuxCpu(SERVER_CPU)

    def wait_listen(self):
        self.server.wait_until(lambda: tcp_listens(self.server.pid, PORT),
                               LISTEN_S, "the server does not listen")

    def links(self):
        s = self.system
        base = "ixb%d" % os.getpid()
        self.ns_s = self.stack.enter_context(Namespace(base + "s"))
        self.ns_c = self.ns_s
        if s.link in ON_VETH or s.link == "memif":
            self.ns_c = self.stack.enter_context(Namespace(base + "c"))
        if s.link in ON_VETH:
            self.veth = Veth(self.ns_s, self.ns_c, s.kind == "ix",
                             s.generator == "ix")
            self.veth.tune(s.tuning)
        if s.link == "memif":
            self.dir = self.stack.enter_context(
                tempfile.TemporaryDirectory(prefix="ixbench."))
            os.chmod(self.dir, 0o755)

    @staticmethod
    def pinned(ns, cpu, args):
        return ns.exec("taskset", "-c", str(cpu), *args)

    def server_dev(self):
        return {"memif": "memif:%s/memif.sock,role=server" %
                getattr(self, "dir", ""), "tap": "tap:ixbtap"}.get(
                    self.system.link, self.system.link + ":s0")

    def server_line(self):
        program = [self.bin(self.server_args[0])
                   if self.server_args[0].startswith("ix-")
                   else self.server_args[0], *self.server_args[1:]]
        if self.system.kind == "linux":
            return program
        return OWN_RUN + [
            self.bin("ix-run"), "--dev", self.server_dev(), "--ip",
            SERVER_IP + "/24", "--idle-us=-1", "--", *program]

    def load_line(self):
        s = self.system
        ip = "127.0.0.1" if s.link == "loopback" else SERVER_IP
        args = [self.bin("ixload"), "--steps", "--server",
                "%s:%d" % (ip, PORT), *self.load_args]
        if s.generator == "kernel":
            return args + ["--kernel", "--spin"]
        dev = s.gen_dev + ":c0"
        if s.link == "memif":
            dev = "memif:%s/memif.sock,role=client" % self.dir
        args += ["--dev", dev, "--ip", CLIENT_IP + "/24", "--idle-us=-1"]
        return OWN_RUN + args

    def tune(self, tuning):
        self.system.tuning = tuning
        if self.veth:
            self.veth.tune(tuning)

    def step(self, **what):
        """One load; a row of the result."""
        marks = {}

        def on_mark(name):
            marks[name] = self.cpu.sample()

        r = self.load.step(on_mark, **what)
        if r["wrong"] or r["errors"]:
            raise Failed("%s: %d wrong answers, %d errors" % (
                self.system.name, r["wrong"], r["errors"]))
        a, b = marks["begin"], marks["end"]
        busy = self.cpu.busy(a, b)
        return {
            "system": self.system.name, "kind": self.system.kind,
            "link": self.system.link, "tuning": self.system.tuning,
            "connections": what["connections"], "depth": what["depth"],
            "rate": what.get("rate", 0),
            "loop": "open" if what.get("rate") else "closed",
            "rps": r["rps"], "missed": r["missed"],
            "mean_us": r["mean_us"], "p50_us": r["p50_us"],
            "p99_us": r["p99_us"], "p999_us": r["p999_us"],
            "window_p99_us": r["window_p99_us"],
            "server_busy_percent": round(100 * busy, 1),
            "cpu_us_per_request": round(
                busy * (b[0] - a[0]) * 1e6 / max(r["all"], 1), 3),
            "limited_by": "server" if busy >= GENERATOR_LIMITED
                          else "generator",
        }
