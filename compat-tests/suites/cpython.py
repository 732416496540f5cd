# SPDX-License-Identifier: MIT
"""cpython - the modules of CPython's test package that use sockets."""
import os
import subprocess

import units

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = "/usr/bin/python3"
MODULES = """
socket ssl select poll epoll selectors eintr timeout socketserver httpservers
httplib http_cookiejar urllib urllib2 urllib2_localnet urllib_response
ftplib smtplib smtpd poplib imaplib nntplib telnetlib asyncore asynchat xmlrpc
docxmlrpc wsgiref robotparser logging os fcntl ioctl signal threading
threadsignals threading_local
""".split()


class Module(units.Recorded):
    env = {"PYTHONDONTWRITEBYTECODE": "1"}

    def command(self, scratch, skip, only):
        self.leave_lists(scratch, skip, only)
        return [PYTHON, os.path.join(HERE, "cpython_cases.py"),
                "test.test_" + self.name]


class Suite:
    def __init__(self, _where):
        pass

    def missing(self):
        done = subprocess.run([PYTHON, "-c", "import test.test_socket"],
                              stdin=subprocess.DEVNULL, capture_output=True)
        return done.returncode and "CPython's tests are not installed"

    def units(self):
        script = "import test.test_asyncio as t; print(t.__path__[0])"
        where = subprocess.run([PYTHON, "-c", script], capture_output=True,
                               text=True, check=True).stdout.strip()
        asyncio = sorted(f[:-3] for f in os.listdir(where)
                         if f.startswith("test_") and f.endswith(".py"))
        return [Module(m) for m in MODULES] + \
            [Module("asyncio." + m) for m in asyncio]
