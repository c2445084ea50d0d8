"""Users and their visits: who comes, what they get, and the sample that is kept of it."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Mapping

from chaos.errors import EnvironmentFailed
from chaos.experiment.plan import Plan
from chaos.experiment.system import Users
from chaos.journal.events import AnswerSeen, Sample
from chaos.journeys.answer import Answer
from chaos.journeys.fingerprint import fingerprint, one_line
from chaos.journeys.player import Played, play, prepare
from chaos.journeys.user import User
from chaos.run.recorder import Recorder
from chaos.system.addresses import Addresses
from chaos.traffic.crowd import Crowd

STRANGER = "stranger"
PREPARED_AT_ONCE = 8
MOST_ANSWERS = 200
"""Kinds of answers that are kept whole; by then a report has shown enough."""
MOST_BODY = 32 * 1024


class Visits:
    """All users of one experiment. `run` is what traffic calls for each arrival."""

    def __init__(self, plan: Plan, addresses: Addresses, recorder: Recorder) -> None:
        self._plan = plan
        self._addresses = addresses
        self._recorder = recorder
        self._rng = random.Random(f"{plan.seed}/{plan.id}/users")
        self._users: list[User] = []
        self._crowds: dict[str, Crowd] = {}

    async def prepare(self) -> None:
        """Make everybody and let them do what they do once beforehand. Raises `EnvironmentFailed` if that fails."""
        turns = asyncio.Semaphore(PREPARED_AT_ONCE)
        for name, journey in self._plan.system.journeys.items():
            kind = self._plan.system.users.get(journey.user or "")
            key = journey.user or f"{STRANGER}/{name}"
            if key not in self._crowds:
                users = [
                    self._make(f"{key}-{number + 1}", journey.connections) for number in range(self._count(key, kind))
                ]
                await asyncio.gather(*(self._prepare_one(user, key, kind, turns) for user in users))
                self._crowds[key] = Crowd(users)

    async def run(self, journey_name: str, due_s: float) -> None:
        """One run of a journey by the next user, and its sample."""
        journey = self._plan.system.journeys[journey_name]
        with self._crowds[journey.user or f"{STRANGER}/{journey_name}"].next() as user:
            left = self._recorder.clock.now()
            if journey.user is None:
                user.forget()
            played = await play(journey, user, self._addresses.through_links)
            ended = self._recorder.clock.now()
            timed_out = played.failure is not None and ended - left >= journey.timeout
            self._recorder.add(
                Sample(
                    journey=journey_name,
                    user=user.name,
                    due_s=due_s,
                    left_s=left,
                    ended_s=ended,
                    took_s=journey.timeout if timed_out else ended - due_s,
                    outcome=played.outcome,
                    step=played.step,
                    status=None if played.answer is None else played.answer.status,
                    failure=played.failure,
                    rules=tuple(finding.rule for finding in played.findings),
                    answer=self._capture(journey_name, played, ended),
                    acknowledged=played.acknowledged,
                )
            )

    async def close(self) -> None:
        for user in self._users:
            await user.close()

    def _count(self, key: str, kind: Users | None) -> int:
        """Enough for all runs that can be under way at once, so that a user is free when a turn comes."""
        at_once = 0.0
        for name, journey in self._plan.system.journeys.items():
            if (journey.user or f"{STRANGER}/{name}") == key:
                at_once += journey.clients or self._plan.peak_rate(name) * journey.timeout
        return max(kind.count if kind else 1, math.ceil(at_once) + 1)

    def _make(self, name: str, connections: str) -> User:
        user = User(name, random.Random(self._rng.random()), keep_connections=connections == "keep")
        self._users.append(user)
        return user

    async def _prepare_one(self, user: User, key: str, kind: Users | None, turns: asyncio.Semaphore) -> None:
        async with turns:
            failure = await prepare(kind.before, user, self._addresses.through_links) if kind else None
        if failure is not None:
            raise EnvironmentFailed(f"the user {user.name} could not get ready (users.{key}.before): {failure}")

    def _capture(self, journey: str, played: Played, now_s: float) -> str | None:
        """Keep one answer of each kind that was not served."""
        if played.answer is None or played.outcome == "served":
            return None
        kind = fingerprint(journey, played.answer)
        if not self._recorder.knows(kind):
            if self._recorder.answers >= MOST_ANSWERS:
                return None
            self._recorder.add_answer(_seen(kind, journey, played, played.answer, now_s))
        return kind


def _seen(kind: str, journey: str, played: Played, answer: Answer, now_s: float) -> AnswerSeen:
    findings: Mapping[str, str] = {finding.rule: finding.reason for finding in played.findings}
    return AnswerSeen(
        at_s=now_s,
        fingerprint=kind,
        journey=journey,
        status=answer.status,
        headers=answer.headers,
        body=answer.text[:MOST_BODY],
        says=one_line(answer),
        findings=findings,
        expected=played.expected,
    )
