# SPDX-License-Identifier: MIT
"""tcl - Tcl's own tests of sockets and of the HTTP package."""
import os
import re
import shutil

import units

FILES = ("socket", "http", "http11", "httpPipeline", "httpold", "event",
         "chan")


class File(units.Lines):
    limit = 100
    START = re.compile(r"^---- (?P<case>\S+) start", re.M)
    CASE = re.compile(r"^(?:\+\+\+\+ (?P<case>\S+) (?:(?P<ok>PASSED)|"
                      r"(?P<skip>SKIPPED))|==== (?P<failed_case>\S+) .*"
                      r"(?P<fail>FAILED)$)", re.M)

    def command(self, _scratch, skip, only):
        chosen = ["-skip", " ".join(sorted(skip))]
        if only is not None:
            chosen += ["-match", " ".join(sorted(only))]
        return self.argv + chosen


class Suite:
    def __init__(self, where):
        self.root = os.path.join(where, "tcl8.6")
        self.tclsh = shutil.which("tclsh8.6")

    def missing(self):
        if not self.tclsh:
            return "tclsh8.6 is not installed"
        return not os.path.isdir(self.root) and "Tcl's source is not there"

    def without_remote(self, where):
        """socket.test executes a server, remote.tcl, and waits for ever for its
        end where it cannot connect to it: as on IX, where each program has a
        loopback of its own. So this is left out on both sides."""
        with open(os.path.join(where, "socket.test"), encoding="latin-1") as f:
            text = f.read()
        asked = "set doTestsWithRemoteServer 1"
        if asked not in text:
            raise ValueError("socket.test has no line \"%s\"" % asked)
        with open(os.path.join(where, "socket-local.test"), "w",
                  encoding="latin-1") as f:
            f.write(text.replace(asked, asked[:-1] + "0\n"
                                 "set noRemoteTestReason {not on IX}"))

    def units(self):
        where = os.path.join(self.root, "tests")
        self.without_remote(where)
        files = dict((name, name + ".test") for name in FILES)
        files["socket"] = "socket-local.test"
        return [File(name, [self.tclsh, file, "-verbose", "pst"], where)
                for name, file in files.items()]
