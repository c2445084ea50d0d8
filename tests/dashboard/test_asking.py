"""What a page asks for: what is wrong with it is said where it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chaos.dashboard.asking import AskedFault, AskedUsers, entry_of, read
from chaos.errors import InvalidFile

GOOD = {"place": "link", "on": "db", "kind": "latency", "for": "30s", "share": "30%", "texts": {"delay": "1s"}}


def problems(**changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidFile) as caught:
        entry_of(read(json.dumps({**GOOD, **changes}).encode(), AskedFault))
    return [(each.where, each.message) for each in caught.value.problems]  # type: ignore[attr-defined]


def test_a_form_becomes_an_entry() -> None:
    entry = entry_of(read(json.dumps(GOOD).encode(), AskedFault))
    assert (entry.title, entry.lasts, entry.share) == ("latency on db", 30.0, 0.3)


def test_without_a_word_it_lasts_ten_seconds() -> None:
    asked = {key: value for key, value in GOOD.items() if key != "for"}
    assert entry_of(read(json.dumps(asked).encode(), AskedFault)).lasts == 10.0


@pytest.mark.parametrize(
    ("changes", "where", "says"),
    [
        ({"texts": {"delay": "400"}}, "latency.delay", "no unit"),
        ({"texts": {}}, "latency.delay", "required"),
        ({"texts": {"delay": "1s", "dely": "1s"}}, "latency.dely", "is not known here"),
        ({"for": "11min"}, "for", "at most 10min here"),
        ({"for": "for ever"}, "for", "is not a duration"),
        ({"for": "0s"}, "for", "more than 0"),
        ({"share": "130%"}, "share", "at most 100%"),
        ({"kind": "latncy"}, "kind", "did you mean latency?"),
        ({"place": "service"}, "", "happens to a link"),
        ({"place": "moon"}, "place", "link"),
        ({"kind": "http_error", "texts": {}, "yaml": {"status": "]"}}, "http_error.status", "not YAML"),
        ({"kind": "http_error", "texts": {}, "yaml": {"status": "900"}}, "http_error.status", "599"),
        ({"surprise": 1}, "surprise", "is not known here"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(changes: dict[str, Any], where: str, says: str) -> None:
    found = problems(**changes)
    assert any(place == where and says in message for place, message in found), found


@pytest.mark.parametrize(
    ("body", "says"), [(b"{", "this is not JSON"), (b"[]", "object was expected"), (b'{"coming": 1}', "coming")]
)
def test_what_no_page_sends_is_refused(body: bytes, says: str) -> None:
    with pytest.raises(InvalidFile, match=says):
        read(body, AskedUsers)
