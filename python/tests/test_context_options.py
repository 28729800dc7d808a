"""The options of DaemonContext: files, streams, users, another root directory."""

import os
import socket
import unittest

from support import GUARD, needs_root
from test_context import ContextProgramTest


class ContextOptionsTest(ContextProgramTest):
    def test_a_path_as_pid_file(self):
        self.start("""
import pathlib
with daemon.DaemonContext(pidfile=pathlib.Path("app.pid"), working_directory="."):
    report(os.getpid(), daemon.status("app.pid"))
""")
        pid, held = self.report()
        self.assertEqual((held, self.wait_for(pid), self.text("app.pid")), (pid, 0, ""))

    def test_files_as_standard_streams(self):
        self.file("in", "a line\n")
        self.start("""
out = open("out", "w+")
with daemon.DaemonContext(stdin=open("in"), stdout=out, stderr=out, working_directory="."):
    print(sys.stdin.readline(), end="")
    os.system("echo child; echo child >&2")
    print("error", file=sys.stderr)
    report(True)
""")
        self.report()
        self.assertEqual(self.text("out"), "a line\nchild\nchild\nerror\n")

    def test_standard_output_of_the_launcher_can_stay(self):
        result = self.run_program("""
print("before")
with daemon.DaemonContext(stdout=sys.stdout, stderr=sys.stderr, stdin=sys.stdin):
    print("after")
    print("error", file=sys.stderr)
""")
        self.assertEqual((result.status, result.stdout, result.stderr), (0, "before\nafter\n", "error\n"))

    def test_files_that_are_not_preserved_are_closed(self):
        self.start("""
kept, lost, number = open("/etc/passwd"), open("/etc/passwd"), os.open("/", os.O_RDONLY)
context = daemon.DaemonContext(files_preserve=[kept, number, None])
numbers = [kept.fileno(), lost.fileno(), number]
with context:
    def is_open(number):
        try: os.fstat(number)
        except OSError: return False
        return True
    report([is_open(number) for number in numbers], len(context.files_preserve))
    os._exit(0)
""")
        self.assertEqual(self.report(), [[True, False, True], 3])

    def test_without_detaching(self):
        """In the foreground, the streams on /dev/null, the signals as in the map, the pid file held."""
        program = self.popen("""
from libdaemon.pidfile import PIDLockFile
with daemon.DaemonContext(detach_process=False, pidfile=PIDLockFile("app.pid"), working_directory="."):
    print("nowhere")
    report(os.getpid(), os.readlink("/proc/self/fd/1"), daemon.status("app.pid"))
    while True: time.sleep(0.01)
""")
        self.assertEqual(self.report(), [program.pid, "/dev/null", program.pid])
        program.terminate()
        self.assertEqual((program.wait(GUARD), self.text("app.pid")), (1, ""))

    def test_handlers_as_the_signal_module_has_them(self):
        """SIG_IGN and SIG_DFL, from another thread, too; and after a start that failed they are what they were."""
        code = """
import threading
signals = (signal.SIGHUP, signal.SIGUSR1, signal.SIGTERM)
def work():
    context = daemon.DaemonContext(signal_map=dict(zip(signals, (signal.SIG_IGN, signal.SIG_DFL, "terminate"))), threads=True)
    context.working_directory = "/does/not/exist"
    try: context.open()
    except daemon.DaemonError: report([signal.getsignal(each).name for each in signals])
    context.working_directory = "/"
    with context: report([getattr(signal.getsignal(each), "name", "function") for each in signals])
work() if sys.argv[1] == "main" else threading.Thread(target=work).start()
"""
        for thread in ("main", "other"):
            self.start(code, thread)
            self.assertEqual(self.report(), ["SIG_DFL"] * 3)
            self.assertEqual(self.report(), ["SIG_IGN", "SIG_DFL", "function"])

    def test_a_superserver_s_child_is_detached_already(self):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            result = self.run_program("report(daemon.DaemonContext().detach_process)", stdin=theirs)
        self.assertEqual((result.status, self.report()), (0, False))

    def test_core_files_are_prevented(self):
        code = """
import resource
resource.setrlimit(resource.RLIMIT_CORE, (4096, resource.getrlimit(resource.RLIMIT_CORE)[1]))
with daemon.DaemonContext(prevent_core=eval(sys.argv[1])): report(resource.getrlimit(resource.RLIMIT_CORE)[0])
"""
        self.start(code, "True")
        self.assertEqual(self.report(), 0)
        self.start(code, "False")
        self.assertEqual(self.report(), 4096)

    def test_bad_settings_are_refused_in_the_launcher(self):
        for settings in ("working_directory='/does/not/exist'", "chroot_directory='/does/not/exist'", "pidfile='/does/not/exist/a'"):
            with self.subTest(settings):
                result = self.run_program(f"with daemon.DaemonContext({settings}): report('daemon')")
                self.assertEqual(result.status, 1)
                self.assertIn("/does/not/exist", result.stderr.splitlines()[-1])
        result = self.run_program("with daemon.DaemonContext(signal_map={signal.SIGTERM: 'nonsense'}): report('daemon')")
        self.assertIn("nonsense", result.stderr)
        result = self.run_program("with daemon.DaemonContext(stdout='out'): report('daemon')")
        self.assertIn("fileno", result.stderr)
        self.no_report()


@needs_root
class RootContextTest(ContextProgramTest):
    def test_another_user(self):
        """With the user's group, and without root's groups, initgroups or not."""
        for further in ("", ", initgroups=True", ", gid=1"):
            self.start(f"""
os.setgroups([1, 2, 3])
with daemon.DaemonContext(uid=65534{further}): report(os.getresuid(), os.getresgid(), os.getgroups())
""")
            group = 1 if "gid" in further else 65534
            self.assertEqual(self.report(), [[65534] * 3, [group] * 3, [group]])

    def test_another_group(self):
        self.start("with daemon.DaemonContext(gid=65534): report(os.getresuid(), os.getresgid())")
        self.assertEqual(self.report(), [[0] * 3, [65534] * 3])

    def test_another_root_directory(self):
        """The pid file's path is one inside of it."""
        os.makedirs(self.path("root/run"))
        self.start("""
from libdaemon.pidfile import PIDLockFile
report_to = open(os.environ["REPORT"], "w")
lock = PIDLockFile("/run/app.pid")
with daemon.DaemonContext(chroot_directory="root", files_preserve=[report_to], pidfile=lock):
    print(json.dumps([os.listdir("/"), os.getcwd(), lock.read_pid(), os.getpid()]), file=report_to, flush=True)
""")
        files, directory, held, pid = self.report()
        self.assertEqual((files, directory, held), (["run"], "/", pid))
        self.wait_for(pid)
        self.assertEqual(os.listdir(self.path("root/run")), [])


if __name__ == "__main__":
    unittest.main()
