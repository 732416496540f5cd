# SPDX-License-Identifier: MIT
"""libuv - the tests of libuv that use sockets, each in a process of its own."""
import os
import re
import subprocess

import units

WANTED = re.compile(r"(tcp|udp|poll|ipc|connect|shutdown|delayed_accept|"
                    r"multiple_listen|socket_buffer|getsockname|callback_|"
                    r"close_|pipe|active|ref|unref|fork|getters_setters|"
                    r"not_|watcher_cross|handle_fileno|eintr|req_type)")

AS_ROOT = {"UV_RUN_AS_ROOT": "1"}


class Test(units.Whole):
    env = AS_ROOT
    limit = 40


class Suite:
    def __init__(self, where):
        self.root = os.path.join(where, "libuv1")
        self.tests = os.path.join(self.root, "build", "uv_run_tests")

    def build(self):
        for command in (["cmake", "-S", ".", "-B", "build",
                         "-DCMAKE_BUILD_TYPE=RelWithDebInfo"],
                        ["cmake", "--build", "build", "--target",
                         "uv_run_tests", "-j", str(os.cpu_count())]):
            done = subprocess.run(command, cwd=self.root,
                                  stdin=subprocess.DEVNULL,
                                  capture_output=True)
            if done.returncode:
                return False
        return True

    def missing(self):
        if not os.path.isdir(self.root):
            return "libuv's source is not there"
        return not os.path.exists(self.tests) and not self.build() and \
            "libuv's tests do not build"

    def units(self):
        # A line is a name, and its helpers where it has some; the status says
        # nothing.
        said = subprocess.run([self.tests, "--list"], capture_output=True,
                              text=True, env=AS_ROOT).stdout
        names = [line.split()[0] for line in said.splitlines() if line]
        return [Test(name, [self.tests, name], self.root)
                for name in names if WANTED.match(name)]
