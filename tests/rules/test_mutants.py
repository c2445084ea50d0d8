"""Rules that need to know the user and the usual page, held against the demo app's mutants and its resilient mode."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from chaos.journeys.answer import Answer
from chaos.rules import Learner, judge
from chaos.rules.rule import Gate, Situation
from demo_app.seeds import SEEDS
from demo_app.web.app import create_app
from demo_app.web.client import NotReached
from demo_app.web.cookie import VerdictCookie
from demo_app.web.model import Age
from demo_app.web.mutants import MUTANTS
from demo_app.web.resilient import Resilient
from demo_app.web.shedding import Shedding

GATES = (Gate("age", asks="First, your age", guards="For you"),)


class Behind:
    """Profile and media at once: everybody is old enough, until nothing answers any more."""

    def __init__(self) -> None:
        self.down: set[str] = set()

    def _called(self, service: str) -> None:
        if service in self.down:
            raise NotReached("no connection")

    def age_of(self, *_: object, **__: object) -> Age:
        self._called("profile")
        return Age.UNKNOWN

    def save_age(self, *_: object, **__: object) -> Age:
        self._called("profile")
        return Age.OLD_ENOUGH

    def feed(self, *_: object, **__: object) -> Any:
        self._called("media")
        return list(SEEDS)


@contextmanager
def opened(mode_class: type[Resilient], data: Path, *, member: bool) -> Iterator[tuple[Any, Behind]]:
    behind = Behind()
    mode = mode_class(behind, behind, data)  # type: ignore[arg-type]
    client = create_app(mode, VerdictCookie("secret"), Shedding(None)).test_client()
    if member:
        client.post("/age", data={"born": "1990-01-01"})
    yield client, behind
    mode.close()


def open_feed(client: Any) -> Answer:
    response = client.get("/", headers={"Accept": "text/html"})
    return Answer(
        method="GET",
        url=response.request.url,
        status=response.status_code,
        headers=tuple(response.headers.items()),
        body=response.data,
        elapsed_s=0.1,
    )


def broken_while_down(down: str, mode: type[Resilient], data: Path, *, member: bool) -> set[str]:
    learner = Learner()
    with opened(mode, data, member=member) as (client, behind):
        for _ in range(6):
            learner.learn(open_feed(client))
        behind.down = {down}
        answer = open_feed(client)
    told = Situation(
        served=answer.status < 400,
        gates=GATES,
        passed=frozenset({"age"}) if member else frozenset(),
        learned=learner.learned,
    )
    return {finding.rule for finding in judge(answer, told).findings}


@pytest.mark.parametrize("down", ["profile", "media"])
@pytest.mark.parametrize("member", [True, False])
def test_the_resilient_mode_keeps_them(tmp_path: Path, down: str, member: bool) -> None:
    assert broken_while_down(down, Resilient, tmp_path, member=member) == set()


@pytest.mark.parametrize(
    ("mutant", "down", "member", "rule"),
    [
        ("asks_age_again", "profile", True, "G24"),
        ("lets_stranger_in", "profile", False, "G25"),
        ("silent_empty", "media", True, "G26"),
    ],
)
def test_a_mutant_breaks_the_rule_that_it_is_there_for(
    tmp_path: Path, mutant: str, down: str, member: bool, rule: str
) -> None:
    assert rule in MUTANTS[mutant].rules
    assert broken_while_down(down, MUTANTS[mutant].mode, tmp_path, member=member) == {rule}
