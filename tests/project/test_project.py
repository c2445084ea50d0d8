"""The project file: where it is looked for, and every mistake in it with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chaos.compare.slack import Slack
from chaos.errors import InvalidFile
from chaos.gate.budget import Budget
from chaos.project.project import find_project, project_experiments

WHOLE = """
experiments = ["chaos/tests", "more/x.yaml"]
[gate]
required = ["a*"]
flakes = "1 of 5"
fail_on_worse = true
[gate.worse]
recovery = "20%"
served = "0.5%"
[[gate.allow_inconclusive]]
experiment = "b"
reason = "slow disk"
until = 2027-01-31
"""


@pytest.fixture
def folders(write: Any) -> Any:
    for name in ("chaos/tests/a.yaml", "more/x.yaml"):
        write(name, "")
    return write


def test_every_key_is_read(folders: Any) -> None:
    folders("gatecrash.toml", WHOLE)
    project = find_project()
    assert project is not None
    gate = project.settings.gate
    assert project.experiments == (Path("chaos/tests"), Path("more/x.yaml"))
    assert (gate.required, gate.flakes, gate.fail_on_worse) == (("a*",), Budget(1, 5), True)
    assert gate.worse == {"recovery": Slack(ratio=0.2), "served": Slack(amount=0.005)}
    assert str(gate.allow_inconclusive[0].until) == "2027-01-31"


def test_it_is_found_from_folders_below_and_paths_are_seen_from_there(
    folders: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders("pyproject.toml", '[tool.gatecrash]\nexperiments = ["more"]\n')
    monkeypatch.chdir("chaos/tests")
    assert project_experiments() == (Path("../../more"),)
    assert find_project().file == "../../pyproject.toml"  # type: ignore[union-attr]


def test_the_nearest_counts_and_the_root_of_the_repository_is_the_last(
    folders: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders("gatecrash.toml", 'experiments = ["more"]\n')
    folders("chaos/pyproject.toml", '[project]\nname = "x"\n')
    monkeypatch.chdir("chaos")
    assert project_experiments() == (Path("../more"),), "a pyproject.toml that does not name us is none of ours"
    Path("gatecrash.toml").write_text('experiments = ["tests"]\n')
    assert project_experiments() == (Path("tests"),)
    Path("gatecrash.toml").unlink()
    Path(".git").write_text("gitdir: elsewhere\n")
    assert find_project() is None


def test_without_one_there_are_no_experiments_of_its(write: Any) -> None:
    assert project_experiments() == ()


def test_a_pyproject_that_is_not_well_and_does_not_name_us_is_nobodys_business(write: Any) -> None:
    write("pyproject.toml", "[project\n")
    assert find_project() is None


def test_two_in_one_folder_are_refused(write: Any) -> None:
    write("gatecrash.toml", "")
    write("pyproject.toml", "[tool.gatecrash]\n")
    with pytest.raises(InvalidFile, match=r"gatecrash.toml:1:1: pyproject.toml has a \[tool.gatecrash\] as well"):
        find_project()


WRONG = {
    "experimnts = []": "1:1: experimnts: experimnts is not known here; did you mean experiments?",
    'experiments = "x"': "1:1: experiments: a list was expected, not",
    'experiments = ["nowhere"]': "1:1: experiments[0]: there is no file or folder nowhere",
    'experiments = [""]': "1:1: experiments: a path was expected",
    "gate = 5": "1:1: gate: a mapping was expected, not 5; its keys are required, allow_inconclusive, flakes",
    '[gate]\nflakes = "0 of 5"': "2:1: gate.flakes: 0 of 5: at least one run may be inconclusive",
    '[gate]\nfail_on_worse = "yes"': "2:1: gate.fail_on_worse: true or false was expected",
    '[gate.worse]\np96 = "5%"': "1:2: gate.worse: there is no figure 'p96'; did you mean p95?",
    "[gate.worse]\nrecovery = 5": "1:2: gate.worse: recovery: 5 was found; it is written like",
    '[gate.worse]\nserved = "5ms"': "1:2: gate.worse: served: '5ms': 'ms' is not a unit of a share",
    '[[gate.allow_inconclusive]]\nexperiment = "x"\nreason = "y"': "until is missing here; it is required",
    '[[gate.allow_inconclusive]]\nexperiment = "x"\nreason = ""\nuntil = 2027-01-31': "3:1: gate.allow_inconclusive[0]",
    '[[gate.allow_inconclusive]]\nexperiment = "x"\nreason = "y"\nuntil = "May"': "4:1: gate.allow_inconclusive[0].u",
    '[gate]\nallow_inconclusive = [{experiment = "x", resaon = "y", until = 2027-01-31}]': "did you mean reason?",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_told_with_its_line_and_what_was_expected(write: Any, text: str) -> None:
    write("gatecrash.toml", text + "\n")
    with pytest.raises(InvalidFile) as refused:
        find_project()
    assert WRONG[text] in str(refused.value)


def test_a_file_that_can_not_be_read_is_told(write: Any) -> None:
    write("gatecrash.toml", "").write_bytes(b"\xff")
    with pytest.raises(InvalidFile, match=r"gatecrash.toml: this is not UTF-8 text"):
        find_project()
