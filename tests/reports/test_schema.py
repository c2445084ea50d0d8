"""The schema of results.json: published, true, and able to refuse."""

from __future__ import annotations

import copy
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from chaos.cli import app
from chaos.reports.report import Report
from chaos.reports.results import write_results
from chaos.reports.schema import results_schema

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "schemas" / "results.schema.json"
VALIDATOR = jsonschema.Draft202012Validator(results_schema())


def written(*verdicts: Any, **others: Any) -> Any:
    stream = io.StringIO()
    write_results(Report(run="run-1", verdicts=verdicts, **others), stream)
    return json.loads(stream.getvalue())


def test_the_published_schema_is_the_one_that_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run_command(["schema", "results"]) == 0
    assert PUBLISHED.read_text() == capsys.readouterr().out, "make it anew: make pages"
    jsonschema.Draft202012Validator.check_schema(json.loads(PUBLISHED.read_text()))


def test_real_results_are_valid(full: Any, verdict: Any, bare: Any) -> None:
    for document in (
        written(),
        written(full(), verdict("passed"), bare("error", reasons=()), skipped={"x": "no Docker"}),
        written(verdict("inconclusive"), allowed={"db_hangs": "until May"}),
    ):
        assert [error.message for error in VALIDATOR.iter_errors(document)] == []


def test_every_key_that_is_written_is_described_and_required(full: Any) -> None:
    (experiment,) = written(full())["experiments"]
    described = results_schema()["$defs"]["Verdict"]
    assert set(experiment) == set(described["properties"]) == set(described["required"])
    assert not {"plan", "series"} & set(experiment)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("verdict", "green"),
        ("reasons", "one"),
        ("exit_code", "1"),
        ("claims", [{}]),
        ("next_step", None),
        ("tallies", 1),
    ],
)
def test_what_is_wrong_is_refused(full: Any, key: str, value: Any) -> None:
    document = written(full())
    changed = copy.deepcopy(document)
    changed["experiments"][0][key] = value
    assert VALIDATOR.is_valid(document)
    assert not VALIDATOR.is_valid(changed)
    del changed["experiments"][0][key]
    assert not VALIDATOR.is_valid(changed)
