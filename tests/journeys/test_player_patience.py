"""Users who think, and users who have had enough."""

from __future__ import annotations

from typing import Any

import pytest

from chaos.journeys.sends import NoAnswer

OPEN: dict[str, Any] = {"get": "edge:/", "expect": {"text": "For you"}}
GOOD = "<p>For you</p>"
GRACEFUL = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Clips can't be shown - Clipshare</title>
</head><body><main role="alert"><h1>We can't open your feed right now</h1><p>The problem is on our side.</p>
<p><a href="/">Try again</a></p></main></body></html>"""


def test_thinking_counts_neither_as_waiting_nor_against_the_timeout(
    play_it: Any, journey: Any, script: Any, html: Any
) -> None:
    client = script(html(GOOD), html(GOOD))
    played = play_it(journey(OPEN, {**OPEN, "think": "5s"}, timeout="1s"), client)
    assert (played.outcome, client.at_s) == ("served", [0, 5])
    assert (played.last.ended_s, played.thought_s) == (pytest.approx(5), pytest.approx(5))


def test_the_timeout_counts_on_after_thinking(play_it: Any, journey: Any, script: Any, html: Any) -> None:
    played = play_it(journey(OPEN, {**OPEN, "think": "5s"}, timeout="1s"), script(html(GOOD), None))
    assert (played.failure, played.last.ended_s) == ("no complete answer within 1s", pytest.approx(6))


@pytest.mark.parametrize(
    ("answers", "gone_after"),
    [
        (["bad", "bad", "bad", "bad"], 3),
        (["bad", "none", "bad"], 3),
        (["bad", "bad", "good", "bad", "bad"], None),
        (["bad", "bad", "graceful", "bad", "bad", "bad"], 6),
        (["graceful"] * 5, None),
    ],
)
def test_a_user_leaves_after_so_many_broken_answers_in_a_row(
    play_it: Any, journey: Any, script: Any, html: Any, person: Any, answers: list[str], gone_after: int | None
) -> None:
    came = {
        "bad": html("sorry", status=500),
        "none": NoAnswer("connection reset"),
        "good": html(GOOD),
        "graceful": html(GRACEFUL, status=503, kind="text/html; charset=utf-8", headers=(("Retry-After", "1"),)),
    }
    who, client = person(), script(*[came[answer] for answer in answers])
    left = [play_it(journey(OPEN, give_up={"after": 3}), client, who).gave_up for _ in answers]
    assert (left.index(True) + 1 if True in left else None) == gone_after
    assert who.gone == (gone_after is not None)


def test_tries_count_one_by_one_and_who_has_had_enough_tries_no_more(
    play_it: Any, journey: Any, script: Any, html: Any, person: Any
) -> None:
    who, client = person(), script(*[html("sorry", status=503)] * 9)
    keys = {"retry": {"times": 8, "wait": "1ms"}, "give_up": {"after": 3}}
    played = play_it(journey(OPEN, **keys), client, who)
    assert (len(client.sent), played.gave_up, who.gone) == (3, True, True)


def test_a_user_leaves_after_waiting_for_so_long(
    play_it: Any, journey: Any, script: Any, html: Any, person: Any
) -> None:
    who = person()
    played = play_it(journey(OPEN, give_up={"wait": "3s"}, timeout="8s"), script(None), who)
    assert (played.outcome, played.failure, played.gave_up) == ("broken", "gave up after waiting for 3s", True)
    assert (played.last.ended_s, played.timed_out, who.gone) == (pytest.approx(3), False, True)


def test_nobody_leaves_where_the_journey_does_not_say_so(
    play_it: Any, journey: Any, script: Any, html: Any, person: Any
) -> None:
    who, client = person(), script(*[html("sorry", status=500)] * 9, None)
    assert not any(play_it(journey(OPEN), client, who).gave_up for _ in range(10))
    assert not who.gone


def test_a_stranger_bears_nothing_from_before(
    run: Any, play_it: Any, journey: Any, script: Any, html: Any, person: Any
) -> None:
    who = person(saved={"a": "b"}, passed={"age"})
    play_it(journey(OPEN, give_up={"after": 1}), script(html("sorry", status=500)), who)
    assert who.gone
    run(who.forget())
    assert (who.gone, who.bad_in_a_row, who.saved, who.passed) == (False, 0, {}, set())
