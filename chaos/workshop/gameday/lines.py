"""A game day as lines: one each second of what people get, and its times at the end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from chaos.journal import events as e
from chaos.workshop.gameday.day import HELP
from chaos.workshop.progress import Times

NAMES: Final = {"open_app": "watching", "join": "joining", "upload": "posting"}
ON_EVERY_PAGE: Final = "Skip to content Clipshare Watch Post My clips Status "


@dataclass(slots=True)
class Second:
    """What users got since the last line."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    longest_s: dict[str, float] = field(default_factory=dict)
    says: str = ""

    def line(self, at_s: float) -> str:
        parts = [
            f"{name}: {counts['served']} of {counts.total()} served, slowest {self.longest_s[journey] * 1000:.0f} ms"
            for journey, name in NAMES.items()
            if (counts := self.outcomes.get(journey))
        ]
        said = f" | someone reads: {self.says[:110]!r}" if self.says else ""
        return f"{at_s:5.0f} s  {'; '.join(parts) or 'nobody came'}{said}"


class Lines:
    """Implements `Teller`."""

    def __init__(self, now: Callable[[], float], say: Callable[[str], None]) -> None:
        self._now = now
        self.say = say
        self.second = Second()
        self._says: dict[str, str] = {}
        """What is read in answers that were not served, by their fingerprints."""

    def see(self, event: e.Event) -> None:
        if isinstance(event, e.AnswerSeen):
            self._says[event.fingerprint] = event.says.removeprefix(ON_EVERY_PAGE)
        if isinstance(event, e.Sample):
            self.second.says = self._says.get(event.answer or "", self.second.says)
            self.second.outcomes.setdefault(event.journey, Counter())[event.outcome] += 1
            longest = self.second.longest_s.get(event.journey, 0.0)
            self.second.longest_s[event.journey] = max(longest, event.took_s)

    async def go_on(self) -> None:
        self.say(HELP)
        while True:
            await asyncio.sleep(1)
            second, self.second = self.second, Second()
            self.say(second.line(self._now()))

    def answer(self, line: str, times: Times) -> None:  # noqa: ARG002
        self.say(line)

    def end(self, times: Times) -> None:
        for line in in_words(times):
            self.say(line)


def in_words(times: Times) -> tuple[str, ...]:
    """What happened, and how long everything took."""
    took = {"seen": times.seen_s, "acted on": times.acted_s, "served again": times.served_s}
    return (
        f"what happened: {times.what} ({times.place})",
        *(f"{what}: {'never' if s is None else f'after {s:.1f} s'}" for what, s in took.items()),
        f"acts that did not help: {times.wrong_acts}; the same evening again: --seed {times.seed}",
    )
