"""Playing a journey with a user that is a list of answers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from chaos.journeys.sends import NoAnswer

GRACEFUL = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Clips can't be shown - Clipshare</title>
</head><body><main role="alert"><h1>We can't open your feed right now</h1><p>The problem is on our side.</p>
<p>Please try again in 1 second.</p><p><a href="/">Try again</a></p><p>Reference: K7F2-91</p></main></body></html>"""
RETRY = {"headers": (("Retry-After", "1"), ("Cache-Control", "no-store"), ("X-Request-Id", "K7F2-91"))}


OPEN: dict[str, Any] = {"get": "edge:/", "expect": {"text": "For you"}}
SAVE: dict[str, Any] = {"post": "edge:/clips", "json": {}, "acknowledge": {"json": "id"}}


def test_a_run_whose_expectations_hold_is_served(play_it: Any, journey: Any, script: Any, html: Any) -> None:
    user = script(html("<p>For you</p>"), html('{"id": "c-1"}', kind="application/json", status=201))
    played = play_it(journey(OPEN, SAVE), user)
    assert (played.outcome, played.step, played.acknowledged, played.expected) == ("served", 1, "c-1", "")
    assert [(sent.method, sent.url) for sent in user.sent] == [("GET", "http://edge:/"), ("POST", "http://edge:/clips")]


def test_the_first_step_that_fails_decides_and_ends_the_run(play_it: Any, journey: Any, script: Any, html: Any) -> None:
    user = script(html("<p>For you</p>"), html("Server error", status=500), html("<p>For you</p>"))
    played = play_it(journey(OPEN, OPEN, OPEN), user)
    assert (played.outcome, played.step, played.answer.status) == ("broken", 1, 500)
    assert played.expected == "a status below 400 was expected, not 500"
    assert len(user.sent) == 2


def test_a_failure_told_gracefully_is_degraded(play_it: Any, journey: Any, script: Any, html: Any) -> None:
    played = play_it(journey(OPEN), script(html(GRACEFUL, status=503, **RETRY)))
    assert (played.outcome, played.findings) == ("degraded", ())


LIES = {
    "an error page with 200": ("<h1>Server error</h1>", {"expect": {"status": 200}}),
    "a stack trace": ('<p>For you</p><pre>Traceback (most recent call last):\n  File "a.py", line 1</pre>', OPEN),
}


@pytest.mark.parametrize("case", LIES)
def test_a_lying_200_is_not_served(play_it: Any, journey: Any, script: Any, html: Any, case: str) -> None:
    body, keys = LIES[case]
    played = play_it(journey({"get": "edge:/", **keys}), script(html(body)))
    assert played.outcome == "broken"
    assert played.expected == ""
    assert played.findings


@pytest.mark.parametrize("status", [500, 503, 599])
def test_a_server_error_is_never_served_whatever_was_expected(
    play_it: Any, journey: Any, script: Any, html: Any, status: int
) -> None:
    step = {"get": "edge:/", "expect": {"status": status}}
    played = play_it(journey(step, OPEN), script(html(GRACEFUL, status=status, **RETRY)))
    assert played.outcome != "served"
    assert played.step == 0


def test_no_answer_is_broken_with_its_words(play_it: Any, journey: Any, script: Any, html: Any) -> None:
    user = script(html("<p>For you</p>"), NoAnswer("connection reset"))
    played = play_it(journey(OPEN, OPEN), user)
    assert (played.outcome, played.step, played.failure, played.answer) == ("broken", 1, "connection reset", None)


def test_no_answer_in_time_is_broken_and_says_how_long_was_waited(
    play_it: Any, journey: Any, script: Any, html: Any
) -> None:
    user = script(html("<p>For you</p>"), None)
    played = play_it(journey(OPEN, OPEN, timeout="50ms"), user)
    assert (played.outcome, played.step) == ("broken", 1)
    assert played.failure == "no complete answer within 0.05s"


def test_the_timeout_is_the_whole_runs(play_it: Any, journey: Any, script: Any, html: Any) -> None:
    """Steps that are each in time may be too late together."""

    class Slow(script):  # type: ignore[misc]
        async def send(self, request: Any) -> Any:
            await asyncio.sleep(0.06)
            return await super().send(request)

    user = Slow(*[html("<p>For you</p>")] * 3)
    played = play_it(journey(OPEN, OPEN, OPEN, timeout="100ms"), user)
    assert played.failure == "no complete answer within 0.1s"
    assert len(user.sent) < 3


def test_an_answer_that_ended_early_is_broken(play_it: Any, journey: Any, script: Any, html: Any) -> None:
    played = play_it(journey(OPEN), script(html("<p>For you</p>", complete=False)))
    assert (played.outcome, played.expected) == ("broken", "a complete answer was expected; this one ended early")


def test_a_bug_of_ours_is_not_blamed_on_the_app(play_it: Any, journey: Any, script: Any) -> None:
    with pytest.raises(ZeroDivisionError):
        play_it(journey(OPEN), script(ZeroDivisionError()))


AFTERWARDS = {"no answer": NoAnswer("connection reset"), "never": None}


@pytest.mark.parametrize("what", AFTERWARDS)
def test_what_was_acknowledged_stays_so_whatever_comes_after(
    play_it: Any, journey: Any, script: Any, html: Any, what: str
) -> None:
    user = script(html('{"id": 7}', kind="application/json"), AFTERWARDS[what])
    played = play_it(journey(SAVE, OPEN, timeout="200ms"), user)
    assert (played.outcome, played.acknowledged) == ("broken", "7")


def test_a_second_promise_that_is_none_takes_nothing_back(play_it: Any, journey: Any, script: Any, html: Any) -> None:
    user = script(html('{"id": 7}', kind="application/json"), html("{}", kind="application/json"))
    played = play_it(journey(SAVE, SAVE), user)
    assert (played.outcome, played.acknowledged) != ("served", None)
    assert played.acknowledged == "7"


def test_an_answer_without_the_id_that_it_should_name_is_not_served(
    play_it: Any, journey: Any, script: Any, html: Any
) -> None:
    played = play_it(journey(SAVE), script(html("{}", kind="application/json")))
    assert played.outcome != "served"
    assert played.expected == "the answer should name what it keeps at 'id'"


def test_nothing_is_acknowledged_by_an_answer_that_is_not_what_was_expected(
    play_it: Any, journey: Any, script: Any, html: Any
) -> None:
    played = play_it(journey(SAVE), script(html('{"id": 7}', kind="application/json", status=400)))
    assert played.acknowledged is None
