"""The same with python-daemon. Usage: with_python_daemon.py idle|crash LOG PIDFILE"""

import os
import signal
import sys

import daemon
import daemon.pidfile

mode, log, pidfile = sys.argv[1:]
output = open(log, "a")
with daemon.DaemonContext(
    stdout=output, stderr=output, pidfile=daemon.pidfile.TimeoutPIDLockFile(pidfile, acquire_timeout=0)
):
    if mode == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    while True:
        signal.pause()
