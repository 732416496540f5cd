# SPDX-License-Identifier: MIT
"""perl - the tests of sockets in Perl's core and in the modules it comes with."""
import glob
import os
import re
import shutil
import subprocess

import units

# Directories to run in, and the files there.
FILES = (("t", "io/socket.t"), ("t", "io/socketpair.t"),
         ("dist/IO", "t/*.t"), ("cpan/Socket", "t/*.t"),
         ("cpan/IO-Socket-IP", "t/*.t"), ("cpan/libnet", "t/*.t"))


class File(units.Lines):
    # ok 12 - what is asked # skip reason
    CASE = re.compile(r"^(?:(?P<fail>not ok)|ok) (?P<case>\d+)\b(?P<ok>)"
                      r"[^#\n]*(?P<skip># (?:skip|TODO))?", re.M | re.I)


def copy_links(top, to):
    """What is not there yet."""
    for path, _, names in os.walk(top):
        place = os.path.join(to, os.path.relpath(path, top))
        os.makedirs(place, exist_ok=True)
        for name in names:
            new = os.path.join(place, name)
            if not os.path.lexists(new):
                os.symlink(os.path.join(path, name), new)


class Suite:
    def __init__(self, where):
        self.root = os.path.join(where, "perl")
        self.perl = shutil.which("perl")

    def missing(self):
        if not os.path.isdir(self.root):
            return "Perl's source is not there"
        self.add_what_is_built()
        return None

    def add_what_is_built(self):
        """The core's tests look into ../lib alone, where what a build makes is
        missing: the installed Perl has it."""
        lib = os.path.join(self.root, "lib")
        if os.path.lexists(os.path.join(lib, "Config.pm")):
            return
        said = subprocess.run([self.perl, "-e", 'print "$_\\n" for @INC'],
                              capture_output=True, text=True, check=True)
        for top in said.stdout.splitlines():
            if "perl" in os.path.basename(os.path.dirname(top)) or \
                    top.endswith("perl-base"):
                copy_links(top, lib)

    def units(self):
        found = []
        for where, pattern in FILES:
            top = os.path.join(self.root, where)
            for path in sorted(glob.glob(os.path.join(top, pattern))):
                file = os.path.relpath(path, top)
                found.append(File(os.path.join(where, file),
                                  [self.perl, file], top))
        return found
