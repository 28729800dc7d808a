"""Good daemons: become one, start a program as one, ask after one, stop one.

    import libdaemon

    libdaemon.daemonize(pidfile="/run/app.pid", log="/var/log/app.log", wait_ready=10)
    ...
    libdaemon.ready()

DaemonContext is the same under the names of PEP 3143 and python-daemon.
"""

from __future__ import annotations

from ._errors import DaemonError
from ._library import VERSION as __version__
from ._library import library_path
from ._start import daemonize, fail, ready
from ._streams import reopen_std, reset_std

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List

    from ._control import signal, status, stop
    from ._service import (
        extend_timeout,
        listen_fds,
        notify,
        reloading,
        set_title,
        stopping,
        watchdog,
        watchdog_interval,
    )
    from ._spawn import spawn
    from .context import DaemonContext

__all__ = [
    "DaemonContext",
    "DaemonError",
    "__version__",
    "daemonize",
    "extend_timeout",
    "fail",
    "library_path",
    "listen_fds",
    "notify",
    "ready",
    "reloading",
    "reopen_std",
    "reset_std",
    "set_title",
    "signal",
    "spawn",
    "status",
    "stop",
    "stopping",
    "watchdog",
    "watchdog_interval",
]


#: What not every program uses and takes a while to import, and its module.
_LATER = {"DaemonContext": "context", "signal": "_control", "spawn": "_spawn", "status": "_control", "stop": "_control"}
_LATER.update(dict.fromkeys(("extend_timeout", "listen_fds", "notify", "reloading", "set_title"), "_service"))
_LATER.update(dict.fromkeys(("stopping", "watchdog", "watchdog_interval"), "_service"))


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = __import__(_LATER[name], globals(), None, [name], 1)
    found = globals()[name] = getattr(module, name)
    return found


def __dir__() -> List[str]:
    return __all__
