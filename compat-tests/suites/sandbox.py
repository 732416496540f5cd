# SPDX-License-Identifier: MIT
"""sandbox - runs one file of a suite where it can do no harm, and ends it.

Namespaces of its own for the network, processes and mounts: ports meet nobody
else's, whatever it starts ends with it, and so do the instances' files in /run.
"""
import os
import shutil
import subprocess
import tempfile

ENTER = ["unshare", "--net", "--pid", "--mount", "--fork", "--kill-child",
         "--mount-proc", "sh", "-c",
         "mount -t tmpfs none /run && mkdir -m 755 /run/lock && "
         "ip link set lo up && exec \"$@\"", "sh"]
# More tries than a file has hanging cases are for a file that ends each time.
RESUMES_MAX = 40


class Attempt:
    """One run: status, which is None after its time, and its files."""

    def __init__(self, scratch, status):
        self.scratch = scratch
        self.status = status

    def how_it_ended(self):
        if self.status is None:
            return "hangs"
        if self.status < 0 or self.status > 128:
            return "killed by signal %d" % (abs(self.status) & 127)
        return "exit status %d" % self.status

    def read(self, name):
        try:
            with open(os.path.join(self.scratch, name),
                      errors="replace") as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def output(self):
        return self.read("output")


class Sandbox:
    def __init__(self, build, log):
        self.log = log
        self.slow = int(os.environ.get("IXT_SLOW", "1"))
        self.ix = [os.path.join(build, "bin/ix-run"), "--loopback",
                   *os.environ.get("IX_RUN_OPTS", "").split(), "--"]

    def __enter__(self):
        self.top = tempfile.mkdtemp(prefix="ix-suites.")
        os.chmod(self.top, 0o755)
        if self.log:
            os.makedirs(self.log, exist_ok=True)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.top, ignore_errors=True)

    def attempt(self, unit, mode, skip, only):
        scratch = tempfile.mkdtemp(dir=self.top)
        command = unit.command(scratch, skip, only)
        env = dict(os.environ, TMPDIR=scratch, LC_ALL="C.UTF-8", HOME=scratch,
                   SUITES_LIMIT=str(unit.case_limit * self.slow),
                   **unit.env(scratch))
        with open(os.path.join(scratch, "output"), "wb") as out:
            process = subprocess.Popen(
                ENTER + (self.ix if mode == "ix" else []) + command,
                cwd=unit.cwd or scratch, env=env, stdin=subprocess.DEVNULL,
                stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
            try:
                status = process.wait(unit.limit * self.slow)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                status = None
        return Attempt(scratch, status)

    def keep(self, unit, mode, attempt):
        if self.log:
            name = "%s.%s" % (unit.name.replace("/", "_"), mode)
            with open(os.path.join(self.log, name), "a") as f:
                f.write(attempt.output() + "== %s\n" % attempt.how_it_ended())

    def results(self, unit, mode, skip=frozenset(), only=None):
        """All cases of a file: where one ends the process, the next run goes
        on behind it."""
        found = {}
        for _ in range(RESUMES_MAX):
            attempt = self.attempt(unit, mode, skip | set(found), only)
            self.keep(unit, mode, attempt)
            new, finished = unit.results(attempt)
            shutil.rmtree(attempt.scratch, ignore_errors=True)
            new = {c: how for c, how in new.items() if c not in found}
            found.update(new)
            if finished or not new:
                break
        return found
