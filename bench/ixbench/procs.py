# SPDX-License-Identifier: MIT
"""procs - what is started ends: processes by their PID, bounded in time"""
import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time

TOOL_TIMEOUT = 10  # seconds, for ip, ethtool, ixcp
PR_SET_PDEATHSIG = 1


class Missing(Exception):
    """A facility is not there; the text names it."""


class Failed(Exception):
    """What is measured did not work; the text says how."""


def check_facilities(build):
    if os.geteuid() != 0:
        raise Missing("not root: network namespaces are needed")
    if (os.cpu_count() or 1) < 2:
        raise Missing("two CPUs are needed, one for the server")
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    for tool in ("ip", "ethtool", "taskset", "nsenter"):
        if not shutil.which(tool):
            raise Missing("%s is not installed" % tool)
    check_built(build, "ixload", "ix-echo-server")


def check_built(build, *names):
    for name in names:
        if not os.access(os.path.join(build, "bin", name), os.X_OK):
            raise Missing("%s/bin/%s is not built" % (build, name))


def tool(*args, check=True):
    """Runs a command to its end; its standard output."""
    try:
        p = subprocess.run(args, stdin=subprocess.DEVNULL, timeout=TOOL_TIMEOUT,
                           capture_output=True, text=True)
    except subprocess.TimeoutExpired:
        raise Failed("%s: not done in %d s" % (" ".join(args), TOOL_TIMEOUT))
    if check and p.returncode:
        raise Failed("%s: %s" % (" ".join(args), last_line(p.stderr)))
    return p.stdout


def last_line(text):
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no message"


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Process:
    """A process in the background. A context: it is gone afterwards."""

    def __init__(self, args, **kw):
        self.args = args
        self.err = tempfile.TemporaryFile("w+")
        kw.setdefault("stdin", subprocess.DEVNULL)
        kw.setdefault("stdout", subprocess.DEVNULL)
        # a session of its own: Ctrl-C is ours to handle
        self.p = subprocess.Popen(args, stderr=self.err, text=True,
                                  start_new_session=True,
                                  preexec_fn=die_with_parent, **kw)
        self.pid = self.p.pid

    def message(self):
        self.err.seek(0)
        return last_line(self.err.read())

    def check(self):
        rc = self.p.poll()
        if rc is not None:
            name = os.path.basename(self.args[0])
            how = "signal %d" % -rc if rc < 0 else "status %d" % rc
            raise Failed("%s ended with %s: %s (%s)" % (
                name, how, self.message(), " ".join(self.args)))

    def wait_until(self, what, seconds, text):
        end = time.monotonic() + seconds
        while not what():
            self.check()
            if time.monotonic() > end:
                raise Failed("%s: not within %g s (%s): %s" % (
                    text, seconds, " ".join(self.args), self.message()))
            time.sleep(0.01)

    def stop(self):
        for sig, seconds in ((signal.SIGTERM, 2), (signal.SIGKILL, 5)):
            if self.p.poll() is not None:
                break
            try:
                self.p.send_signal(sig)
                self.p.wait(seconds)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                pass
        for f in (self.p.stdin, self.p.stdout):
            if f:
                try:
                    f.close()
                except OSError:
                    pass

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.stop()
        self.err.close()
