# SPDX-License-Identifier: MIT
"""sandbox - runs one file of a suite where it can do no harm, and ends it.

Namespaces of its own for the network, processes and mounts: ports meet nobody
else's, whatever it starts ends with it, and so do the instances' files in /run.
The shell stays as its first process, which is the parent of all orphans: a program
would wait for those that are not its own.
"""
import os
import shutil
import signal
import subprocess
import tempfile

ENTER = ["unshare", "--net", "--pid", "--mount", "--fork", "--kill-child",
         "--mount-proc", "sh", "-c",
         "mount -t tmpfs none /run && mkdir -m 755 /run/lock && "
         "{ [ $TMPDIR != /tmp ] || mount -t tmpfs none /tmp; } && "
         "ip link set lo up && \"$@\"; exit $?", "sh"]
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
        # As the shell says it.
        if 128 < self.status <= 192:
            return "killed by signal %d" % (self.status - 128)
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
        self.build = build
        self.log = log
        self.running = set()
        self.slow = int(os.environ.get("IXT_SLOW", "1"))
        self.ix = [os.path.join(build, "bin/ix-run"), "--loopback",
                   *os.environ.get("IX_RUN_OPTS", "").split(), "--"]

    def __enter__(self):
        # Some files have fixed names in /tmp, which is private where that does
        # not hide what is tested.
        self.top = tempfile.mkdtemp(prefix="run.", dir=os.path.join(
            self.build, "suites"))
        self.tmp = None if self.build.startswith("/tmp/") else "/tmp"
        os.chmod(self.top, 0o755)
        if self.log:
            os.makedirs(self.log, exist_ok=True)
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sig, self.give_up)
        return self

    def give_up(self, sig, _frame):
        """Each process ends all of its namespace with it."""
        for process in list(self.running):
            process.kill()
        shutil.rmtree(self.top, ignore_errors=True)
        os._exit(128 + sig)

    def __exit__(self, *_):
        shutil.rmtree(self.top, ignore_errors=True)

    def attempt(self, unit, mode, skip, only):
        scratch = tempfile.mkdtemp(dir=self.top)
        command = unit.command(scratch, skip, only)
        tmp = self.tmp or scratch
        env = dict(os.environ, TMPDIR=tmp, NODE_TEST_DIR=tmp, HOME=tmp,
                   LC_ALL="C.UTF-8", SUITES_DIR=scratch,
                   SUITES_LIMIT=str(unit.case_limit * self.slow), **unit.env)
        with open(os.path.join(scratch, "output"), "wb") as out:
            process = subprocess.Popen(
                ENTER + (self.ix if mode == "ix" else []) + command,
                cwd=unit.cwd or scratch, env=env, stdin=subprocess.DEVNULL,
                stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
            self.running.add(process)
            try:
                status = process.wait(unit.limit * self.slow)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                status = None
            self.running.discard(process)
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
