"""What the tests stand on: programs run as a user would run them, their daemons children of the test, and ended with it."""

import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CHECKOUT = os.path.dirname(PACKAGE)

#: How long anything may take before a test gives up on it.
GUARD = 120

PR_SET_CHILD_SUBREAPER = 36

#: What every program begins with.
PREAMBLE = """\
import json, os, signal, sys, time
import libdaemon
def report(*values):
    with open(os.environ["REPORT"], "w") as reports:
        reports.write(json.dumps(values if len(values) > 1 else values[0]) + "\\n")
"""


class Result:
    """A program that has ended."""

    def __init__(self, status, stdout, stderr):
        self.status, self.stdout, self.stderr = status, stdout, stderr

    def __repr__(self):
        return f"exit status {self.status}, stdout {self.stdout!r}, stderr {self.stderr!r}"


class ProgramTest(unittest.TestCase):
    """A test with a directory of its own, whose programs report into a FIFO there."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        # Orphans of the programs become children of this process.
        if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
            raise OSError("subreaper")

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="libdaemon-python-")
        os.chmod(self.directory, 0o755)
        self.addCleanup(shutil.rmtree, self.directory)
        fifo = self.path("report")
        os.mkfifo(fifo, 0o666)
        os.chmod(fifo, 0o666)
        # For writing, too, so that it does not end between two reports.
        self.reports = os.open(fifo, os.O_RDWR)
        self.addCleanup(lambda: os.close(self.reports))
        self.addCleanup(end_children)
        self.held = b""

    def path(self, name):
        return os.path.join(self.directory, name)

    def text(self, name):
        """What a file holds; "" where there is none."""
        try:
            with open(self.path(name)) as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def file(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)
        return self.path(name)

    def environment(self, **further):
        kept = {name: os.environ[name] for name in ("PATH", "LIBDAEMON_PATH", "HOME") if name in os.environ}
        path = os.pathsep.join([PACKAGE, *filter(None, [os.environ.get("TEST_PACKAGES")])])
        own = {"REPORT": self.path("report"), "DIR": self.directory, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        return {**kept, **own, **further}

    def popen(self, code, *arguments, preamble=PREAMBLE, **options):
        """Starts a program of these statements."""
        name = self.file(f"program{len(os.listdir(self.directory))}.py", preamble + code)
        environment = self.environment(**options.pop("env", {}))
        return subprocess.Popen([sys.executable, name, *arguments], env=environment, text=True, cwd=self.directory, **options)

    def run_program(self, code, *arguments, **options):
        """Runs it to its end; what it prints has an end only when no daemon of it holds the pipe any more."""
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        program = self.popen(code, *arguments, **options)
        stdout, stderr = program.communicate(timeout=GUARD)
        return Result(program.returncode, stdout, stderr)

    def start(self, code, *arguments, **options):
        """The same with a program that has to succeed without a word."""
        result = self.run_program(code, *arguments, **options)
        self.assertEqual((result.status, result.stdout or "", result.stderr or ""), (0, "", ""))
        return result

    def report(self):
        """The next report."""
        while b"\n" not in self.held:
            ready, _, _ = select.select([self.reports], [], [], GUARD)
            self.assertTrue(ready, "no report came")
            self.held += os.read(self.reports, 65536)
        line, _, self.held = self.held.partition(b"\n")
        return json.loads(line)

    def no_report(self):
        self.assertEqual((self.held, select.select([self.reports], [], [], 0)[0]), (b"", []))

    def wait_for(self, pid):
        """Waits for a daemon to end: its exit status, or minus its signal."""
        _, status = os.waitpid(pid, 0)
        return os.waitstatus_to_exitcode(status)


def end_children():
    """Kills what is left, and what of it comes to us then."""
    while True:
        for child in children_of(os.getpid()):
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            os.wait()
        except ChildProcessError:
            return


def children_of(parent):
    """Those that live."""
    children = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as stat:
                state, parent_pid = stat.read().rpartition(")")[2].split()[:2]
                if int(parent_pid) == parent and state != "Z":
                    children.append(int(name))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return children


def status_of(pid, name):
    with open(f"/proc/{pid}/status") as status:
        return next(line.split(":", 1)[1].strip() for line in status if line.startswith(name + ":"))


def signals_of(pid, name):
    bits = int(status_of(pid, name), 16)
    return [number for number in range(1, 65) if bits >> (number - 1) & 1]


def descriptors_of(pid):
    found = {}
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            found[int(name)] = os.readlink(f"/proc/{pid}/fd/{name}")
        except FileNotFoundError:
            pass
    return found


needs_root = unittest.skipUnless(os.geteuid() == 0, "needs root")
