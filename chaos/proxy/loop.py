"""The event loop: one handler per file descriptor, one heap of timers that never run early, one thread."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from time import monotonic

from chaos.proxy.poller import EDGE, IN, new_poller
from chaos.proxy.timerfd import open_timerfd

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

# Events taken at once while a timer is pending: a timer that comes due meanwhile waits for these few handlers at most.
_EVENTS_BETWEEN_TIMERS: Final = 32
_FARTHEST_S: Final = 86_400.0
# A sleeping processor needs some 100 µs to wake. Exact timers wake it before they are due; it stays awake for the rest.
_LEAD_S: Final = 0.0001


class Timer:
    """One call in the future; `due_s` is on the loop's clock."""

    __slots__ = ("_loop", "callback", "due_s")

    def __init__(self, loop: Loop, due_s: float, callback: Callable[[], None]) -> None:
        self._loop = loop
        self.due_s = due_s
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        """Does nothing when it has run or was cancelled before."""
        if self.callback is not None:
            self.callback = None
            self._loop.forget_one_timer()


class Loop:
    """Handlers are called with epoll's event mask; they must not block, and must bear events that are out of date.

    `busy_poll_s`: how long to look for more events before going to sleep, at the price of the processor's time.
    """

    def __init__(self, *, busy_poll_s: float = 0.0) -> None:
        self.poller = new_poller()
        self._busy_poll_s = busy_poll_s
        self.on_error: Callable[[Exception], None] = _raise
        self._handlers: list[Callable[[int], None] | None] = [None] * 256
        self._heap: list[tuple[float, int, Timer]] = []
        self._timers_made = 0
        self._cancelled = 0
        self._stopping = False
        self._arm: Callable[[float], None] | None = None
        self._armed_s = 0.0

    @staticmethod
    def now() -> float:
        return monotonic()

    # Descriptors

    def add(self, fd: int, events: int, handler: Callable[[int], None]) -> None:
        handlers = self._handlers
        if fd >= len(handlers):
            handlers.extend([None] * (fd + 1 - len(handlers)))
        handlers[fd] = handler
        self.poller.register(fd, events)

    def modify(self, fd: int, events: int) -> None:
        self.poller.modify(fd, events)

    def remove(self, fd: int) -> None:
        """Before the descriptor is closed. Unknown ones are ignored."""
        if fd < len(self._handlers) and self._handlers[fd] is not None:
            self._handlers[fd] = None
            self.poller.unregister(fd)

    # Timers

    def call_at(self, due_s: float, callback: Callable[[], None]) -> Timer:
        """Call once at `due_s` or as soon after it as can be; never before."""
        timer = Timer(self, due_s, callback)
        self._timers_made += 1
        heappush(self._heap, (due_s, self._timers_made, timer))
        return timer

    def forget_one_timer(self) -> None:
        """A timer was cancelled. It stays in the heap until due, unless such dead ones come to be the most of it."""
        self._cancelled += 1
        if self._cancelled > 512 and self._cancelled * 2 > len(self._heap):
            self._heap = [entry for entry in self._heap if entry[2].callback is not None]
            heapify(self._heap)
            self._cancelled = 0

    def use_exact_timers(self) -> None:
        """Wake up to the microsecond from now on (Linux). Loading what that takes costs some milliseconds once."""
        if self._arm is None and (timer := open_timerfd()) is not None:
            fd, self._arm = timer
            self.poller.register(fd, IN | EDGE)
            self._handlers[fd] = None

    @property
    def has_timers(self) -> bool:
        return bool(self._heap)

    # Running

    def run(self) -> None:
        """Until `stop`."""
        while not self._stopping:
            try:
                self._turn()
            except Exception as error:
                self.on_error(error)

    def stop(self) -> None:
        self._stopping = True

    def _turn(self) -> None:
        poll, handlers = (self._poll_busily if self._busy_poll_s > 0 else self.poller.poll), self._handlers
        while not self._stopping:
            events = poll(self._sleep_s(), _EVENTS_BETWEEN_TIMERS) if self._heap else poll()
            for fd, mask in events:
                handler = handlers[fd]
                if handler is not None:
                    handler(mask)
            if self._heap:
                self._run_due()

    def _poll_busily(self, timeout_s: float = -1.0, most: int = -1) -> list[tuple[int, int]]:
        """The poller's `poll`, but the processor and we are awake when something comes soon."""
        poll = self.poller.poll
        began_s = monotonic()
        while not (events := poll(0, most)):
            spun_s = monotonic() - began_s
            if 0 <= timeout_s <= spun_s:
                break
            if spun_s >= self._busy_poll_s:
                return poll(timeout_s - spun_s if timeout_s >= 0 else -1.0, most)
        return events

    def _sleep_s(self) -> float:
        """How long to poll: until the first timer, or, when the kernel's timer wakes us for it, without end (-1)."""
        due_s, now_s = self._heap[0][0], monotonic()
        if self._arm is None:
            return min(max(due_s - now_s, 0.0), _FARTHEST_S)
        wake_s = due_s - _LEAD_S
        if wake_s <= now_s:
            return 0.0
        if wake_s != self._armed_s:
            self._armed_s = wake_s
            self._arm(wake_s)
        return -1.0

    def _run_due(self) -> None:
        heap = self._heap
        now_s = monotonic()
        while heap and heap[0][0] <= now_s:
            timer = heappop(heap)[2]
            callback, timer.callback = timer.callback, None
            if callback is None:
                self._cancelled -= 1
            else:
                callback()
                heap = self._heap  # it may have been rebuilt


def _raise(error: Exception) -> None:
    raise error
