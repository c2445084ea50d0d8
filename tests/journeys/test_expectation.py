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


DATA = '{"id": 7, "open": true, "one": 1, "tags": ["a"], "none": null}'


@pytest.mark.parametrize(
    ("holds", "words"),
    [
        ({"id": 7}, None),
        ({"id": "7"}, "the answer should hold '7' at 'id', not 7"),
        ({"open": True, "tags": ["a"], "length(tags)": 1}, None),
        ({"open": 1}, "the answer should hold 1 at 'open', not True"),
        ({"one": True}, "the answer should hold True at 'one', not 1"),
        ({"none": None, "gone": None}, None),
        ({"gone": 1}, "the answer should hold 1 at 'gone', not nothing"),
        ({"length(id)": 1}, "the answer should hold 1 at 'length(id)', not nothing"),
    ],
)
def test_values_in_json_are_compared_as_json_has_them(html: Any, holds: dict[str, Any], words: str | None) -> None:
    reading = Reading(html(DATA, kind="application/json"))
    assert unmet(Expect.model_validate({"json": holds}), reading) == words


def test_a_page_is_not_json(html: Any) -> None:
    assert unmet(Expect.model_validate({"json": {"id": None}}), Reading(html(PAGE))) == "the answer should be JSON"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({"cache-control": "no-store"}, None),
        ({"Cache-Control": "*no-*"}, None),
        ({"Cache-Control": "no-stor?", "Vary": "*"}, None),
        ({"Cache-Control": "store"}, "the answer should have the header Cache-Control: store, not 'no-store'"),
        ({"X-None": "*"}, "the answer should have the header X-None: *, which it lacks"),
        ({"Vary": "Cookie"}, None),
    ],
)
def test_headers_are_compared_with_a_pattern(html: Any, header: dict[str, str], words: str | None) -> None:
    answer = html(PAGE, headers=(("Cache-Control", "no-store"), ("Vary", "Accept"), ("vary", "Cookie")))
    assert unmet(Expect(header=header), Reading(answer)) == words
