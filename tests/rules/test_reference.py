from __future__ import annotations

import pytest

from chaos.rules import NotChecked
from chaos.rules.reading import Reading
from chaos.rules.reference import reference_of, references_found
from chaos.rules.story import Story

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
NO_ID = {"X-Request-Id": ""}


@pytest.mark.parametrize(
    ("headers", "shown", "found"),
    [
        ({"X-Request-Id": "9A0C-77XE"}, "Please quote 9A0C-77XE.", "9A0C-77XE"),
        ({"X-Request-Id": "9A0C-77XE"}, "Please quote 9a0c-77xe.", "9A0C-77XE"),
        (NO_ID | {"x-correlation-id": "9A0C77XE"}, "Incident 9A0C77XE", "9A0C77XE"),
        (NO_ID | {"CF-RAY": "7d1e2f3a4b5c6d7e-FRA"}, "Ray 7d1e2f3a4b5c6d7e-FRA", "7d1e2f3a4b5c6d7e-FRA"),
        (NO_ID | {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}, f"Reference: {TRACE}", TRACE),
        ({"X-Request-Id": "other-id", "X-Incident": "9A0C77XE"}, "Quote 9A0C77XE", "9A0C77XE"),
        ({"X-Request-Id": "9A0C-77XE"}, "Please try again.", None),
        ({"X-Request-Id": "9A0C-77XE"}, "<span hidden>9A0C-77XE</span>", None),
        (NO_ID, "Please quote 9A0C-77XE.", None),
        (NO_ID | {"ETag": "9A0C-77XE"}, "Please quote 9A0C-77XE.", None),
        (NO_ID | {"Set-Cookie": "id=9A0C-77XE"}, "Please quote 9A0C-77XE.", None),
        ({"X-Request-Id": "1"}, "Come back in 1 minute", None),
    ],
)
def test_the_id_of_a_header_must_be_there_to_read(html, broken, headers, shown, found) -> None:
    answer = html(f"<h1>Not now</h1><p>{shown}</p>", headers=headers)
    assert reference_of(Reading(answer)) == found
    assert ("G10" in broken(answer)) is (found is None)


def test_the_header_is_named_when_only_the_text_lacks_it(html, problem, broken) -> None:
    assert "header X-Request-Id stands nowhere in the page" in broken(html(headers={"X-Request-Id": "12345"}))["G10"]
    assert "nowhere in the JSON body" in broken(problem(headers={"X-Request-Id": "12345"}))["G10"]
    assert "no header carries an id" in broken(html(headers=NO_ID))["G10"]


def test_the_id_may_be_part_of_the_instance(problem, broken) -> None:
    assert "G10" not in broken(problem())


def test_nobody_quotes_anything_where_nothing_failed_or_nothing_is_shown(html, broken) -> None:
    assert "G10" not in broken(html(status=202, headers=NO_ID))
    assert "G10" not in broken(html(page="", headers=NO_ID))


def test_a_reference_that_no_log_knows_is_a_finding_of_the_run() -> None:
    (finding,) = references_found(Story(comings=(), references={"AAAA": True, "BBBB": False, "CCCC": False}))
    assert finding.count == 2
    assert finding.reason == '2 of 3 references that users were given, such as "BBBB", stand in no service\'s log'
    (finding,) = references_found(Story(comings=(), references={"BBBB": False}))
    assert finding.reason == 'the reference that users were given "BBBB" stands in no service\'s log'
    assert references_found(Story(comings=(), references={"AAAA": True})) == ()


@pytest.mark.parametrize(("references", "why"), [(None, "logs can't be read"), ({}, "no answer gave")])
def test_without_logs_or_references_nothing_is_known(references, why) -> None:
    said = references_found(Story(comings=(), references=references))
    assert isinstance(said, NotChecked)
    assert why in said.why
