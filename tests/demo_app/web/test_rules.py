"""The app and the graceful rules, held against each other: the resilient mode keeps the rules, and each mutant of it
breaks those that it is there for. Here are the rules that one answer alone can show."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from chaos.journeys.answer import Answer
from chaos.rules import RULES, Situation, judge
from chaos.rules.rule import Gate, Judgement, Sent
from demo_app.web.app import create_app
from demo_app.web.board import Board
from demo_app.web.client import NotReached, TimedOut
from demo_app.web.cookie import VerdictCookie
from demo_app.web.mutants import MUTANTS
from demo_app.web.resilient import Resilient
from demo_app.web.shedding import Limits, Shedding

DOWN = NotReached("no connection: ConnectionRefusedError to 127.0.0.1:41234")
ACCEPT = {"html": "text/html", "json": "application/json"}

Ask = Callable[[FlaskClient, str], Any]

ASKED: dict[str, Ask] = {
    "opening": lambda who, accept: who.get("/", headers={"Accept": accept}),
    "answering the age": lambda who, accept: who.post("/age", data={"born": "1991-02-03"}, headers={"Accept": accept}),
    "posting": lambda who, accept: who.post(
        "/upload", data={"clip": (io.BytesIO(b"clip"), "a.mp4")}, headers={"Accept": accept}
    ),
}


def as_answer(response: Any, format: str) -> Answer:
    return Answer(
        method=response.request.method,
        url=response.request.url,
        status=response.status_code,
        headers=tuple(response.headers.items()),
        body=response.data,
        elapsed_s=0.1,
        asked_for="json" if format == "json" else "html",
    )


SENT = {"/age": Sent(fields={"born": "1991-02-03"}), "/upload": Sent(files=("clip",))}
GATES = (Gate("age", asks="your age", guards="For you"),)


def judged(response: Any, format: str, *, served: bool = False, member: bool = False) -> Judgement:
    """As the answer to someone who has passed the gate or not, and who sent what the request holds."""
    situation = Situation(
        served=served,
        sent=SENT.get(response.request.path),
        gates=GATES,
        passed=frozenset({"age"} if member else ()),
    )
    return judge(as_answer(response, format), situation)


def broken_rules(response: Any, format: str, *, served: bool = False, member: bool = False) -> list[str]:
    return [str(finding) for finding in judged(response, format, served=served, member=member).findings]


@pytest.mark.parametrize("format", ACCEPT)
@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("trouble", ["profile fails", "profile hangs", "too busy"])
def test_the_resilient_mode_keeps_the_rules(
    resilient: Resilient, profile: Any, board: Board, trouble: str, asked: str, format: str
) -> None:
    shedding = Shedding(Limits())
    client = create_app(resilient, VerdictCookie("secret"), shedding, board).test_client()
    profile.failure = TimedOut("no answer in time") if trouble == "profile hangs" else DOWN
    shedding.waiting = lambda: 1000 if trouble == "too busy" else 0
    response = ASKED[asked](client, ACCEPT[format])
    assert response.status_code == 503
    assert broken_rules(response, format) == []


@pytest.mark.parametrize("format", ACCEPT)
def test_so_does_what_it_serves_while_media_fails(
    resilient: Resilient, media: Any, shedding: Shedding, board: Board, format: str
) -> None:
    client = create_app(resilient, VerdictCookie("secret"), shedding, board).test_client()
    client.post("/age", data={"born": "1990-01-01"})
    for failure in (None, DOWN):
        media.failure = failure
        for asked in ("opening", "posting"):
            response = ASKED[asked](client, ACCEPT[format])
            assert response.status_code < 300
            assert broken_rules(response, format, served=True, member=True) == []
    assert response.status_code == 202
    assert broken_rules(response, format, member=True) == []


@pytest.mark.parametrize("name", [name for name, mutant in MUTANTS.items() if mutant.spoil])
def test_a_mutant_breaks_the_rules_that_it_is_there_for(
    name: str, profile: Any, media: Any, board: Board, tmp_path: Path
) -> None:
    mutant = MUTANTS[name]
    expected = {rule.id for rule in RULES.values() if rule.id in mutant.rules and rule.check is not None}
    mode = Resilient(profile, media, tmp_path)
    client = create_app(mode, VerdictCookie("secret"), Shedding(None), board, spoil=mutant.spoil).test_client()
    profile.failure = DOWN
    judgements = [judged(ASKED["answering the age"](client, accept), format) for format, accept in ACCEPT.items()]
    mode.close()
    found = {finding.rule for judgement in judgements for finding in judgement.findings}
    not_checked = {skipped.rule for judgement in judgements for skipped in judgement.not_checked}
    if not expected - not_checked:
        pytest.skip(f"no rule that one answer alone can show: {', '.join(mutant.rules)}")
    assert expected - not_checked <= found


def test_the_fragile_mode_breaks_them(fragile_app: Any, profile: Any) -> None:
    client = fragile_app.test_client()
    profile.failure = DOWN
    found = " ".join(broken_rules(ASKED["answering the age"](client, "text/html"), "html"))
    assert "G02" in found
    assert "G09" in found


@pytest.mark.parametrize("name", ["asks_age_again", "lets_stranger_in", "quotes_what_failed"])
def test_a_mutant_of_what_the_mode_does_breaks_its_rule(
    name: str, profile: Any, media: Any, board: Board, tmp_path: Path
) -> None:
    mode = MUTANTS[name].mode(profile, media, tmp_path)
    client = create_app(mode, VerdictCookie("secret"), Shedding(None), board).test_client()
    if member := name == "asks_age_again":
        client.post("/age", data={"born": "1990-01-01"})
    profile.failure = DOWN
    asked = "answering the age" if name == "quotes_what_failed" else "opening"
    response = ASKED[asked](client, "text/html")
    mode.close()
    found = {line.partition(":")[0] for line in broken_rules(response, "html", served=True, member=member)}
    assert set(MUTANTS[name].rules) & RULES.keys() <= found
