"""Playing a journey with a user that is a list of answers."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from chaos.experiment.request import Acknowledge, Step
from chaos.experiment.system import Journey
from chaos.journeys import player
from chaos.journeys.answer import Answer
from chaos.journeys.player import acknowledged_id, play, prepare
from chaos.journeys.user import NoAnswer

GRACEFUL = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Clips can't be shown - Clipshare</title>
</head><body><main role="alert"><h1>We can't open your feed right now</h1><p>The problem is on our side.</p>
<p><a href="/">Try again</a> in 1 second, or quote 7F3K-21QD.</p></main></body></html>"""
RETRY = {"headers": (("Retry-After", "1"), ("Cache-Control", "no-store"), ("X-Request-Id", "7F3K-21QD"))}


class Script:
    """Gives the answers in order; an exception is raised, None never comes. Remembers what it was asked."""

    def __init__(self, *answers: Answer | Exception | None) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[str, str]] = []

    async def send(self, step: Step, url: str) -> Answer:
        self.asked.append((step.method, url))
        answer = self._answers.pop(0)
        if answer is None:
            await asyncio.Event().wait()
        if isinstance(answer, Exception):
            raise answer
        assert answer is not None
        return answer


def journey(*steps: dict[str, Any], timeout: str = "30s") -> Journey:
    return Journey.model_validate_json(json.dumps({"rate": "1/s", "timeout": timeout, "steps": steps}))


def at(target: str) -> str:
    return f"http://{target}"


OPEN: dict[str, Any] = {"get": "edge:/", "expect": {"text": "For you"}}
SAVE: dict[str, Any] = {"post": "edge:/clips", "json": {}, "acknowledge": {"json": "id"}}


def test_a_run_whose_expectations_hold_is_served(run: Any, html: Any) -> None:
    user = Script(html("<p>For you</p>"), html('{"id": "c-1"}', kind="application/json", status=201))
    played = run(play(journey(OPEN, SAVE), user, at))
    assert (played.outcome, played.step, played.acknowledged, played.expected) == ("served", 1, "c-1", "")
    assert user.asked == [("get", "http://edge:/"), ("post", "http://edge:/clips")]


def test_the_first_step_that_fails_decides_and_ends_the_run(run: Any, html: Any) -> None:
    user = Script(html("<p>For you</p>"), html("Server error", status=500), html("<p>For you</p>"))
    played = run(play(journey(OPEN, OPEN, OPEN), user, at))
    assert (played.outcome, played.step, played.answer.status) == ("broken", 1, 500)
    assert played.expected == "a status below 400 was expected, not 500"
    assert len(user.asked) == 2


def test_a_failure_told_gracefully_is_degraded(run: Any, html: Any) -> None:
    played = run(play(journey(OPEN), Script(html(GRACEFUL, status=503, **RETRY)), at))
    assert (played.outcome, played.findings) == ("degraded", ())


LIES = {
    "an error page with 200": ("<h1>Server error</h1>", {"expect": {"status": 200}}),
    "a stack trace": ('<p>For you</p><pre>Traceback (most recent call last):\n  File "a.py", line 1</pre>', OPEN),
}


@pytest.mark.parametrize("case", LIES)
def test_a_lying_200_is_not_served(run: Any, html: Any, case: str) -> None:
    body, keys = LIES[case]
    played = run(play(journey({"get": "edge:/", **keys}), Script(html(body)), at))
    assert played.outcome == "broken"
    assert played.expected == ""
    assert played.findings


@pytest.mark.parametrize("status", [500, 503, 599])
def test_a_server_error_is_never_served_whatever_was_expected(run: Any, html: Any, status: int) -> None:
    step = {"get": "edge:/", "expect": {"status": status}}
    played = run(play(journey(step, OPEN), Script(html(GRACEFUL, status=status, **RETRY)), at))
    assert played.outcome != "served"
    assert played.step == 0


def test_no_answer_is_broken_with_its_words(run: Any, html: Any) -> None:
    user = Script(html("<p>For you</p>"), NoAnswer("connection reset"))
    played = run(play(journey(OPEN, OPEN), user, at))
    assert (played.outcome, played.step, played.failure, played.answer) == ("broken", 1, "connection reset", None)


def test_no_answer_in_time_is_broken_and_says_how_long_was_waited(run: Any, html: Any) -> None:
    user = Script(html("<p>For you</p>"), None)
    played = run(play(journey(OPEN, OPEN, timeout="50ms"), user, at))
    assert (played.outcome, played.step) == ("broken", 1)
    assert played.failure == "no complete answer within 0.05s"


