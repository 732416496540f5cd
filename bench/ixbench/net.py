# SPDX-License-Identifier: MIT
"""net - two namespaces of our own, and the links between them"""
import os
import re
import signal
import time

from .procs import Failed, Missing, tool

SERVER_IP = "10.98.1.2"
CLIENT_IP = "10.98.1.1"
SERVER_CPU, CLIENT_CPU = 0, 1

# How a kernel end of the veth pair is set: name -> (its received packets are
# processed on its own side's CPU, generic receive offload).
TUNINGS = {
    "plain": (False, False),
    "rps": (True, False),
    "rps+gro": (True, True),
}


class Namespace:
    """A network namespace; what still runs in it at the end is killed."""

    def __init__(self, name):
        self.name = name
        self.stayed = False  # something did not end by itself

    def __enter__(self):
        try:
            tool("ip", "netns", "add", self.name)
        except Failed as e:
            raise Missing("network namespaces: %s" % e)
        try:
            self.ip("link", "set", "lo", "up")
            cubic(self, "local", "127.0.0.1", "dev", "lo", "table", "local",
                  "src", "127.0.0.1")
        except BaseException:
            self.__exit__()
            raise
        return self

    def ip(self, *args):
        return tool("ip", "-n", self.name, *args)

    def exec(self, *args):
        return ["ip", "netns", "exec", self.name, *args]

    def run(self, *args, check=True):
        return tool(*self.exec(*args), check=check)

    def pids(self):
        out = tool("ip", "netns", "pids", self.name, check=False)
        return [int(p) for p in out.split()]

    def kill_all(self):
        """The owner of an instance leaves by itself, a bit later."""
        for sig, tries in ((0, 75), (signal.SIGTERM, 20),
                           (signal.SIGKILL, 100)):
            for pid in self.pids():
                try:
                    os.kill(pid, sig)
                except ProcessLookupError:
                    pass
            self.stayed |= sig == signal.SIGTERM
            for _ in range(tries):
                if not self.pids():
                    return
                time.sleep(0.02)

    def __exit__(self, *exc):
        self.kill_all()
        tool("ip", "netns", "del", self.name, check=False)


def sweep():
    """Namespaces of a bench/run that was killed, and what runs in them."""
    for line in tool("ip", "netns", "list", check=False).splitlines():
        m = re.match(r"ixb(\d+)[sc]\b", line)
        if m and not os.path.exists("/proc/" + m.group(1)):
            Namespace(m.group(0)).__exit__()


def cubic(ns, *route):
    """Linux's default congestion control, whatever this machine prefers (a
    namespace may not choose it, but a route may)."""
    ns.ip("route", "replace", *route, "congctl", "cubic")


class Veth:
    """A pair: s0 in the server's namespace, c0 in the client's. An end that
    IX drives has no address, and its peer must send whole checksums."""

    def __init__(self, server, client, ix_server, ix_client):
        self.ends = (("s0", server, SERVER_IP, SERVER_CPU, ix_server),
                     ("c0", client, CLIENT_IP, CLIENT_CPU, ix_client))
        try:
            tool("ip", "link", "add", "s0", "netns", server.name, "type",
                 "veth", "peer", "name", "c0", "netns", client.name)
        except Failed as e:
            raise Missing("veth pairs: %s" % e)
        for name, ns, ip, _cpu, ix in self.ends:
            ns.run("sysctl", "-qw",
                   "net.ipv6.conf.%s.disable_ipv6=1" % name)
            if not ix:
                ns.ip("addr", "add", ip + "/24", "dev", name)
            if ix_server or ix_client:
                ns.run("ethtool", "-K", name, "tx", "off", "tso", "off",
                       "gso", "off", check=False)
            ns.ip("link", "set", name, "up")
            if not ix:
                cubic(ns, "10.98.1.0/24", "dev", name, "src", ip)

    def tune(self, tuning):
        steer, gro = TUNINGS[tuning]
        for name, ns, _ip, cpu, ix in self.ends:
            if ix:
                continue
            ns.run("ethtool", "-K", name, "gro", "on" if gro else "off")
            ns.run("sh", "-c", "echo %x >/sys/class/net/%s/queues/rx-0/"
                   "rps_cpus" % (1 << cpu if steer else 0, name))
