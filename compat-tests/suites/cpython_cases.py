# SPDX-License-Identifier: MIT
"""cpython_cases - runs a module of CPython's tests and writes what became of
each case at once, so that nothing is lost with the process.

    cpython_cases.py MODULE

In the directory SUITES_DIR, `results` gets a line for each start and end; `skip`
and `only`, where they are there, name cases that are left out and that alone run.
A case that takes longer than SUITES_LIMIT seconds ends the process.
"""
import faulthandler
import os
import sys
import unittest

from test import support


class Writer(unittest.TestResult):
    def __init__(self, path, limit):
        super().__init__()
        self.file = open(path, "w")
        self.limit = limit
        self.said = None

    def say(self, verb, test, reason=""):
        self.file.write("%s\t%s\t%s\n" % (verb, test.id(), reason))
        self.file.flush()

    def startTest(self, test):
        super().startTest(test)
        self.said = None
        self.say("start", test)
        faulthandler.dump_traceback_later(self.limit, exit=True)

    def stopTest(self, test):
        faulthandler.cancel_dump_traceback_later()
        if self.said is None:
            self.said = ("ok", "")
        self.say(self.said[0], test, self.said[1])
        super().stopTest(test)

    def bad(self, test, error):
        text = self._exc_info_to_string(error, test)
        print("FAIL %s\n%s" % (test.id(), text), flush=True)
        self.said = ("fail", text.strip().splitlines()[-1])

    def addError(self, test, err):
        self.bad(test, err)

    def addFailure(self, test, err):
        self.bad(test, err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.bad(test, err)

    def addUnexpectedSuccess(self, test):
        self.said = ("fail", "an unexpected success")

    def addSkip(self, test, reason):
        self.said = self.said or ("skip", reason)


def each(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from each(test)
        else:
            yield test


def listed(path):
    try:
        with open(path) as f:
            return set(f.read().split("\n")) - {""}
    except FileNotFoundError:
        return None


def main():
    module = sys.argv[1]
    where = os.environ["SUITES_DIR"]
    skip = listed(os.path.join(where, "skip")) or set()
    only = listed(os.path.join(where, "only"))
    support.use_resources = ["cpu", "network", "walltime", "subprocess"]
    support.verbose = 0
    os.chdir(where)
    tests = [t for t in each(unittest.defaultTestLoader.loadTestsFromName(
        module)) if t.id() not in skip and (only is None or t.id() in only)]
    result = Writer(os.path.join(where, "results"),
                    float(os.environ["SUITES_LIMIT"]))
    unittest.TestSuite(tests).run(result)
    result.file.write("end\n")
    result.file.flush()
    # What the tests have left running is not waited for.
    os._exit(0)


if __name__ == "__main__":
    main()