def test_the_timeout_is_the_whole_runs(run: Any, html: Any) -> None:
    """Steps that are each in time may be too late together."""

    class Slow(Script):
        async def send(self, step: Step, url: str) -> Answer:
            await asyncio.sleep(0.06)
            return await super().send(step, url)

    user = Slow(*[html("<p>For you</p>")] * 3)
    played = run(play(journey(OPEN, OPEN, OPEN, timeout="100ms"), user, at))
    assert played.failure == "no complete answer within 0.1s"
    assert len(user.asked) < 3


def test_an_answer_that_ended_early_is_broken(run: Any, html: Any) -> None:
    played = run(play(journey(OPEN), Script(html("<p>For you</p>", complete=False)), at))
    assert (played.outcome, played.expected) == ("broken", "a complete answer was expected; this one ended early")


def test_a_bug_of_ours_is_not_blamed_on_the_app(run: Any) -> None:
    with pytest.raises(ZeroDivisionError):
        run(play(journey(OPEN), Script(ZeroDivisionError()), at))


AFTERWARDS = {"no answer": NoAnswer("connection reset"), "never": None}


@pytest.mark.parametrize("what", AFTERWARDS)
def test_what_was_acknowledged_stays_so_whatever_comes_after(run: Any, html: Any, what: str) -> None:
    user = Script(html('{"id": 7}', kind="application/json"), AFTERWARDS[what])
    played = run(play(journey(SAVE, OPEN, timeout="200ms"), user, at))
    assert (played.outcome, played.acknowledged) == ("broken", "7")


def test_a_second_promise_that_is_none_takes_nothing_back(run: Any, html: Any) -> None:
    user = Script(html('{"id": 7}', kind="application/json"), html("{}", kind="application/json"))
    played = run(play(journey(SAVE, SAVE), user, at))
    assert (played.outcome, played.acknowledged) != ("served", None)
    assert played.acknowledged == "7"


def test_an_answer_without_the_id_that_it_should_name_is_not_served(run: Any, html: Any) -> None:
    played = run(play(journey(SAVE), Script(html("{}", kind="application/json")), at))
    assert played.outcome != "served"
    assert played.expected == "the answer should name what it keeps at 'id'"


def test_nothing_is_acknowledged_by_an_answer_that_is_not_what_was_expected(run: Any, html: Any) -> None:
    played = run(play(journey(SAVE), Script(html('{"id": 7}', kind="application/json", status=400)), at))
    assert played.acknowledged is None


@pytest.mark.parametrize(
    ("query", "body", "found"),
    [
        ("id", '{"id": "a"}', "a"),
        ("id", '{"id": 0}', "0"),
        ("clip.id", '{"clip": {"id": "x"}}', "x"),
        ("[0]", "[5]", "5"),
        ("id", '{"id": ""}', None),
        ("id", '{"id": null}', None),
        ("id", '{"id": true}', None),
        ("id", '{"id": ["a"]}', None),
        ("id", "[]", None),
        ("id", "", None),
        ("id", "<p>id</p>", None),
        ("id", "[" * 100_000, None),
        ("length(id)", '{"id": 5}', None),
    ],
)
def test_an_id_is_a_text_or_a_number_and_not_empty(html: Any, query: str, body: str, found: str | None) -> None:
    assert acknowledged_id(Acknowledge(query=query), html(body, kind="application/json")) == found


def test_an_id_in_bytes_that_are_no_text_is_none(html: Any) -> None:
    assert acknowledged_id(Acknowledge(query="id"), html(b'{"id": "\xff"}', kind="application/json")) is None


AGE = Step.model_validate_json('{"post": "edge:/age", "form": {}, "expect": {"status": 303}}')


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (["303", "303"], None),
        (["303", "200"], "post edge:/age: status 303 was expected, not 200"),
        ([NoAnswer("connection refused")], "post edge:/age: connection refused"),
        ([None], "post edge:/age: no complete answer within 0.05s"),
    ],
)
def test_getting_ready_says_what_did_not_work(
    run: Any, html: Any, monkeypatch: pytest.MonkeyPatch, answers: list[Any], why: str | None
) -> None:
    monkeypatch.setattr(player, "PREPARED_WITHIN_S", 0.05)
    script = [html("", status=int(answer)) if isinstance(answer, str) else answer for answer in answers]
    assert run(prepare((AGE, AGE), Script(*script), at)) == why
