"""The library's options object, made from keyword arguments."""

from __future__ import annotations

import os

from ._errors import check, failure
from ._library import library

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os as _os
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, Dict, Literal, Protocol, TypedDict, Union

    StrPath = Union[str, bytes, "_os.PathLike[str]", "_os.PathLike[bytes]"]

    class HasFileno(Protocol):
        def fileno(self) -> int: ...

    Descriptor = Union[int, HasFileno]
    Close = Literal["inherited", "all", "none"]
    Signals = Literal["reset", "keep"]
    Foreground = Union[bool, Literal["auto", "never", "always"]]
    Environment = Mapping[Union[str, bytes], Union[str, bytes]]
    RuntimeDirectory = Union[StrPath, Dict[StrPath, int]]

    class StartOptions(TypedDict, total=False):
        """The keyword arguments of daemonize() and spawn()."""

        directory: StrPath
        chroot: StrPath | None
        umask: int
        stdin: StrPath | None
        stdout: StrPath | None
        stderr: StrPath | None
        log: StrPath | None
        truncate: bool
        reopen_on: int | None
        pidfile: StrPath | None
        pidfile_mode: int
        lockfile: StrPath | None
        keep_lock: bool
        runtime_directory: RuntimeDirectory | None
        user: str | int | None
        group: str | int | None
        keep_capabilities: Iterable[int]
        core_dumps: bool
        keep_fds: Iterable[Descriptor]
        close_fds: Close
        signals: Signals
        keep_signals: Iterable[int]
        env: Environment | None
        clearenv: bool
        wait_ready: float | None
        setup_timeout: float | None
        notify_fd: int | None
        foreground: Foreground
        threads: bool
        title: str | bytes | None


__all__ = ["Options", "descriptor", "milliseconds", "path", "text"]


def text(value: str | bytes, name: str) -> bytes:
    """A text for C, which would not see what follows a NUL."""
    if not isinstance(value, (str, bytes)):
        raise TypeError(f"{name} should be str or bytes, not {type(value).__name__}")
    encoded = os.fsencode(value)
    if b"\0" in encoded:
        raise ValueError(f"{name}: embedded null byte")
    return encoded


def path(value: StrPath, name: str) -> bytes:
    """A path for C."""
    return text(os.fspath(value), name)


def milliseconds(seconds: float, name: str) -> int:
    """Seconds as the library counts them; infinity becomes its "for ever"."""
    if not seconds >= 0:
        raise ValueError(f"{name} should be a number of seconds from 0 up")
    # Rounded up.
    return -1 if seconds == float("inf") else int(min(-(-seconds * 1000 // 1), 0x7FFFFFFF))


def number(value: int, name: str) -> int:
    """A number for C, which would not see more than 32 bits of it."""
    if not isinstance(value, int):
        raise TypeError(f"{name} should be a whole number, not {value!r}")
    if not -0x80000000 <= value <= 0x7FFFFFFF:
        raise ValueError(f"{name} is out of range: {value}")
    return value


def descriptor(value: Descriptor, name: str = "keep_fds") -> int:
    """The number of a descriptor, or of a file object's."""
    return number(value if isinstance(value, int) else value.fileno(), name)


def _choice(value: Any, name: str, choices: Mapping[Any, int]) -> int:
    try:
        return choices[value]
    except (KeyError, TypeError):
        words = " or ".join(repr(choice) for choice in choices if isinstance(choice, str))
        raise ValueError(f"{name} should be {words}, not {value!r}") from None


# The options by what they take.
_PATHS = ("directory", "chroot", "stdin", "stdout", "stderr", "log", "pidfile", "lockfile")
_NAMES = ("user", "group", "title")
_NUMBERS = ("umask", "reopen_on", "pidfile_mode", "notify_fd")
_SECONDS = ("wait_ready", "setup_timeout")
_TRUTHS = ("truncate", "keep_lock", "core_dumps", "threads")
_CLOSE: Dict[Any, int] = {"all": 0, "inherited": 1, "none": 2}
_SIGNALS: Dict[Any, int] = {"reset": 0, "keep": 1}
_FOREGROUND: Dict[Any, int] = {"auto": 0, "never": 1, "always": 2, False: 1, True: 2}
_CHOICES = {"close_fds": _CLOSE, "signals": _SIGNALS, "foreground": _FOREGROUND}


class Options:
    """An options object of the library, to be used in a with statement, which frees it."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._library = library()
        self.handle: int = self._library.daemonize_options_new() or 0
        if not self.handle:
            raise failure()
        try:
            for name, value in settings.items():
                if value is not None:
                    self._apply(name, value)
        except BaseException:
            self.free()
            raise

    def __enter__(self) -> Options:
        return self

    def __exit__(self, *_: object) -> None:
        self.free()

    def free(self) -> None:
        """Gives the object back."""
        handle, self.handle = self.handle, 0
        self._library.daemonize_options_free(handle)

    def set(self, name: str, *values: Any) -> None:
        """Calls the setter of that name."""
        setter: Callable[..., int] = getattr(self._library, "daemonize_options_" + name)
        check(setter(self.handle, *values))

    def _apply(self, name: str, value: Any) -> None:
        if name in _PATHS:
            self.set(name, path(value, name))
        elif name in _NAMES:
            self.set(name, text(str(value) if isinstance(value, int) else value, name))
        elif name in _NUMBERS:
            self.set(name, number(value, name))
        elif name in _SECONDS:
            self.set(name, milliseconds(value, name))
        elif name in _TRUTHS:
            self.set(name, bool(value))
        elif name in _CHOICES:
            choice = _choice(value, name, _CHOICES[name])
            # Each one's default is 0, which need not be set.
            if choice != 0:
                self.set(name, choice)
        elif name == "keep_fds":
            for each in value:
                self.set("keep_fd", descriptor(each))
        elif name == "keep_capabilities":
            for each in value:
                self.set("keep_capability", number(each, name))
        elif name == "keep_signals":
            for each in value:
                self.set("keep_signal", number(each, name))
        elif name == "env":
            for variable, content in value.items():
                self.set("setenv", text(variable, name), text(content, name))
        elif name == "runtime_directory":
            for directory, mode in (value if isinstance(value, dict) else {value: 0o755}).items():
                self.set(name, path(directory, name), number(mode, name))
        elif name == "clearenv":
            if value:
                self.set(name)
        else:
            raise TypeError(f"there is no option {name!r}")
