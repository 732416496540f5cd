# SPDX-License-Identifier: MIT
"""units - a file of a suite, by the way it says what became of its cases.

A unit has a name, a limit in seconds for all of it and, where it can hold to one,
for each case; command() is what is run, results() reads what that has left behind:
the cases and whether it came to its end.
"""
import os
import re


class Unit:
    cwd = None
    env = {}
    limit = 120
    case_limit = 60

    def __init__(self, name):
        self.name = name


class Recorded(Unit):
    """A runner of ours inside the program writes `results` case by case, and
    obeys `skip` and `only`: see cpython_cases.py."""
    limit = 900
    # What Python says when a case has taken its time; Ruby's runner ends by 124.
    OVERDUE = re.compile(r"^Timeout \(\d+:\d\d:\d\d\)!$", re.M)

    def leave_lists(self, scratch, skip, only):
        for name, cases in (("skip", skip), ("only", only)):
            if cases is not None:
                with open(os.path.join(scratch, name), "w") as f:
                    f.write("".join(c + "\n" for c in sorted(cases)))

    def results(self, attempt):
        found = {}
        finished = False
        overdue = attempt.status == 124 or self.OVERDUE.search(
            attempt.output())
        died = "hangs" if overdue else attempt.how_it_ended()
        for line in attempt.read("results").splitlines():
            verb, case, reason = (line.split("\t", 2) + ["", ""])[:3]
            if verb == "end":
                finished = True
            elif verb == "start":
                found[case] = ("fail", died)
            else:
                found[case] = (verb, reason)
        return found, finished


class Whole(Unit):
    """The exit status is the verdict on the only case there is."""
    SKIPPED = re.compile(r"^1\.\.0 # Skipped", re.M)
    COMPLAINT = re.compile(r"^(?:Uncaught )?\w*Error\b|^Mismatched|ssertion")

    def __init__(self, name, argv, cwd):
        super().__init__(name)
        self.argv = argv
        self.cwd = cwd

    def command(self, _scratch, _skip, _only):
        return self.argv

    def results(self, attempt):
        text = attempt.output()
        if attempt.status == 0:
            verb = "skip" if self.SKIPPED.search(text) else "ok"
            return {"all": (verb, "")}, True
        said = [l.strip() for l in text.splitlines() if l.strip()]
        said = [l for l in said if self.COMPLAINT.search(l)] or said[-1:]
        reason = "%s: %s" % (attempt.how_it_ended(), " ".join(said[:1])[:160])
        return {"all": ("fail", reason)}, True


class Lines(Whole):
    """Lines of the output are cases: CASE matches one, with the group `case` or
    `failed_case`, and one or more of `fail`, `skip` and `ok`, of which the first
    that is there says what became of it. Where START matches the beginning of
    one, with the group `case`, a file goes on behind the case that ended it."""
    START = None

    def results(self, attempt):
        found = {}
        for match in self.CASE.finditer(attempt.output()):
            groups = match.groupdict()
            verb = next(v for v in ("fail", "skip", "ok")
                        if groups[v] is not None)
            found[groups["case"] or groups["failed_case"]] = (verb, "")
        cut = self.cut_short(attempt, found) if self.START else set()
        found.update((case, ("fail", attempt.how_it_ended())) for case in cut)
        if cut:
            return found, False
        # A file that ends well has done all that it had to do.
        if attempt.status != 0:
            found["end"] = ("fail", attempt.how_it_ended())
        elif found:
            found["end"] = ("ok", "")
        return found, True

    def cut_short(self, attempt, found):
        return {m.group("case") for m in self.START.finditer(
            attempt.output())} - set(found)
