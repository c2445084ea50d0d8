"""YAML and its surprises: each with its place and its message, and what is read as it stands."""
# ruff: noqa: E501  a table with messages as they are printed is easier to check than one that is broken

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from chaos.errors import InvalidFile
from chaos.experiment.loader import Document, load, parse

FILE = Path("f.yaml")


def problems_of(text: str) -> list[str]:
    try:
        return [str(problem) for problem in parse(text, FILE).problems]
    except InvalidFile as error:
        return [str(problem) for problem in error.problems]


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + before] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
QUOTED = "a comparison must be quoted in YAML"
BRACE = "a text that begins with a brace must be quoted in YAML"
TEXT_KEY = "a key must be text, not"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        # unquoted comparisons, all of them
        ("a:\n  served: >= 99%\n", [f'f.yaml:2:11: {QUOTED}: ">= 99%"']),
        ("a:\n  served: >=99%\n", [f'f.yaml:2:11: {QUOTED}: ">=99%"']),
        ("a:\n  served: > 99%\n", [f'f.yaml:2:11: {QUOTED}: "> 99%"']),
        ("a:\n  served: >99%  # why\n", [f'f.yaml:2:11: {QUOTED}: ">99%"']),
        ("a: {served: >= 99%, p95: <= 300ms}\n", [f'f.yaml:1:13: {QUOTED}: ">= 99%"']),
        ("a: {p95: <= 300ms, served: >= 99%}\n", [f'f.yaml:1:28: {QUOTED}: ">= 99%"']),
        ("a: {served: >= 99%, p50: > 3ms}\n", [f'f.yaml:1:13: {QUOTED}: ">= 99%"', f'f.yaml:1:26: {QUOTED}: "> 3ms"']),
        ("a: {served: >= 99%}\nb: {served: >= 98%}\n", [f'f.yaml:1:13: {QUOTED}: ">= 99%"', f'f.yaml:2:13: {QUOTED}: ">= 98%"']),
        ("a: {served: >= 99%}\nb: 1\nb: 2\n", [f'f.yaml:1:13: {QUOTED}: ">= 99%"', "f.yaml:3:1: b: this key stands here twice, first in line 2; keep one of them"]),
        # base 60
        ("a: 1:30\n", ['f.yaml:1:4: a: YAML reads 1:30 as a base-60 number; write a duration like "90s", or quote it']),
        ("a: [12:30:45]\n", ['f.yaml:1:5: a[0]: YAML reads 12:30:45 as a base-60 number; write a duration like "90s", or quote it']),
        # keys
        ("a: 1\nb: 2\na: 3\n", ["f.yaml:3:1: a: this key stands here twice, first in line 1; keep one of them"]),
        ("a: {b: 1, b: 2}\n", ["f.yaml:1:11: a.b: this key stands here twice, first in line 1; keep one of them"]),
        ("1: a\n", [f'f.yaml:1:1: {TEXT_KEY} 1; write it in quotes: "1"']),
        ("true: a\n1.5: b\n", [f'f.yaml:1:1: {TEXT_KEY} true; write it in quotes: "true"', f'f.yaml:2:1: {TEXT_KEY} 1.5; write it in quotes: "1.5"']),
        ("a:\n  null: b\n", [f'f.yaml:2:3: a: {TEXT_KEY} null; write it in quotes: "null"']),
        ("? [x]\n: d\n", [f"f.yaml:1:3: {TEXT_KEY} a list; a text that begins with a brace or a bracket needs quotes around it"]),
        ("a: {{vars.x}}\n", [f"f.yaml:1:5: a: {TEXT_KEY} a mapping; a text that begins with a brace or a bracket needs quotes around it"]),
        ("a: &x {b: 1}\nc:\n  <<: *x\n  d: 2\n", ["f.yaml:3:3: c: merge keys (<<) are not read; write the keys out"]),
        # braces, tabs, quotes, colons
        ("a: {python} -m x\n", [f"f.yaml:1:4: {BRACE}: '{{python}} -m x'"]),
        ("a: {links.db}/x\n", [f"f.yaml:1:4: {BRACE}: '{{links.db}}/x'"]),
        ("a:\n\tb: 1\n", ["f.yaml:2:1: YAML does not allow tabs for indentation; use spaces"]),
        ("a:\n  b: 1\n\tc: 2\n", ["f.yaml:3:1: YAML does not allow tabs for indentation; use spaces"]),
        ("a: this: that\n", ['f.yaml:1:8: this is not YAML: mapping values are not allowed in this context (a text with ": " in it needs quotes around it; or this line is indented too far)']),
        ("a: %x\n", ["f.yaml:1:4: this is not YAML: found character that cannot start any token (a text that begins with this character needs quotes around it)"]),
        ('a: "x\nb: 1\n', ["f.yaml:3:1: this is not YAML: found unexpected end of stream (a quote that was opened before is never closed)"]),
        ("a: *b\n", ["f.yaml:1:4: this is not YAML: found undefined alias (there is no anchor (&name) for it; a text that begins with * needs quotes around it)"]),
        ("a: {b: 1\nc: 2\n", ["f.yaml:2:2: this is not YAML: did not find expected ',' or '}' (a } or a comma is missing)"]),
        # what a file is not
        ("", ["f.yaml: the file is empty; a mapping of keys and values was expected"]),
        ("# nothing\n", ["f.yaml: the file is empty; a mapping of keys and values was expected"]),
        ("- a\n", ["f.yaml:1:1: a mapping of keys and values was expected at the top, not a list"]),
        ("hello\n", ["f.yaml:1:1: a mapping of keys and values was expected at the top, not a single value"]),
        ("a: 1\n---\nb: 2\n", ["f.yaml:2:1: a second document begins here; a file holds one"]),
        ("a: !include x.yaml\n", ["f.yaml:1:4: a tag (!include) means nothing here; leave it out, or quote a text that begins with !"]),
        ("a: !!str 5\n", ["f.yaml:1:4: a tag (!!str) means nothing here; leave it out, or quote a text that begins with !"]),
        ('a: "x\x00"\n', ["f.yaml:1:6: there is a control character here (#x0000); the file must be plain text"]),
        ("a: 1\nb: \x07\n", ["f.yaml:2:4: there is a control character here (#x0007); the file must be plain text"]),
        # what would never end
        ("a: &a [*a]\n", [f"f.yaml:1:4: {('a' + '[0]' * 50)[:60]}: nested too deep or too long"]),
        (BOMB, ["f.yaml:1:26: e[7][8][8][8][9]: nested too deep or too long"]),
        ("a: " + "[" * 100_000, ["f.yaml:1:53: nested too deep or too long"]),
    ],
)  # fmt: skip
def test_a_surprise_is_named_with_its_place(text: str, problems: list[str]) -> None:
    assert problems_of(text) == problems


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("NULL", "NULL"),
        ("010", "010"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12", 12),
        ("-3", -3),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("9" * 5000, "9" * 5000),
        ("2021-07-06", "2021-07-06"),
        ("2021-07-06T20:00:00Z", "2021-07-06T20:00:00Z"),
        ("250ms", "250ms"),
        ("99%", "99%"),
        ("<= 300ms", "<= 300ms"),
        ('">= 99%"', ">= 99%"),
        ('"1:30"', "1:30"),
        ('"1"', "1"),
        ("'true'", "true"),
        ("edge:/x", "edge:/x"),
        ("|\n  a\n  b", "a\nb\n"),
        (">-\n  a\n  b", "a b"),
    ],
)
def test_a_value_means_what_stands_there(text: str, value: Any) -> None:
    found = parse(f"a: {text}\n", FILE)
    assert (found.root["a"], found.problems) == (value, ())
    assert type(found.root["a"]) is type(value)


