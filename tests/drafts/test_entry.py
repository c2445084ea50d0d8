"""Text that reads back as what was meant, with comments where a reader looks for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from chaos.drafts.entry import Block, Entry, Listed, as_yaml, flow
from chaos.experiment.loader import parse

PLAIN = ["x", "a-b", "../x.yaml", "200ms", "0%", "10/s", "20KB/s"]
DATA: list[Any] = [
    *PLAIN,
    "",
    "yes",
    "null",
    "1",
    "1:30",
    ">= 99%",
    "a: b",
    "{x}",
    'a "b"',
    "größe",
    "\x7f",
    "a\nb",
    "#",
]


@pytest.mark.parametrize("value", [*DATA, True, None, 1, 1.5, {"a b": ["x", {"y": "no"}]}, {}, []])
def test_data_reads_back_as_it_was(value: Any) -> None:
    assert parse(f"x: {flow(value)}\n", Path("x")).root["x"] == value
    assert yaml.safe_load(flow(value)) == value


@pytest.mark.parametrize("text", PLAIN)
def test_what_needs_no_quotes_has_none(text: str) -> None:
    assert flow(text) == text


def test_comments_stand_beside_and_above() -> None:
    inner = Block((Entry("rate", "10/s", "change"), Entry("steps", Listed((Block((Entry("get", "/"),), ("first",)),)))))
    assert as_yaml(
        (Entry("visit", inner, above=("what users do",)),), ("A file.", "", "- " + "long " * 40), "s.json"
    ) == (
        f"# yaml-language-server: $schema=s.json\n# A file.\n#\n# - {'long ' * 22}\n#   {'long ' * 18}\n".replace(
            " \n", "\n"
        )
        + "# what users do\n"
        "visit:\n"
        f"  {'rate: 10/s':<56}  # change\n"
        "  steps:\n"
        "    # first\n"
        '    - get: "/"\n'
    )


def test_a_comment_that_is_too_long_to_stand_beside_stands_above() -> None:
    assert as_yaml((Entry("a", "b", "c " * 60),)).splitlines()[-1] == "a: b"


def test_no_text_ends_its_comment() -> None:
    text = as_yaml((Entry("a", "b", "one\ntwo: three"),), ("four\nfive: six",))
    assert parse(text, Path("x")).root == {"a": "b"}
