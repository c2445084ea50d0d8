"""What was saved, put into later requests."""

from __future__ import annotations

from typing import Any

import pytest

from chaos.experiment.placeholders import put_in_saved, saved_names, target_with_saved, text_with_saved

VALUES: dict[str, Any] = {
    "a": "x y/z?&=#%+é",
    "n": 7,
    "yes": True,
    "path": "/clips/1?size=5&a=%20#top",
    "url": "http://127.0.0.1:9/clips/2",
    "relative": "clips/3",
    "odd": "http://[bad",
}


@pytest.mark.parametrize(
    ("target", "filled"),
    [
        ("edge:/", "edge:/"),
        ("edge:/c/{saved.a}", "edge:/c/x%20y%2Fz%3F%26%3D%23%25%2B%C3%A9"),
        ("edge:/?q={saved.a}&n={saved.n}", "edge:/?q=x%20y%2Fz%3F%26%3D%23%25%2B%C3%A9&n=7"),
        ("edge:/{saved.yes}", "edge:/true"),
        ("link:edge:/{saved.n}", "link:edge:/7"),
        ("service:web:{saved.path}", "service:web:/clips/1?size=5&a=%20"),
        ("edge:{saved.url}", "edge:/clips/2"),
        ("edge:{saved.url}/likes/{saved.n}", "edge:/clips/2/likes/7"),
        ("edge:{saved.relative}", "edge:/clips/3"),
        ("edge:{saved.odd}", "edge:/http%3A%2F%2F%5Bbad"),
        ("edge:/{other.a}/{saved}", "edge:/{other.a}/{saved}"),
    ],
)
def test_a_value_in_a_target_stays_one_part_of_it(target: str, filled: str) -> None:
    assert target_with_saved(target, VALUES) == filled


@pytest.mark.parametrize(
    ("found", "filled"),
    [
        ("{saved.n}", 7),
        ("{saved.yes}", True),
        ("n={saved.n}, {saved.yes}", "n=7, true"),
        (
            {"a": ["{saved.n}", None, {"b": "{saved.yes}"}], "{saved.n}": 1},
            {"a": [7, None, {"b": True}], "{saved.n}": 1},
        ),
    ],
)
def test_in_json_a_placeholder_alone_becomes_its_value(found: Any, filled: Any) -> None:
    assert put_in_saved(found, VALUES) == filled


def test_a_text_stays_a_text() -> None:
    assert text_with_saved("{saved.n}{saved.yes}", VALUES) == "7true"
    assert saved_names("{saved.n} {saved.no-such} {vars.a}") == ("n", "no-such")
    with pytest.raises(KeyError):
        text_with_saved("{saved.none}", VALUES)
