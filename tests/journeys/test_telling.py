"""What an answer says beside its outcome."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chaos.journeys.telling import fate_of, retry_after_s, shows_notice
from chaos.rules.reading import Reading
from chaos.rules.wordlist import Words

NOW = datetime(2021, 7, 6, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "30"}, 30),
        ({"retry-after": " 0 "}, 0),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "1.5"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "9" * 40}, None),
        ({"Retry-After": "Tue, 06 Jul 2021 21:00:30 GMT"}, 30),
        ({"Retry-After": "Tue, 06 Jul 2021 20:00:00 GMT"}, 0),
        ({"Retry-After": "Tue, 06 Jul 2021 21:00:30 GMT", "Date": "Tue, 06 Jul 2021 21:00:20 GMT"}, 10),
        ({"Retry-After": "Tue, 06 Jul 2021 21:00:30 GMT", "Date": "today"}, 30),
    ],
)
def test_when_to_come_back_is_seconds_from_now(html: Any, headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(html("", headers=tuple(headers.items())), NOW) == seconds


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("<p>For you</p>", False),
        ("<p role=status>We are having issues with uploads.</p><p>For you</p>", True),
        ("<p role=alert>Sorry</p>", True),
        ("<p role=status> </p><p>For you</p>", False),
        ("<p role=status hidden>We are having issues</p>", False),
    ],
)
def test_a_notice_is_a_live_region_that_says_something(html: Any, page: str, shown: bool) -> None:
    assert shows_notice(Reading(html(page))) == shown


@pytest.mark.parametrize(
    ("kind", "body", "fate"),
    [
        ("text/html", "<main role=alert data-outcome=saved><p>We have your clip.</p></main>", "saved"),
        ("text/html", '<main><p class=x data-outcome="Not-Saved">Sorry</p></main>', "not-saved"),
        ("text/html", '<main data-outcome="perhaps"><p>Sorry</p></main>', None),
        ("text/html", "<main><p>Hello</p></main>", None),
        ("application/problem+json", '{"title": "Sorry", "outcome": "unknown"}', "unknown"),
        ("application/json", '["saved"]', None),
        ("application/json", "{", None),
    ],
)
def test_what_became_of_what_was_handed_over_is_marked(html: Any, kind: str, body: str, fate: str | None) -> None:
    assert fate_of(Reading(html(body, kind=kind)), Words.load()) == fate
