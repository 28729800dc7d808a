"""What a service tells its service manager, takes from it, and how it is called."""

import socket
import unittest

from support import GUARD, ProgramTest


class ServiceTest(ProgramTest):
    def manager(self):
        """A socket that NOTIFY_SOCKET can name."""
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(listener.close)
        listener.bind(self.path("notify"))
        listener.settimeout(GUARD)
        return listener

    def test_states(self):
        listener = self.manager()
        self.popen(f"""
os.environ["NOTIFY_SOCKET"] = {self.path("notify")!r}
os.environ["SYSTEMD_EXEC_PID"] = str(os.getpid())
os.environ["WATCHDOG_USEC"] = "3000000"
before = os.getpid()
libdaemon.daemonize()
libdaemon.notify("STATUS=größer")
libdaemon.notify("FDSTORE=1", fds=[0, open("/dev/null")])
libdaemon.reloading()
libdaemon.extend_timeout(1.5)
libdaemon.watchdog()
libdaemon.stopping()
libdaemon.ready()
report(os.getpid() == before, libdaemon.watchdog_interval())
""")
        told = [listener.recv(4096).decode() for _ in range(9)]
        self.assertTrue(told[3].startswith("RELOADING=1\nMONOTONIC_USEC="))
        del told[3]
        self.assertEqual(
            told,
            ["STATUS=größer", "FDSTORE=1", "FDSTORE=1", "EXTEND_TIMEOUT_USEC=1500000", "WATCHDOG=1", "STOPPING=1", "READY=1", "BARRIER=1"],
        )
        self.assertEqual(self.report(), [True, 3.0])

    def test_without_a_service_manager(self):
        self.start("""
libdaemon.daemonize()
libdaemon.notify("STATUS=a"), libdaemon.reloading(), libdaemon.stopping(), libdaemon.watchdog(), libdaemon.extend_timeout(1)
report(libdaemon.watchdog_interval(), libdaemon.listen_fds())
""")
        self.assertEqual(self.report(), [None, {}])

    def test_sockets(self):
        self.start("""
import socket
ours, theirs = socket.socketpair()
os.dup2(ours.fileno(), 3), os.dup2(theirs.fileno(), 4)
os.environ.update(LISTEN_FDS="2", LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES="web:ctl")
libdaemon.daemonize(close_fds="all")
fds = libdaemon.listen_fds()
web, ctl = (socket.socket(fileno=fd) for fd in fds)
web.send(b"through")
report(list(fds.items()), ctl.recv(100).decode(), os.environ["LISTEN_PID"] == str(os.getpid()))
""")
        self.assertEqual(self.report(), [[[3, "web"], [4, "ctl"]], "through", True])

    def test_title(self):
        self.start("""
libdaemon.daemonize(title="app: größer")
shown = lambda: [open(f"/proc/self/{name}", "rb").read().decode() for name in ("cmdline", "comm")]
first = shown()
libdaemon.set_title("second")
report(first, shown())
""")
        self.assertEqual(self.report(), [["app: größer\0", "app: größer\n"], ["second\0", "second\n"]])

    def test_failures(self):
        self.start("""
libdaemon.daemonize()
def failure(call, *arguments):
    try: call(*arguments)
    except (libdaemon.DaemonError, ValueError) as error: return str(error)
os.environ["NOTIFY_SOCKET"] = "vsock:2:1"
os.environ["WATCHDOG_USEC"] = "soon"
report(failure(libdaemon.notify, "A=b"), failure(libdaemon.ready), failure(libdaemon.watchdog_interval), failure(libdaemon.set_title, ""))
""")
        refused, unready, nonsense, empty = self.report()
        for said in (refused, unready):
            self.assertIn("NOTIFY_SOCKET vsock:2:1: Address family not supported by protocol", said)
        self.assertIn("WATCHDOG_USEC soon: Invalid argument", nonsense)
        self.assertIn("title: empty", empty)


if __name__ == "__main__":
    unittest.main()
