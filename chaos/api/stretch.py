"""What users got over a stretch of time, asked from any thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from chaos import units
from chaos.api.thread import LoopThread
from chaos.errors import InvalidOption, NothingSeen
from chaos.journal.events import AnswerSeen, Sample
from chaos.live import stretch as live

T = TypeVar("T")


class Stretch:
    """Of the runs that were due in it and have ended, up to the first that is still under way: what merely ended first
    would make a service that hangs look well. Shares are from 0 to 1, percentiles in seconds; they raise `NothingSeen`
    while there is no run.
    """

    def __init__(self, thread: LoopThread, stretch: live.Stretch | None) -> None:
        self._thread = thread
        self._stretch = stretch

    @property
    def served(self) -> float:
        return self._read(lambda stretch: stretch.figure("served"))

    @property
    def degraded(self) -> float:
        return self._read(lambda stretch: stretch.figure("degraded"))

    @property
    def broken(self) -> float:
        return self._read(lambda stretch: stretch.figure("broken"))

    @property
    def p50(self) -> float:
        return self._read(lambda stretch: stretch.figure("p50"))

    @property
    def p95(self) -> float:
        return self._read(lambda stretch: stretch.figure("p95"))

    @property
    def p99(self) -> float:
        return self._read(lambda stretch: stretch.figure("p99"))

    @property
    def count(self) -> int:
        return self._read(lambda stretch: stretch.count)

    @property
    def samples(self) -> Sequence[Sample]:
        """Each run, in the order in which they were due."""
        return self._read(lambda stretch: tuple(stretch.samples))

    @property
    def answers(self) -> Sequence[AnswerSeen]:
        """One of each kind that was not served: `status`, `says`, `body`, `findings`, ..."""
        return self._read(lambda stretch: stretch.answers)

    def from_now(self) -> Stretch:
        """A stretch that begins now."""
        return Stretch(self._thread, self._read(lambda stretch: stretch.from_now()))

    def until(self, *, count: int, within: str = "30s") -> None:
        """Wait until so many runs have ended. Raises `NothingSeen` when they have not in time."""
        self._thread.call(self._begun.until(count=count, within_s=seconds("within", within)))

    async def auntil(self, *, count: int, within: str = "30s") -> None:
        """The same, to be awaited."""
        await self._thread.wait(self._begun.until(count=count, within_s=seconds("within", within)))

    def until_served(self, *, share: str = "99%", of: int = live.WINDOW, within: str = "30s") -> float:
        """Wait until that share of the newest `of` runs was served: the time to recover, in seconds from the beginning
        of the stretch. Raises `NothingSeen` when they are not in time.
        """
        return self._thread.call(self._until_served(share, of, within))

    async def auntil_served(self, *, share: str = "99%", of: int = live.WINDOW, within: str = "30s") -> float:
        """The same, to be awaited."""
        return await self._thread.wait(self._until_served(share, of, within))

    async def _until_served(self, share: str, of: int, within: str) -> float:
        ratio = parsed("share", share, units.parse_share)
        return await self._begun.until_served(share=ratio, of=of, within_s=seconds("within", within))

    @property
    def _begun(self) -> live.Stretch:
        if self._stretch is None:
            raise NothingSeen("no user has come yet; use `with system.users(...)`")
        return self._stretch

    def _read(self, question: Callable[[live.Stretch], T]) -> T:
        stretch = self._begun

        async def read() -> T:
            return question(stretch)

        return self._thread.call(read())


def seconds(argument: str, written: str) -> float:
    return parsed(argument, written, units.parse_duration)


def parsed(argument: str, written: str, parse: Callable[[object], float]) -> float:
    """Raises `InvalidOption` for what has no unit, or is no quantity."""
    try:
        return parse(written)
    except ValueError as error:
        raise InvalidOption(f"{argument}: {error}") from None
