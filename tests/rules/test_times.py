from __future__ import annotations

import pytest

from chaos.rules import judge
from chaos.rules.rule import Situation
from chaos.rules.times import spans_in


@pytest.mark.parametrize(
    ("sentence", "low_s", "high_s"),
    [
        ("Try again in 30 seconds.", 30, 30),
        ("Try again in 1 second.", 1, 1),
        ("Wait 30s.", 30, 30),
        ("in a minute", 60, 60),
        ("in two minutes", 120, 120),
        ("in about 5 minutes", 300, 300),
        ("in 5-10 minutes", 300, 600),
        ("in 5 to 10 minutes", 300, 600),
        ("in a minute or two", 60, 120),
        ("in a few minutes", 120, 600),
        ("in the next few minutes", 120, 600),
        ("in a couple of hours", 7200, 10800),
        ("within a minute", 0, 60),
        ("in less than 5 minutes", 0, 300),
        ("in half an hour", 1800, 1800),
        ("in an hour", 3600, 3600),
        ("in forty-five minutes", 2700, 2700),
        ("in 2 days", 172800, 172800),
        ("Please wait for at least 5 minutes", 300, float("inf")),
        ("It is closed for an hour.", 3600, 3600),
    ],
)
def test_a_time_is_read_as_people_mean_it(sentence, low_s, high_s) -> None:
    (span,) = spans_in(sentence)
    assert (span.low_s, span.high_s) == (low_s, high_s)


@pytest.mark.parametrize(
    "sentence",
    [
        "It has been down for 5 minutes.",
        "It broke 5 minutes ago.",
        "We are 5 years old.",
        "We keep it for 30 days.",
        "A video of 5 mb.",
        "later",
    ],
)
def test_what_lies_behind_or_is_no_time_is_none(sentence) -> None:
    assert list(spans_in(sentence)) == []


@pytest.mark.parametrize(
    ("wait", "words", "said"),
    [
        ("30", "Please try again in 30 seconds.", None),
        ("1", "Please try again in 1 second.", None),
        ("1", "Please try again in 2 seconds.", None),
        ("110", "Please try again in two minutes.", None),
        ("200", "Please try again in a few minutes.", None),
        ("45", "We will be back within a minute.", None),
        ("30", "Please try again later.", None),
        ("30", "We will be back soon.", None),
        ("30", "It broke 5 minutes ago. Try again in 30 seconds.", None),
        ("30", "Please try again in 5 minutes.", 'says 30 s, the words say "5 minutes"'),
        ("1", "Please try again in a few minutes.", "a few minutes"),
        ("600", "Please try again in a minute.", "a minute"),
        ("30", "Please come and see what is new.", "name no time"),
        ("30", "The clip is 30 seconds long.", "name no time"),
    ],
)
def test_header_and_words_agree_within_a_fifth(html, broken, wait, words, said) -> None:
    found = broken(html(f"<h1>Sorry</h1><p>{words}</p>", headers={"Retry-After": wait})).get("G14")
    assert (said in found) if said and found else found == said


def test_without_retry_after_or_words_there_is_nothing_to_compare(html, problem, broken) -> None:
    assert "G14" not in broken(html("<p>Try again in 5 minutes</p>", headers={"Retry-After": ""}))
    assert "G14" not in broken(problem(headers={"Retry-After": "600"}))


def test_a_date_is_compared_with_the_answers_own(html, broken) -> None:
    dates = {"Date": "Tue, 06 Jul 2021 21:00:00 GMT", "Retry-After": "Tue, 06 Jul 2021 21:02:00 GMT"}
    assert "G14" not in broken(html("<p>Try again in 2 minutes</p>", headers=dates))
    assert "120 s" in broken(html("<p>Try again in 20 minutes</p>", headers=dates))["G14"]


def test_a_time_of_day_is_not_checked(html) -> None:
    judgement = judge(html("<h1>Sorry</h1><p>Please come back at 14:30.</p>"), Situation(served=False))
    assert "G14" in {skipped.rule for skipped in judgement.not_checked}