def test_an_alias_stands_for_its_anchor() -> None:
    assert parse("a: &x {b: 1}\nc: *x\n", FILE).root == {"a": {"b": 1}, "c": {"b": 1}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (bytes(range(256)), "this is not UTF-8 text (invalid start byte)"),
        ("a: 1".encode("utf-16"), "this is not UTF-8 text (invalid start byte)"),
        (
            "a: \N{LATIN SMALL LETTER E WITH ACUTE}x".encode("latin-1"),
            "this is not UTF-8 text (invalid continuation byte)",
        ),
    ],
)
def test_a_file_that_is_no_text_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(content)
    with pytest.raises(InvalidFile) as refused:
        load(path)
    assert str(refused.value) == f"{path}: {message}"


def test_a_file_that_is_not_there_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="there is no such file"):
        load(tmp_path / "f.yaml")
    with pytest.raises(InvalidFile, match="it can't be read: Is a directory"):
        load(tmp_path)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\N{ZERO WIDTH NO-BREAK SPACE}"])
def test_line_ends_and_a_byte_order_mark_do_not_move_places(tmp_path: Path, newline: str, mark: str) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes((mark + newline.join(["a: 1", "b:", "  c: 1:30", ""])).encode())
    assert [(problem.line, problem.column) for problem in load(path).problems] == [(3, 6)]


def test_a_problem_stands_at_the_nearest_thing_that_the_file_holds() -> None:
    document = parse("a:\n  b: [1, 2]\n", FILE)
    places = {
        ("a", "b", 1): (2, 10),
        ("a", "b", 7): (2, 6),
        ("a", "b", 1, "x", "y"): (2, 10),
        ("a", "c"): (2, 3),
        ("z",): (1, 1),
    }
    for location, place in places.items():
        problem = document.problem(location, "x")
        assert (problem.line, problem.column) == place
    at_key = document.problem(("a", "b"), "x", at_key=True)
    assert (at_key.line, at_key.column, str(at_key)) == (2, 3, "f.yaml:2:3: a.b: x")


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])),
)  # fmt: skip
keys = st.text(alphabet="abcdefgxyz_", min_size=1)
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=20)


@settings(max_examples=40)
@given(st.dictionaries(keys, values, min_size=1, max_size=5))
def test_plain_data_is_read_as_it_was_written(data: dict[str, Any]) -> None:
    """Everything quoted: the plain forms are what differs from YAML's own reading."""
    text = yaml.safe_dump(data, default_style='"', allow_unicode=True)
    text = text.replace('!!null "null"', "null").replace('!!bool "true"', "true").replace('!!bool "false"', "false")
    for kind in ("int", "float"):
        text = text.replace(f"!!{kind} ", "")
    found = parse(text, FILE)
    assert found.problems == ()
    assert _as_text(found.root) == _as_text(data)


def _as_text(value: Any) -> Any:
    """Numbers as YAML writes them: here they were quoted."""
    if isinstance(value, dict):
        return {key: _as_text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_text(inner) for inner in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return yaml.safe_dump(value).split("\n")[0]
    return value


@given(st.text())
def test_any_text_is_a_document_or_a_refusal(text: str) -> None:
    try:
        assert isinstance(parse(text, FILE), Document)
    except InvalidFile as refused:
        messages = [str(problem) for problem in refused.problems]
        assert messages


def test_dates_stay_text() -> None:
    assert not isinstance(parse("a: 2021-07-06\n", FILE).root["a"], datetime.date)
