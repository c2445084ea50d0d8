"""What an answer says beside its outcome."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chaos.journeys.telling import retry_after_s, shows_notice
from chaos.rules.reading import Reading

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
