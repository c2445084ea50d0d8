"""Where runs are kept, how they are found, and how many."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chaos.errors import EnvironmentFailed, InvalidOption
from chaos.run.folders import HOME, KEPT_RUNS, find_run, list_runs, new_run, prune, repeated
from chaos.undo.state import lease_file


def test_a_run_has_a_folder_for_each_experiment_and_ignores_itself() -> None:
    run = new_run(["a", "b@fragile"], {"a": "known"})
    assert {path.name for path in run.path.iterdir()} == {"a", "b@fragile", "run.json"}
    assert (HOME / ".gitignore").read_text() == "*\n"
    assert run.journal("a") == run.path / "a" / "journal.jsonl"
    assert list_runs() == (run,)


def test_runs_are_listed_as_they_began_also_within_a_second() -> None:
    made = [new_run(["a"]) for _ in range(8)]
    assert [run.id for run in list_runs()] == sorted(run.id for run in made)
    assert len({run.id for run in made}) == 8


def test_a_run_is_found_by_last_its_id_its_beginning_or_its_folder() -> None:
    first, last = new_run(["a"]), new_run(["b"])
    if first.id > last.id:  # both in one millisecond
        first, last = last, first
    assert find_run("last").id == last.id
    assert find_run(first.id).id == first.id
    assert find_run(first.id[:-1]).id == first.id
    assert find_run(str(first.path)).id == first.id
    os.chdir(last.path)
    assert find_run(".").id == last.id


def test_a_beginning_of_several_runs_names_them() -> None:
    made = [new_run(["a"]) for _ in range(2)]
    with pytest.raises(InvalidOption) as failed:
        find_run("20")
    assert "20 is the beginning of 2 runs: " in str(failed.value)
    assert all(run.id in str(failed.value) for run in made)


@pytest.mark.parametrize("name", ["last", "x", "."])
def test_where_there_are_no_runs_it_says_how_to_make_one(name: str) -> None:
    with pytest.raises(InvalidOption, match=r"there are no runs below .gatecrash/runs; `gatecrash run` makes one"):
        find_run(name)


def test_an_unknown_run_is_told() -> None:
    new_run(["a"])
    with pytest.raises(InvalidOption, match="there is no run 'x'; `gatecrash runs` lists them"):
        find_run("x")


@pytest.mark.parametrize("manifest", ["", "{", "[]", "{}", '{"experiments": 5, "allowed": {}}', None])
def test_folders_that_are_none_of_ours_are_passed_over_and_kept(manifest: str | None) -> None:
    other = HOME / "runs" / "0-other"
    other.mkdir(parents=True)
    if manifest is not None:
        (other / "run.json").write_text(manifest)
    made = [new_run(["a"]) for _ in range(KEPT_RUNS + 1)]
    prune()
    assert other.is_dir()
    assert len(list_runs()) == KEPT_RUNS
    assert min(run.id for run in made) not in {run.id for run in list_runs()}


def test_only_the_newest_runs_are_kept() -> None:
    made = sorted(new_run(["a"]).id for _ in range(KEPT_RUNS + 5))
    prune()
    assert [run.id for run in list_runs()] == made[5:]
    prune()
    assert len(list_runs()) == KEPT_RUNS


@pytest.mark.parametrize("part", ["", ".2"])
def test_a_run_that_is_under_way_is_kept_whichever_of_its_processes_has_a_lease(part: str) -> None:
    oldest, *_ = sorted(new_run(["a"]).id for _ in range(KEPT_RUNS + 1))
    lease = lease_file(oldest, part)
    lease.parent.mkdir(parents=True, exist_ok=True)
    lease.touch()
    prune()
    assert oldest in {run.id for run in list_runs()}


@pytest.mark.parametrize("blocked", [HOME, HOME / "runs"])
def test_a_folder_that_can_not_be_written_is_told_with_its_name(blocked: Path) -> None:
    blocked.parent.mkdir(exist_ok=True)
    blocked.write_text("")
    with pytest.raises(EnvironmentFailed, match=r"\.gatecrash.*runs are kept below the working directory"):
        new_run(["a"])


def test_what_is_run_several_times_has_a_folder_for_each() -> None:
    assert repeated(["a", "b"], 1) == ("a", "b")
    assert repeated(["a", "b"], 2) == ("a@1", "a@2", "b@1", "b@2")
