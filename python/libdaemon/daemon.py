"""The names of python-daemon's module daemon.daemon, for programs that import them from there."""

from __future__ import annotations

from . import DaemonError
from .context import DaemonContext

__all__ = ["DaemonContext", "DaemonError", "DaemonOSEnvironmentError", "DaemonProcessDetachError"]

DaemonOSEnvironmentError = DaemonError
DaemonProcessDetachError = DaemonError
