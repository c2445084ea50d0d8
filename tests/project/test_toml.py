"""TOML with positions: every key by its line, what has none by what it stands in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chaos.errors import InvalidFile
from chaos.experiment.loader import Document
from chaos.project.toml import parse_toml

TEXT = '''# what is run
experiments = ["a.yaml",
  "b.yaml"]
title = """
fake = 1
[gate]
"""

[gate]
  required = ["x"]
worse.p95 = "20%"
flakes={a = 1}

[[gate.allow]]
experiment = "one"
until = 2027-01-31

[[gate.allow]]
"experiment" = "two"
'''


def parsed(text: str = TEXT, table: tuple[str, ...] = ()) -> Document:
    document = parse_toml(text, Path("x.toml"), table)
    assert document is not None
    return document


@pytest.mark.parametrize(
    ("location", "at"),
    [
        (("experiments",), (2, 1)),
        (("experiments", 1), (2, 1)),
        (("gate",), (9, 2)),
        (("gate", "required"), (10, 3)),
        (("gate", "worse", "p95"), (11, 1)),
        (("gate", "flakes", "a"), (12, 1)),
        (("gate", "allow", 0, "experiment"), (15, 1)),
        (("gate", "allow", 1), (18, 3)),
        (("gate", "allow", 1, "experiment"), (19, 1)),
    ],
)
def test_a_problem_is_said_where_its_key_stands(location: Any, at: tuple[int, int]) -> None:
    problem = parsed().problem(location, "x")
    assert (problem.line, problem.column) == at


def test_a_table_of_a_larger_file_is_a_document_of_its_own() -> None:
    text = '[project]\nname = "x"\n\n[tool.gatecrash]\nexperiments = []\n[tool.gatecrash.gate]\nrequired = ["x"]\n'
    document = parsed(text, ("tool", "gatecrash"))
    assert document.root == {"experiments": [], "gate": {"required": ["x"]}}
    assert document.problem(("gate", "required"), "x").line == 7
    assert document.problem((), "x").line == 4
    assert parse_toml('[project]\nname = "x"\n', Path("x.toml"), ("tool", "gatecrash")) is None


def test_dates_are_text_as_they_are_in_yaml() -> None:
    assert parsed().root["gate"]["allow"][0]["until"] == "2027-01-31"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = \n", "x.toml:1:5: this is not TOML: Invalid value"),
        ("a = 1\na = 2\n", "x.toml:2:6: this is not TOML: Cannot overwrite a value"),
    ],
)
def test_what_is_no_toml_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(InvalidFile) as refused:
        parse_toml(text, Path("x.toml"))
    assert str(refused.value) == said


def test_a_value_where_the_table_should_be_is_told() -> None:
    with pytest.raises(InvalidFile, match=r"x.toml:2:1: tool.gatecrash: a table was expected here"):
        parse_toml("[tool]\ngatecrash = 5\n", Path("x.toml"), ("tool", "gatecrash"))
