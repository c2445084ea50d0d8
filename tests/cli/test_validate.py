"""`validate` from outside: problems end with 2, warnings only when asked to, and a program can read both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

WARNED = "warning: experiments/system.yaml:6:12: journeys.open: no step says what it expects"


@pytest.fixture
def sound(folder: Path) -> Path:
    """The folder, with nothing left to say about it."""
    system = folder / "experiments" / "system.yaml"
    system.write_text(system.read_text().replace('get: "edge:/"', 'get: "edge:/", expect: {text: Tiny}'))
    return folder


def test_warnings_do_not_fail_unless_they_shall(gatecrash: Any, folder: Path) -> None:
    done = gatecrash("validate")
    assert (done.returncode, done.stdout) == (0, "2 files are well; 1 experiment, 1 warning\n")
    assert done.stderr.startswith(WARNED)
    assert done.stderr.endswith("[no-expectation]\n")
    strict = gatecrash("validate", "--strict")
    assert (strict.returncode, strict.stderr) == (2, done.stderr)


def test_nothing_to_say_is_well_also_when_strict(gatecrash: Any, sound: Path) -> None:
    done = gatecrash("validate", "--strict")
    assert (done.returncode, done.stdout, done.stderr) == (0, "2 files are well; 1 experiment\n", "")


def test_warnings_are_said_beside_problems(gatecrash: Any, folder: Path) -> None:
    (folder / "experiments" / "torn.yaml").write_text("name: x\n")
    done = gatecrash("validate")
    assert done.returncode == 2
    assert WARNED in done.stderr
    assert "torn.yaml:1:1: system: system is missing here; it is required" in done.stderr


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["--strict"], 2)])
def test_a_program_reads_warnings(gatecrash: Any, folder: Path, arguments: list[str], code: int) -> None:
    done = gatecrash("validate", "--json", *arguments)
    assert (done.returncode, done.stderr) == (code, "")
    found = json.loads(done.stdout)
    assert found["exit_code"] == code
    assert found["files"] == ["experiments/edge_hangs.yaml", "experiments/system.yaml"]
    assert found["experiments"] == ["edge_hangs"]
    assert found["problems"] == []
    (warning,) = found["warnings"]
    assert warning["id"] == "no-expectation"
    assert (warning["path"], warning["line"], warning["column"]) == ("experiments/system.yaml", 6, 12)
    assert (warning["where"], "no step says" in warning["message"]) == ("journeys.open", True)


def test_a_program_reads_problems(gatecrash: Any, sound: Path) -> None:
    file = sound / "experiments" / "edge_hangs.yaml"
    file.write_text(file.read_text().replace("link: edge", "link: egde"))
    done = gatecrash("validate", "--json")
    assert done.returncode == 2
    found = json.loads(done.stdout)
    assert (found["exit_code"], found["experiments"], found["warnings"]) == (2, [], [])
    (problem,) = found["problems"]
    assert (problem["path"], problem["line"], problem["where"]) == ("experiments/edge_hangs.yaml", 6, "faults[0].link")
    assert problem["message"] == "there is no link 'egde'; did you mean edge?"
