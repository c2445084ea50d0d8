"""Trying again as a client does: how often, after which pause, with what, and what is kept of it."""

from __future__ import annotations

from typing import Any

import pytest

from chaos.journeys.sends import NoAnswer

OPEN: dict[str, Any] = {"get": "edge:/", "expect": {"text": "For you"}}
STEADY = {"wait": "200ms", "jitter": "0%"}
GOOD = "<p>For you</p>"


def bad(html: Any, status: int = 503, after: str | None = None) -> Any:
    return html("sorry", status=status, headers=() if after is None else (("Retry-After", after),))


def test_the_answer_that_the_user_finally_got_decides_and_each_earlier_one_is_kept(
    play_it: Any, journey: Any, script: Any, html: Any
) -> None:
    client = script(bad(html), NoAnswer("connection reset"), html(GOOD))
    played = play_it(journey(OPEN, retry=STEADY), client)
    assert (played.outcome, played.last.at_s) == ("served", pytest.approx(0.4))
    assert [(tried.outcome, tried.status, tried.failure) for tried in played.earlier] == [
        ("broken", 503, None),
        ("broken", None, "connection reset"),
    ]
    assert client.at_s == pytest.approx([0, 0.2, 0.4])


def test_after_the_last_try_the_user_is_left_with_what_came(play_it: Any, journey: Any, script: Any, html: Any) -> None:
    client = script(*[bad(html)] * 4)
    played = play_it(journey(OPEN, retry={**STEADY, "times": 3}), client)
    assert (played.outcome, len(played.earlier), len(client.sent)) == ("broken", 3, 4)


@pytest.mark.parametrize(
    ("on", "answer", "tries"),
    [
        (None, 503, 3),
        (None, 502, 3),
        (None, 429, 3),
        (None, 500, 1),
        (None, 404, 1),
        (None, "no answer", 3),
        ([500], 500, 3),
        ([500], 503, 1),
        ([500], "no answer", 1),
        (["no_answer"], "no answer", 3),
    ],
)
def test_only_what_is_worth_it_is_tried_again(
    play_it: Any, journey: Any, script: Any, html: Any, on: Any, answer: Any, tries: int
) -> None:
    came = NoAnswer("connection refused") if answer == "no answer" else bad(html, answer)
    client = script(*[came] * 5)
    play_it(journey(OPEN, retry=STEADY if on is None else {**STEADY, "when": on}), client)
    assert len(client.sent) == tries


def test_a_status_that_was_expected_is_no_reason_to_try_again(
    play_it: Any, journey: Any, script: Any, html: Any
) -> None:
    client = script(html("too often", status=429, headers=(("Retry-After", "1"),)))
    played = play_it(journey({"get": "edge:/", "expect": {"status": 429}}, retry=STEADY), client)
    assert (played.outcome, len(client.sent)) == ("served", 1)


@pytest.mark.parametrize(
    ("retry", "after", "came_at", "told"),
    [
        ({}, "3", [0, 3], [True]),
        ({}, None, [0, 0.2], [False]),
        ({}, "soon", [0, 0.2], [False]),
        ({"obey_retry_after": False}, "3", [0, 0.2], [False]),
        ({}, "Wed, 01 Jan 2020 00:00:04 GMT", [0, 4], [True]),
    ],
)
def test_a_client_comes_back_when_it_is_told_to(
    play_it: Any,
    journey: Any,
    script: Any,
    html: Any,
    retry: dict[str, Any],
    after: str | None,
    came_at: list[float],
    told: list[bool],
) -> None:
    said = () if after is None else (("Retry-After", after),)
    first = html("sorry", status=503, headers=(("Date", "Wed, 01 Jan 2020 00:00:00 GMT"), *said))
    client = script(first, html(GOOD))
    played = play_it(journey(OPEN, retry={**STEADY, **retry}), client)
    assert client.at_s == pytest.approx(came_at)
    assert [tried.told for tried in played.earlier] == told


@pytest.mark.parametrize("after", ["30", "31", "999999999"])
def test_who_is_told_to_come_back_after_the_end_keeps_the_answer_at_hand(
    play_it: Any, journey: Any, script: Any, html: Any, after: str
) -> None:
    client = script(bad(html, after=after))
    played = play_it(journey(OPEN, retry=STEADY, timeout="30s"), client)
    assert (played.last.status, played.last.retry_after_s) == (503, float(after))
    assert (len(client.sent), played.earlier, played.timed_out) == (1, (), False)


def test_the_timeout_holds_for_all_tries_together(play_it: Any, journey: Any, script: Any, html: Any) -> None:
    client = script(bad(html), None)
    played = play_it(journey(OPEN, retry=STEADY, timeout="1s"), client)
    assert (played.failure, played.timed_out) == ("no complete answer within 1s", True)
    assert played.last.ended_s == pytest.approx(1.0)
    assert len(played.earlier) == 1


def test_the_pause_varies_by_chance_within_its_bounds(
    play_it: Any, journey: Any, script: Any, html: Any, person: Any
) -> None:
    client = script(*[bad(html)] * 60, html(GOOD))
    retry = {"times": 60, "wait": "100ms", "jitter": "50%"}
    play_it(journey(OPEN, retry=retry), client)
    pauses = [later - earlier for earlier, later in zip(client.at_s, client.at_s[1:], strict=False)]
    assert 0.05 <= min(pauses) < 0.07
    assert 0.13 < max(pauses) <= 0.15


def test_the_same_body_and_key_are_sent_again_and_the_next_run_has_others(
    play_it: Any, journey: Any, script: Any, html: Any, person: Any
) -> None:
    who = person()
    save = {"post": "edge:/", "file": {"clip": {"random": "1KiB"}}, "key": {"header": "Idempotency-Key"}}
    client = script(*[bad(html), html("kept")] * 2)
    runs = [play_it(journey(save, retry=STEADY), client, who) for _ in range(2)]
    first, again, other, _ = client.sent
    assert first == again
    assert (first.key, first.files) != (other.key, other.files)
    assert first.headers == {"Idempotency-Key": first.key}
    assert [played.key for played in runs] == [first.key, other.key]


def test_a_step_has_its_own_way_to_try_again(play_it: Any, journey: Any, script: Any, html: Any) -> None:
    client = script(html(GOOD), bad(html), html(GOOD))
    played = play_it(journey(OPEN, {**OPEN, "retry": {**STEADY, "times": 1}}), client)
    assert (played.outcome, [tried.step for tried in played.earlier]) == ("served", [1])
    client = script(bad(html))
    assert play_it(journey(OPEN, {**OPEN, "retry": STEADY}), client).outcome == "broken"
