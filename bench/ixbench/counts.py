# SPDX-License-Identifier: MIT
"""counts - whose instructions they are, by address

The counter's output (bench/replay/counter.c) names blocks of instructions by
address; /proc/PID/maps says which file lies there, the file's symbols which
source. Addresses of ring 0 and ring 3 are those of the one process.
"""
import bisect
import collections
import subprocess

KERNEL = 1 << 47
# Where ring 3 has the vdso (docs/protection.md): /proc/PID/maps does not say.
VDSO = range(0x101000000000, 0x101040000000)
PARTS = ["program and its libraries", "shim and libix", "gate",
         "program memory (uaccess)", "calls, events, loop", "TCP/IP", "driver",
         "DPDK", "hosting process", "Linux", "unknown"]
# Part of IX -> where it is in the source; the first that fits.
SOURCES = [
    ("gate", ["/libix/share/gate.c", "/control/host/", "/dune/vm/entry.S"]),
    ("shim and libix", ["/shim/", "/libix/"]),
    ("program memory (uaccess)", ["/dataplane/mem/uaccess"]),
    ("calls, events, loop", ["/dataplane/core/"]),
    ("TCP/IP", ["/dataplane/net/"]),
    ("driver", ["/dataplane/drv/", "/bench/replay/"]),
    ("hosting process", ["/dune/", "/control/ix-run/"]),
]
# What of a file has no source that is named (DPDK's, assembly).
REST = {"libixdp.so": "DPDK", "libixshim.so": "shim and libix",
        "ix-run": "hosting process"}

Block = collections.namedtuple("Block", "addr insns runs vmruns")


def read_runs(path):
    """The blocks of each measured run."""
    runs = []
    with open(path) as f:
        for line in f:
            word = line.split()
            if word[0] == "run":
                runs.append([])
            else:
                runs[-1].append(Block(int(word[0], 16), *map(int, word[1:])))
    return runs


class Symbols:
    """Functions of a file, in order of address."""

    def __init__(self, text):
        self.at, self.what = [], []
        for line in sorted(text.splitlines()):
            word = line.split()
            if len(word) < 3 or word[1] not in "tTwWiV":
                continue
            self.at.append(int(word[0], 16))
            self.what.append((word[2], word[3] if len(word) > 3 else ""))

    def find(self, offset):
        """(name, source, is it the first instruction)"""
        i = bisect.bisect_right(self.at, offset) - 1
        if i < 0:
            return "?", "", False
        return (*self.what[i], self.at[i] == offset)


def part_of(name, function, source):
    # one source, base/checked_copy.S, that the shim has a copy of as well
    if function == "checked_copy" and name == "libixdp.so":
        source = "/dataplane/mem/uaccess"
    for part, places in SOURCES:
        if any(p in source for p in places):
            return part
    return REST.get(name, "program and its libraries")


class Memory:
    """What lies where in a process. nm(path): its symbols, as nm -l."""

    def __init__(self, maps, nm):
        self.areas, self.base, self.nm, self.tables = [], {}, nm, {}
        for line in maps.splitlines():
            word = line.split(None, 5)
            low, high = (int(v, 16) for v in word[0].split("-"))
            path = word[5].strip() if len(word) > 5 else ""
            if path.startswith("/") and int(word[2], 16) == 0:
                self.base[path] = self.base.get(path, []) + [low]
            self.areas.append((low, high, path))

    def symbols(self, path):
        if path not in self.tables:
            self.tables[path] = Symbols(self.nm(path))
        return self.tables[path]

    def find(self, addr):
        """(part, function, is it the function's first instruction)"""
        if addr >= KERNEL:
            return "Linux", "Linux", False
        if addr in VDSO:
            return "program and its libraries", "[vdso]", False
        for low, high, path in self.areas:
            if low <= addr < high:
                break
        else:
            return "unknown", "?", False
        if not path.startswith("/"):
            return ("program and its libraries" if path == "[vdso]"
                    else "unknown"), path or "?", False
        name = path.rsplit("/", 1)[1]
        base = max((b for b in self.base.get(path, []) if b <= addr),
                   default=low)
        function, source, first = self.symbols(path).find(addr - base)
        return (part_of(name, function, source), name + " " + function, first)


def nm(path):
    """Program files without symbols have those for linking at least."""
    for more in (["-l"], ["-D"]):
        p = subprocess.run(["nm", "--defined-only", *more, path],
                           capture_output=True, text=True)
        if p.stdout:
            break
    return p.stdout


class Profile:
    """Sums of one run."""

    def __init__(self, blocks, memory):
        self.parts = collections.Counter()
        self.functions = collections.Counter()
        self.exits = self.gate_calls = 0
        for b in blocks:
            part, function, first = memory.find(b.addr)
            self.parts[part] += b.insns * b.runs
            self.functions[function] += b.insns * b.runs
            self.exits += b.vmruns * b.runs
            if first and function.endswith(" dune_entry_syscall"):
                self.gate_calls += b.runs

    def total(self):
        return sum(self.parts.values())
