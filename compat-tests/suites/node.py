# SPDX-License-Identifier: MIT
"""node - the files of node's own tests whose names say that they use sockets."""
import os
import re
import shutil

import units

WANTED = re.compile(r"test-(net|dgram|cluster|child-process|https?|tls|http2)-"
                    r".*\.m?js$")
FLAGS = re.compile(r"^// Flags: (.*)$", re.M)


class File(units.Whole):
    # Natively nearly all are done in a second.
    limit = 40


def flags(path):
    with open(path, errors="replace") as f:
        return [flag for line in FLAGS.findall(f.read())
                for flag in line.split()]


class Suite:
    def __init__(self, where):
        self.root = os.path.join(where, "nodejs")
        self.node = shutil.which("node") or shutil.which("nodejs")

    def missing(self):
        if not self.node:
            return "node is not installed"
        return not os.path.isdir(self.root) and "node's source is not there"

    def units(self):
        found = []
        for part in ("parallel", "sequential"):
            where = os.path.join(self.root, "test", part)
            for name in sorted(os.listdir(where)):
                path = os.path.join(where, name)
                if WANTED.match(name):
                    found.append(File(part + "/" + name, [
                        self.node, *flags(path), path], self.root))
        return found
