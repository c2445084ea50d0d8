"""A timer of the kernel's that wakes the poller at an exact time; epoll's own timeout counts in whole milliseconds."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_MONOTONIC = 1
_NONBLOCK = 0o4000
_CLOEXEC = 0o2000000
_ABSOLUTE = 1


def open_timerfd() -> tuple[int, Callable[[float], None]] | None:
    """The descriptor, and a function that arms it for a time in seconds of `time.monotonic`; None where there is none.

    An expiry makes the descriptor readable; registered edge-triggered it need not be read, each arming starts anew.
    """
    try:
        if hasattr(os, "timerfd_create"):
            return _from_os()
        return _from_libc()
    except (OSError, AttributeError, ImportError):
        return None


def _from_os() -> tuple[int, Callable[[float], None]]:  # Python 3.13 and later
    create, settime = os.timerfd_create, os.timerfd_settime  # type: ignore[attr-defined, unused-ignore]
    fd = create(_MONOTONIC, flags=_NONBLOCK | _CLOEXEC)
    return fd, lambda due_s: settime(fd, flags=_ABSOLUTE, initial=due_s)


def _from_libc() -> tuple[int, Callable[[float], None]]:
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    fd = libc.timerfd_create(_MONOTONIC, _NONBLOCK | _CLOEXEC)
    if fd < 0:
        raise OSError(ctypes.get_errno(), "timerfd_create")
    spec = (ctypes.c_long * 4)()  # struct itimerspec: the interval (none), then the expiry; seconds and nanoseconds
    at = ctypes.byref(spec)
    settime = libc.timerfd_settime
    settime.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]

    def arm(due_s: float) -> None:
        seconds = int(due_s)
        spec[2] = seconds
        spec[3] = min(int((due_s - seconds) * 1e9) + 1, 999_999_999)
        settime(fd, _ABSOLUTE, at, None)

    return fd, arm
