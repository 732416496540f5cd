# SPDX-License-Identifier: MIT
"""ruby - the files of Ruby's own tests that use sockets."""
import glob
import os
import shutil

import units

HERE = os.path.dirname(os.path.abspath(__file__))
FILES = """
socket/test_*.rb net/*/test_*.rb openssl/test_ssl*.rb openssl/test_pair.rb
drb/test_*.rb rinda/test_*.rb io/wait/test_*.rb io/nonblock/test_*.rb
fiber/test_*.rb resolv/test_*.rb ruby/test_io.rb ruby/test_io_m17n.rb
ruby/test_io_timeout.rb test_open3.rb monitor/test_*.rb test_timeout.rb
""".split()


class File(units.Recorded):
    def __init__(self, ruby, root, path):
        super().__init__(os.path.relpath(path, os.path.join(root, "test")))
        self.argv = [ruby, "-W0", "-r", os.path.join(HERE, "ruby_cases.rb"),
                     "test/runner.rb", "-q", path]
        self.cwd = root

    def command(self, scratch, skip, only):
        self.leave_lists(scratch, skip, only)
        return self.argv


class Suite:
    def __init__(self, where):
        self.root = os.path.join(where, "ruby3.1")
        self.ruby = shutil.which("ruby3.1")

    def missing(self):
        if not self.ruby:
            return "ruby3.1 is not installed"
        return not os.path.isdir(self.root) and "Ruby's source is not there"

    def units(self):
        return [File(self.ruby, self.root, path) for pattern in FILES
                for path in sorted(glob.glob(os.path.join(
                    self.root, "test", pattern)))]
