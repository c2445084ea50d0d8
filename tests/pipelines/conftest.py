"""A checkout to run pipelines in, a runner for composite actions, and a stand-in that writes down how it was called."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
FAKE = f"""#!{sys.executable}
import json, pathlib, sys
calls = pathlib.Path(__file__).parent / "calls.json"
calls.write_text(json.dumps(sys.argv[1:]))
report = pathlib.Path(sys.argv[sys.argv.index("--report") + 1])
report.mkdir(parents=True, exist_ok=True)
(report / "summary.md").write_text("## the summary")
"""
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_VALUE = re.compile(r"inputs\.([\w-]+)|steps\.(\w+)\.outputs\.([\w-]+)")


@dataclass
class Carried:
    """What came of it. `used`: the actions that would have been called, each with what it would have got."""

    code: int = 0
    said: str = ""
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    used: dict[str, dict[str, str]] = field(default_factory=dict)


class Composite:
    """Carries out the `run:` steps of a composite action, as a runner would: its shell, its environment, its files.

    Of the expressions only those are known that the action uses; any other is an error of the test.
    """

    def __init__(self, action: Path, workspace: Path, path: str) -> None:
        self._action = yaml.safe_load(action.read_text())
        self._folder = action.parent
        self._workspace = workspace
        self._path = path
        self._steps: dict[str, dict[str, str]] = {}

    def carry_out(self, inputs: Mapping[str, str]) -> Carried:
        declared = self._action["inputs"]
        assert inputs.keys() <= declared.keys()
        self._inputs = {name: inputs.get(name, each["default"]) for name, each in declared.items()}
        carried = Carried()
        for number, step in enumerate(self._action["runs"]["steps"]):
            condition = step.get("if", "")
            if (carried.code and "always()" not in condition) or not (not condition or self._holds(condition)):
                continue
            if "uses" in step:
                carried.used[step["uses"]] = {name: self._filled(value) for name, value in step["with"].items()}
            else:
                self._run(step, number, carried)
        carried.outputs = {name: self._filled(each["value"]) for name, each in self._action["outputs"].items()}
        return carried

    def _run(self, step: Mapping[str, Any], number: int, carried: Carried) -> None:
        assert step["shell"] == "bash"
        assert not _EXPRESSION.search(step["run"]), "an input in the text of a script could be a command"
        files = {name: self._workspace / f".{name}-{number}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        script = self._workspace / f".step-{number}.sh"
        script.write_text(step["run"])
        for file in files.values():
            file.touch()
        env = {
            "PATH": self._path,
            "HOME": str(self._workspace),
            "XDG_STATE_HOME": str(self._workspace / ".state"),
            "GITHUB_ACTION_PATH": str(self._folder),
            **{name: str(file) for name, file in files.items()},
            **{name: self._filled(value) for name, value in step.get("env", {}).items()},
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self._workspace / self._filled(step.get("working-directory", ".")),
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        carried.code = carried.code or done.returncode
        carried.said += done.stdout
        carried.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        lines = files["GITHUB_OUTPUT"].read_text().splitlines()
        self._steps[step.get("id", str(number))] = dict(line.split("=", 1) for line in lines)

    def _filled(self, text: Any) -> str:
        return _EXPRESSION.sub(lambda match: self._value(match[1]), str(text))

    def _value(self, expression: str) -> str:
        match = _VALUE.fullmatch(expression)
        assert match is not None, expression
        name, step, output = match.groups()
        return self._inputs[name] if name is not None else self._steps.get(step, {}).get(output, "")

    def _holds(self, condition: str) -> bool:
        return all(self._part_holds(part.strip()) for part in condition.split("&&"))

    def _part_holds(self, part: str) -> bool:
        if part == "always()":
            return True
        value, quoted = part.split(" != ")
        return self._value(value) != quoted.strip("'")


@pytest.fixture
def repository() -> Path:
    return REPOSITORY


@pytest.fixture
def stand_in(tmp_path: Path) -> tuple[Path, Callable[[], list[str]]]:
    """Its folder, and how it was called last."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "gatecrash"
    program.write_text(FAKE)
    program.chmod(0o755)

    def called() -> list[str]:
        found: list[str] = json.loads((folder / "calls.json").read_text())
        return found

    return folder, called


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    folder.mkdir()
    return folder


def path_with(folder: Path) -> str:
    """PATH with that folder in front."""
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture
def stand_in_path(stand_in: tuple[Path, Callable[[], list[str]]]) -> str:
    return path_with(stand_in[0])


@pytest.fixture
def real_path() -> str:
    """On which the command itself is found first."""
    return path_with(Path(sys.executable).parent)


@pytest.fixture
def act(checkout: Path, stand_in_path: str) -> Callable[..., Carried]:
    """Carries out the action, on the stand-in unless there is another path; nothing is installed unless asked for."""

    def carried(path: str = stand_in_path, /, **inputs: str) -> Carried:
        named = {"install": "none", **{name.replace("_", "-"): value for name, value in inputs.items()}}
        return Composite(REPOSITORY / "action.yml", checkout, path).carry_out(named)

    return carried
