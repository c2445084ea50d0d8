"""Kinds of answers: words tell them apart, ids and figures do not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chaos.journeys.fingerprint import LONGEST_LINE, fingerprint, one_line
from chaos.rules.reading import Reading

SAME = [
    ("Error 500 at 10:03:59", "Error 501 at 23:59:00"),
    ("request 3f2a-99 failed", "request b7e0-11 failed"),
    ("12 clips", "7 clips"),
    ("<p>Sorry</p>", "<p>  Sorry\n</p><!-- 5 -->"),
    ("<p>Sorry</p>", "<p>Sorry</p><script>var id = 'abc'</script>"),
]
DIFFERENT = [("Sorry", "Server error"), ("Sorry", "Sorry, your age?"), ("Sorry", "")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_ids_and_figures_do_not_matter(html: Any, one: str, other: str) -> None:
    assert fingerprint("open", Reading(html(one))) == fingerprint("open", Reading(html(other)))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_words_do(html: Any, one: str, other: str) -> None:
    assert fingerprint("open", Reading(html(one))) != fingerprint("open", Reading(html(other)))


@pytest.mark.parametrize("body", ["<p>Sorry. Reference: {}</p>", '{{"title": "Sorry", "instance": "urn:shop:{}"}}'])
def test_a_reference_of_nothing_but_letters_does_not_matter(html: Any, body: str) -> None:
    kind = "application/problem+json" if body.startswith("{") else "text/html"

    def told(reference: str) -> str:
        answer = html(body.format(reference), status=503, kind=kind, headers=(("X-Request-Id", reference),))
        return fingerprint("open", Reading(answer))

    assert told("qfkz-trmb") == told("bcdf-ghjk")


def test_so_do_the_journey_the_status_and_the_format(html: Any) -> None:
    found = {
        fingerprint("open", Reading(html("Sorry"))),
        fingerprint("save", Reading(html("Sorry"))),
        fingerprint("open", Reading(html("Sorry", status=503))),
        fingerprint("open", Reading(html("Sorry", kind="text/plain"))),
    }
    assert len(found) == 4
    assert fingerprint("open", Reading(html("Sorry", kind="text/html; charset=utf-8"))) in found


LINES = {
    "a page": ("text/html", "<title>T</title><h1>Sorry</h1>\n<p>We are\n on it.</p>", "Sorry We are on it."),
    "a problem": (
        "application/problem+json",
        '{"title": "Too busy", "detail": "Try later", "x": 1}',
        "Too busy: Try later",
    ),
    "a problem without detail": ("application/problem+json", '{"title": "Too busy"}', "Too busy"),
    "a problem of several lines": ("application/json", '{"detail": "one\\ntwo\\r\\n three"}', "one two three"),
    "a problem with odd types": ("application/json", '{"title": 5, "detail": null, "error": "oops"}', "oops"),
    "other JSON": ("application/json", '{"error": {"message": "oops"}}', "oops"),
    "a list": ("application/json", '["a", "b"]', "a b"),
    "text": ("text/plain", "Server error\n", "Server error"),
    "nothing": ("text/html", "", ""),
}


@pytest.mark.parametrize("case", LINES)
def test_what_a_person_reads_fits_on_a_line(html: Any, case: str) -> None:
    kind, body, line = LINES[case]
    assert one_line(Reading(html(body, kind=kind))) == line


def test_a_long_page_is_shortened(html: Any) -> None:
    line = one_line(Reading(html("word " * 1000)))
    assert len(line) <= LONGEST_LINE
    assert line.endswith("...")


@pytest.mark.parametrize("body", ["[" * 100_000, '{"title":' * 100_000, "{", b"\xff\xfe{"])
def test_json_that_is_none_is_read_as_text(html: Any, body: str | bytes) -> None:
    answer = html(body, kind="application/json")
    assert "\n" not in one_line(Reading(answer))
    assert fingerprint("open", Reading(answer))


def test_half_an_emoji_is_no_obstacle(html: Any) -> None:
    answer = html(json.dumps({"detail": "\ud83d"}), kind="application/json")
    assert fingerprint("open", Reading(answer)) == fingerprint("open", Reading(answer))
