"""What the page on pipelines shows works as it stands there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from chaos.compare.figures import FIGURES
from chaos.experiment.validation import validate
from chaos.project.settings import Gate, Settings
from chaos.project.toml import parse_toml


@pytest.fixture
def page(repository: Path) -> str:
    return (repository / "docs" / "ci.md").read_text()


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("name", ["README.md", "docs/ci.md"])
def test_the_project_file_is_valid(repository: Path, name: str) -> None:
    (text,) = blocks((repository / name).read_text(), "toml")
    document = parse_toml(text, Path(name))
    assert document is not None
    assert validate(document, Settings)[1] == ()


def test_what_it_bears_with_is_what_is_borne_without_it(page: str) -> None:
    (text,) = blocks(page, "toml")
    document = parse_toml(text, Path("x.toml"))
    assert document is not None
    settings, _ = validate(document, Settings)
    assert settings is not None
    assert document.root.keys() == Settings.model_fields.keys()
    assert document.root["gate"].keys() == Gate.model_fields.keys(), "and no key is left unsaid"
    assert settings.gate.worse == {name: each.slack for name, each in FIGURES.items() if each.unit != "count"}


def test_every_input_of_the_action_is_in_its_table_with_its_default(repository: Path, page: str) -> None:
    action = yaml.safe_load((repository / "action.yml").read_text())
    rows = re.findall(r"^\| `([\w-]+)` \| (?:`(.*?)`)? *\|", page, re.MULTILINE)
    assert rows == [(name, each["default"]) for name, each in action["inputs"].items()]


def test_its_script_ends_as_the_run_does_and_keeps_what_is_good(
    page: str, stand_in: Any, stand_in_path: str, checkout: Path
) -> None:
    (script,) = (block for block in blocks(page, "text") if block.startswith("#!/bin/sh"))
    folder, called = stand_in
    (folder / "pip").symlink_to("/bin/true")
    (checkout / "reports").mkdir()
    (checkout / "reports" / "results.json").write_text("{}")

    def run() -> int:
        return subprocess.run(["sh", "-c", script], cwd=checkout, env={"PATH": stand_in_path}, timeout=60).returncode

    assert run() == 0
    assert called() == ["run", "--report", "reports", "--retry-inconclusive", "2", "experiments"]
    assert len(list((checkout / "kept").iterdir())) == 1
    (folder / "gatecrash").write_text((folder / "gatecrash").read_text() + "sys.exit(4)\n")
    assert run() == 4
    assert called()[-3:] == ["--against", "kept", "experiments"]
    assert len(list((checkout / "kept").iterdir())) == 1


def test_the_projects_own_gate_requires_what_its_pipeline_runs(repository: Path) -> None:
    text = (repository / "ci" / "demo" / "gatecrash.toml").read_text()
    document = parse_toml(text, Path("gatecrash.toml"))
    assert document is not None
    settings, problems = validate(document, Settings)
    assert settings is not None
    assert problems == ()
    assert [Path(each).stem for each in settings.experiments] == [*settings.gate.required]
    assert all((repository / "ci" / "demo" / each).is_file() for each in settings.experiments)
