"""Readiness of file descriptors: epoll where there is one, else the same face over `selectors` (macOS, BSD)."""

from __future__ import annotations

import select

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, Protocol

    class Poller(Protocol):
        """What the loop needs of `select.epoll`; level-triggered, errors and hang-ups are reported unasked."""

        def register(self, fd: int, eventmask: int) -> None: ...
        def modify(self, fd: int, eventmask: int) -> None: ...
        def unregister(self, fd: int) -> None: ...
        def poll(self, timeout: float | None = None, maxevents: int = -1) -> list[tuple[int, int]]: ...


# epoll's own values, on every system.
IN: Final = 1
OUT: Final = 4
ERR: Final = 8
HUP: Final = 16
EDGE: Final = 1 << 31


class SelectorPoller:
    """epoll's face over `selectors.DefaultSelector`. A descriptor without interest is kept out of the selector."""

    def __init__(self) -> None:
        import selectors

        self._selector = selectors.DefaultSelector()
        self._masks: dict[int, int] = {}

    def register(self, fd: int, eventmask: int) -> None:
        self._masks[fd] = 0
        self.modify(fd, eventmask)

    def modify(self, fd: int, eventmask: int) -> None:
        # selectors' EVENT_READ and EVENT_WRITE are 1 and 2.
        old, self._masks[fd] = self._masks[fd], eventmask
        before = (1 if old & IN else 0) | (2 if old & OUT else 0)
        after = (1 if eventmask & IN else 0) | (2 if eventmask & OUT else 0)
        if before and after:
            self._selector.modify(fd, after)
        elif after:
            self._selector.register(fd, after)
        elif before:
            self._selector.unregister(fd)

    def unregister(self, fd: int) -> None:
        self.modify(fd, 0)
        del self._masks[fd]

    def poll(self, timeout: float | None = None, maxevents: int = -1) -> list[tuple[int, int]]:
        if timeout is not None and timeout < 0:
            timeout = None
        ready = self._selector.select(timeout)
        events = [(key.fd, (IN if mask & 1 else 0) | (OUT if mask & 2 else 0)) for key, mask in ready]
        return events if maxevents < 0 else events[:maxevents]


def new_poller() -> Poller:
    epoll = getattr(select, "epoll", None)
    if epoll is None:
        return SelectorPoller()
    poller: Poller = epoll()
    return poller
