# SPDX-License-Identifier: MIT
"""outcome - what passed where, what is excepted, and what is said of it.

A result is a dictionary: the case's name to a pair of "ok", "fail" or "skip"
and a reason.
"""
import fnmatch

NOT_REACHED = ("fail", "not reached")


class Exceptions:
    """Lines `SUITE FILE[:CASE] REASON...` of shell patterns."""

    def __init__(self, path, suite):
        self.patterns = []
        with open(path) as lines:
            for line in lines:
                words = line.split(None, 2)
                if not words or words[0].startswith("#"):
                    continue
                if len(words) < 3:
                    raise SystemExit("%s: no reason: %s" % (path, line))
                if words[0] == suite:
                    self.patterns.append(words[1])

    def has(self, name, case):
        full = "%s:%s" % (name, case)
        return any(fnmatch.fnmatchcase(full if ":" in pattern else name,
                                       pattern) for pattern in self.patterns)


class Score:
    """What passes natively and is wanted on IX, and what became of it."""

    def __init__(self, name, wanted, apart):
        self.name = name
        self.wanted = wanted
        self.apart = apart
        self.failed = {}
        self.second = 0

    def take(self, results):
        for case in self.wanted:
            how = results.get(case, NOT_REACHED)
            if how[0] != "ok":
                self.failed[case] = how

    def take_second(self, results):
        for case in self.differing():
            if results.get(case, NOT_REACHED)[0] == "ok":
                del self.failed[case]
                self.second += 1

    def differing(self):
        return sorted(self.failed)

    def add(self, other):
        self.wanted = self.wanted | {(other.name, c) for c in other.wanted}
        self.failed.update({(other.name, c): how
                            for c, how in other.failed.items()})
        self.apart += other.apart
        self.second += other.second

    def counts(self):
        n = len(self.wanted)
        return n, n - len(self.failed)

    def show(self, label, native_only):
        n, good = self.counts()
        if native_only:
            print("%s: %d pass natively" % (label, n), flush=True)
            return
        if not n:
            print("SKIP %s: %s" % (label, "all is apart" if self.apart else
                                   "nothing of it passes natively"),
                  flush=True)
            return
        print("%s %s: %d of %d" % ("PASS" if good == n else "less", label,
                                   good, n), flush=True)
        for case in self.differing():
            print("    | %s: %s" % (case, " ".join(self.failed[case])),
                  flush=True)

    def verdict(self, label, enough, native_only):
        n, good = self.counts()
        share = 100.0 * good / n if n else 0.0
        well = n > 0 and (native_only or share >= enough)
        on_ix = "" if native_only else \
            ", %d of them on IX (%.1f %%)" % (good, share)
        retried = ", %d when tried again" % self.second if self.second else ""
        print("%s %s: %d passed natively%s, %d apart%s" % (
            "PASS" if well else "FAIL", label, n, on_ix, self.apart,
            retried), flush=True)
        return well
