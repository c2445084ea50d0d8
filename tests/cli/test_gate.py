"""`run`, `validate` and `report` with a project file: what they take from it, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chaos.cli import app
from chaos.run.folders import find_run
from chaos.run.terms import read_terms


@pytest.fixture
def project(folder: Path) -> Any:
    """The experiment under another name than the command looks for."""
    (folder / "experiments").rename(folder / "checks")
    (folder / ".git").mkdir()

    def write(gate: str = "") -> None:
        (folder / "gatecrash.toml").write_text(f'experiments = ["checks"]\n{gate}')

    write()
    return write


def test_without_a_path_what_the_project_file_lists_is_run_from_folders_below_as_well(
    gatecrash: Any, folder: Path, project: Any
) -> None:
    below = folder / "src"
    below.mkdir()
    done = gatecrash("run", "--dry-run", "--json", cwd=below)
    assert [each["id"] for each in json.loads(done.stdout)["experiments"]] == ["edge_hangs"]
    assert gatecrash("validate").stdout == "2 files are well; 1 experiment, 1 warning\n"


WRONG = {
    "[gate]\nrequierd = []\n": "gatecrash.toml:3:1: gate.requierd: requierd is not known here; did you mean required?",
    '[gate]\nrequired = ["edge_hagns"]\n': "gatecrash.toml:3:1: gate.required[0]: no experiment is called 'edge_hagns'",
}


@pytest.mark.parametrize("command", ["run", "validate"])
@pytest.mark.parametrize("text", WRONG)
def test_mistakes_in_it_are_told_before_anything_is_touched(
    capsys: pytest.CaptureFixture[str], folder: Path, project: Any, command: str, text: str
) -> None:
    project(text)
    assert app.run_command([command]) == 2
    assert WRONG[text] in capsys.readouterr().err
    assert not (folder / ".gatecrash").exists()


def test_an_experiment_that_is_not_run_now_may_be_named(gatecrash: Any, folder: Path, project: Any) -> None:
    (folder / "one.yaml").write_text(
        (folder / "checks/edge_hangs.yaml").read_text().replace("system.", "checks/system.")
    )
    project('[gate]\nrequired = ["edge_hangs"]\n')
    done = gatecrash("run", "one.yaml")
    assert "the gate fails: edge_hangs is required, and was not run" in done.stdout
    assert done.returncode == 3, "the environment failed, and that is worse"
    assert "gate" not in gatecrash("run", "one.yaml", "--no-gate").stdout


def test_what_a_run_was_held_to_is_kept_with_it(gatecrash: Any, folder: Path, project: Any) -> None:
    allowed = '[[gate.allow_inconclusive]]\nexperiment = "edge_hangs"\nreason = "slow disk"\nuntil = {}-01-31\n'
    project("[gate]\nfail_on_worse = true\n" + allowed.format("2999"))
    gatecrash("run")
    assert find_run("last").allowed == {"edge_hangs": "slow disk; until 2999-01-31, gatecrash.toml"}
    assert read_terms(find_run("last")).terms.fail_on_worse
    project(allowed.format("2021"))
    done = gatecrash("run", "--against", "last")
    said = "gate: edge_hangs may no longer be inconclusive: that was allowed until 2021-01-31: slow disk"
    assert said in done.stdout
    assert find_run("last").allowed == {}
    assert "against 1 earlier run: no difference; 1 not comparable" in done.stdout
    written = json.loads((find_run("last").path / "results.json").read_text())
    again = json.loads(gatecrash("report", "--format", "json").stdout)
    assert again["experiments"][0]["plan_sha256"], "and that of the journal is the same as that of the file"
    assert again == written


def test_earlier_results_that_are_not_there_are_told(
    capsys: pytest.CaptureFixture[str], folder: Path, project: Any
) -> None:
    assert app.run_command(["run", "--against", "nowhere.json"]) == 2
    assert "--against: there is no file or folder nowhere.json, and there are no runs" in capsys.readouterr().err
    assert not (folder / ".gatecrash").exists()
