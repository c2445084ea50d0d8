"""`schema` and `faults`: what editors and readers get agrees with what the command accepts."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from chaos.cli import app
from chaos.faults import FAULTS

REPOSITORY = Path(__file__).resolve().parents[2]
EXPERIMENTS = sorted((REPOSITORY / "experiments").glob("[!_]*.yaml"))


@pytest.fixture(params=["experiment", "system"])
def schema(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Any:
    assert app.run_command(["schema", request.param]) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(found)
    return request.param, jsonschema.Draft202012Validator(found)


def shipped(kind: str) -> list[Any]:
    files = EXPERIMENTS if kind == "experiment" else [REPOSITORY / "demo_app" / "system.yaml"]
    return [yaml.safe_load(file.read_text()) for file in files]


def test_the_schema_accepts_what_is_shipped(schema: Any) -> None:
    kind, validator = schema
    assert shipped(kind)
    for document in shipped(kind):
        assert [error.message for error in validator.iter_errors(document)] == []


def test_the_schema_refuses_what_the_command_refuses(schema: Any) -> None:
    kind, validator = schema
    for document in shipped(kind)[:1]:
        for change in ({"nmae": "x"}, {"name": 5}, {"journeys": []} if kind == "system" else {"faults": []}):
            assert not validator.is_valid({**document, **change}), change
        missing = {key: value for key, value in document.items() if key != "name"}
        assert not validator.is_valid(missing)
        if kind == "experiment":
            typo = copy.deepcopy(document)
            typo["faults"][0]["latncy"] = {}
            assert not validator.is_valid(typo)


def test_the_reference_page_names_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run_command(["schema", "--markdown"]) == 0
    page = capsys.readouterr().out
    assert all(kind in page for kind in FAULTS)


def test_every_fault_is_listed_with_its_attributes_and_its_proof(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert app.run_command(["faults"]) == 0
    said = capsys.readouterr().out
    for kind, fault in FAULTS.items():
        assert any(line.startswith(kind) and line.endswith(f": {fault.summary}") for line in said.splitlines())
        assert f"    proof of effect: {fault.acted}\n" in said
        assert all(f"    {field.alias or name} (" in said for name, field in fault.model_fields.items())
