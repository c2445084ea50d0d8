"""Every expectation, met and not, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from chaos.experiment.request import Expect
from chaos.journeys.expectation import unmet
from chaos.rules.reading import Reading

PAGE = "<title>Clips</title><h1>For   you</h1><p hidden>your age</p><script>Secret()</script>"
CASES: list[tuple[dict[str, Any], dict[str, Any], str | None]] = [
    ({}, {}, None),
    ({}, {"status": 302}, None),
    ({}, {"status": 404}, "a status below 400 was expected, not 404"),
    ({"status": 404}, {"status": 404}, None),
    ({"status": [200, 202]}, {"status": 202}, None),
    ({"status": [200, 202]}, {"status": 201}, "status 200 or 202 was expected, not 201"),
    ({"status": 503, "text": "For you"}, {"status": 500}, "status 503 was expected, not 500"),
    ({}, {"complete": False}, "a complete answer was expected; this one ended early"),
    ({"text": "for YOU"}, {}, None),
    ({"text": ["For you", "Popular"]}, {}, "the page should show 'Popular'"),
    ({"text": "secret"}, {}, "the page should show 'secret'"),
    ({"no_text": "your age"}, {}, None),
    ({"no_text": "FOR YOU"}, {}, "the page should not show 'FOR YOU'"),
    ({"text": "Popular", "no_text": "For you"}, {}, "the page should show 'Popular'"),
]


@pytest.mark.parametrize(("expected", "came", "words"), CASES)
def test_the_first_expectation_that_does_not_hold_is_told(
    html: Any, expected: dict[str, Any], came: dict[str, Any], words: str | None
) -> None:
    assert unmet(Expect(**expected), Reading(html(PAGE, **came))) == words


@pytest.mark.parametrize(
    ("kind", "body"),
    [("application/json", '{"message": "For you"}'), ("text/plain", "hello, for you"), ("", "<b>For you</b>")],
)
def test_text_is_looked_for_in_what_a_person_sees_of_any_kind(html: Any, kind: str, body: str) -> None:
    assert unmet(Expect(text="for you"), Reading(html(body, kind=kind))) is None


@pytest.mark.parametrize("body", ["", b"\x00\xff", "{", "[" * 100_000])
@pytest.mark.parametrize("kind", ["text/html", "application/json", "image/png", ""])
def test_no_body_is_too_odd_to_be_looked_at(html: Any, body: str | bytes, kind: str) -> None:
    assert unmet(Expect(text="For you"), Reading(html(body, kind=kind))) == "the page should show 'For you'"
