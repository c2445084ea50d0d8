"""What a dashboard knows of its system: a page asks for what has changed since the version that it has.

So a page that reloads, comes back, or is slow gets one update that holds all it missed, and nobody keeps a queue.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chaos.backends.links import Count
from chaos.dashboard.answers import Answered, Answers
from chaos.dashboard.seconds import Kept, Second, Seconds
from chaos.dashboard.trials import Ended, TrialLine, Trials
from chaos.experiment.experiment import FaultEntry
from chaos.experiment.system import System
from chaos.journal import events as e
from chaos.rules.story import Outcome
from chaos.verdict.reporting import Reporters

MINUTE_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What somebody who just looked got. `page` is where it can be seen; None: no page came."""

    journey: str
    at_s: float
    took_s: float
    outcome: Outcome
    status: int | None
    says: str
    page: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """All that changed after a version. Tables that did not change are None, lists of what did not are empty."""

    version: int
    now_s: float
    seconds: tuple[Second, ...]
    trials: tuple[TrialLine, ...]
    answers: tuple[Answered, ...]
    sights: tuple[Sight, ...]
    users: Mapping[str, bool] | None
    trouble: str | None
    """What went wrong with the system itself, or with an undo; empty: nothing."""
    fallen: tuple[str, ...] | None
    """Services that have ended by themselves, and can be started again."""


class Board:
    """`version` grows with every change."""

    def __init__(self, system: System, *, seed: int) -> None:
        self.version = 0
        self.seconds = Seconds()
        self.trials = Trials()
        self._answers = Answers()
        self._seed = seed
        self._share = system.detect.reports.share
        self._reporters = (0, Reporters(seed=seed, share=self._share))
        self._audited = {name: audit.of for name, audit in system.audit.items()}
        self._acknowledged: dict[str, Counter[str]] = {journey: Counter() for journey in self._audited.values()}
        self._sights: dict[str, tuple[int, Sight]] = {}
        self._chosen: dict[str, FaultEntry] = {}
        self._ending: dict[str, Ended] = {}
        self._journeys = tuple(system.journeys)
        self._here: dict[str, str] = {}
        """Users who come, by their name, and the journey that they make."""
        self._users_changed = 0
        self._failure = ""
        self._fallen: tuple[str, ...] = ()
        self._left = ""
        self._troubled = 0

    def see(self, event: e.Event) -> None:
        """Listens to a live system."""
        match event:
            case e.Sample():
                self._sample(event)
            case e.AnswerSeen():
                self._answers.see(event)
            case e.FaultChosen():
                self._chosen[event.fault] = event.entry
            case e.FaultInjected():
                entry = self._chosen[event.fault]
                self.trials.begun(event.fault, entry, at_s=event.at_s, version=self._next())
            case e.FaultTookEffect():
                self.trials.met(event.fault, event, version=self._next())
            case e.FaultUndone():
                ended = self._ending.pop(event.fault, "over")
                self.trials.undone(event.fault, at_s=event.at_s, ended=ended, version=self._next())
            case e.UsersCame():
                self._come(event.users, event.journey)
            case e.UsersLeft():
                self._come(event.users, None)
            case e.UndoFailed():
                self.trouble(event.undo.not_done(event.reason))
            case e.EnvironmentBroke():
                self.trouble(event.reason)
            case _:
                pass  # what a page does not show

    def ending(self, fault: str, why: Ended) -> None:
        """The fault is about to be undone, and not because its time is over."""
        self._ending[fault] = why

    def counted(self, at_s: float, counts: Mapping[str, Count], carried: Mapping[str, int]) -> None:
        """What the links' own counters say."""
        self.seconds.count(at_s, counts, carried, self._next())

    def stored(self, at_s: float, audit: str, ids: Sequence[str]) -> None:
        """What is where acknowledged items should be."""
        wanted = self._acknowledged[self._audited[audit]]
        kept = Kept(acknowledged=wanted.total(), stored=(wanted & Counter(ids)).total())
        self.seconds.keep(at_s, audit, kept, self._next())

    def seen(self, sight: Sight) -> None:
        self._sights[sight.journey] = self._next(), sight

    @property
    def users(self) -> Mapping[str, bool]:
        """Of each journey, whether users make it."""
        return {journey: journey in self._here.values() for journey in self._journeys}

    def health(self, failure: str | None, fallen: tuple[str, ...] = ()) -> None:
        """Why a part of the system is lost, or None while all of it is well; `fallen` are services that can be started
        again.
        """
        if (failure or "", fallen) != (self._failure, self._fallen):
            self._failure, self._fallen = failure or "", fallen
            self._troubled = self._next()

    def trouble(self, what: str) -> None:
        """Something that stays until somebody has repaired it, and that nobody can see from here."""
        self._left = "\n".join(filter(None, (self._left, what)))
        self._troubled = self._next()

    def since(self, version: int, *, now_s: float) -> Update:
        """Since version 0: everything."""
        return Update(
            version=self.version,
            now_s=now_s,
            seconds=self.seconds.since(version),
            trials=self.trials.since(version),
            answers=self._answers.since(version),
            sights=tuple(sight for changed, sight in self._sights.values() if changed > version),
            users=self.users if self._users_changed > version or version == 0 else None,
            trouble=self._in_words if self._troubled > version or version == 0 else None,
            fallen=self._fallen if self._troubled > version or version == 0 else None,
        )

    @property
    def _in_words(self) -> str:
        return "\n".join(filter(None, (self._failure, self._left)))

    def _come(self, users: str, journey: str | None) -> None:
        """None: they do no more."""
        if journey is None:
            self._here.pop(users, None)
        else:
            self._here[users] = journey
        self._users_changed = self._next()

    def _sample(self, sample: e.Sample) -> None:
        version = self._next()
        self.seconds.add(sample, version)
        self._answers.add(sample, version)
        if sample.acknowledged is not None and sample.journey in self._acknowledged:
            self._acknowledged[sample.journey][sample.acknowledged] += 1
        if self._reporters_at(sample.ended_s).reports(sample):
            self.seconds.report(sample.ended_s, version)

    def _reporters_at(self, at_s: float) -> Reporters:
        """Somebody who goes on to be let down reports it again, once a minute: a live system has no end."""
        minute = math.floor(at_s / MINUTE_S)
        if minute > self._reporters[0]:
            self._reporters = minute, Reporters(seed=self._seed + minute, share=self._share)
        return self._reporters[1]

    def _next(self) -> int:
        self.version += 1
        return self.version
