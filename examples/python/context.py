#!/usr/bin/env python3
"""A program written for python-daemon, with the import changed: DaemonContext, by PEP 3143.

    context.py DIR      writes the time into DIR/clock.log every second; ends at SIGTERM, counts at SIGUSR1
"""

import signal
import sys
import time

import libdaemon as daemon
from libdaemon.pidfile import AlreadyLocked, TimeoutPIDLockFile

asked = 0


def count(signal_number, stack_frame):
    global asked
    asked += 1
    print("asked", asked, "times")


directory = sys.argv[1]
log = open(directory + "/clock.log", "a")
context = daemon.DaemonContext(
    working_directory=directory,
    umask=0o022,
    pidfile=TimeoutPIDLockFile(directory + "/clock.pid", acquire_timeout=-1),
    stdout=log,
    stderr=log,
)
context.signal_map = {signal.SIGTERM: "terminate", signal.SIGUSR1: count, signal.SIGHUP: None}
try:
    with context:
        while True:
            print(time.strftime("%H:%M:%S"))
            time.sleep(1)
except AlreadyLocked as failure:
    sys.exit(f"clock: {failure}")
