"""`report` and `runs`: earlier runs, found and told; an early death is never green."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chaos.cli.report import ENDINGS
from chaos.reports import REPORTERS
from chaos.run.folders import new_run


@pytest.fixture
def run_id(gatecrash: Any, folder: Path) -> str:
    assert gatecrash("run").returncode == 3
    (run,) = (folder / ".gatecrash" / "runs").iterdir()
    return run.name


def test_a_run_is_found_by_any_of_its_names(gatecrash: Any, folder: Path, run_id: str) -> None:
    said = {gatecrash("report", name).stdout for name in ("last", run_id, run_id[:10], f".gatecrash/runs/{run_id}")}
    assert len(said) == 1
    assert f"run {run_id}" in said.pop()
    assert f"run {run_id}" in gatecrash("report", ".", cwd=folder / ".gatecrash" / "runs" / run_id).stdout


def test_an_unknown_run_is_told_and_where_to_look(gatecrash: Any, run_id: str) -> None:
    done = gatecrash("report", "1999")
    assert done.returncode == 2
    assert "there is no run '1999'; `gatecrash runs` lists them, `last` is the newest" in done.stderr


def test_a_report_goes_into_a_file(gatecrash: Any, folder: Path, run_id: str) -> None:
    done = gatecrash("report", "--format", "json", "-o", "out.json")
    assert (done.returncode, done.stdout) == (3, "")
    assert json.loads((folder / "out.json").read_text())["run"] == run_id


def test_a_file_that_cannot_be_written_is_told(gatecrash: Any, run_id: str) -> None:
    done = gatecrash("report", "-o", "nowhere/out.txt")
    assert done.returncode == 3
    assert "nowhere/out.txt can't be written: No such file or directory" in done.stderr


def test_several_formats_go_into_files_with_their_endings(gatecrash: Any, folder: Path, run_id: str) -> None:
    asked = [part for form in ("html", "junit", "markdown", "sarif", "json") for part in ("--format", form)]
    done = gatecrash("report", "last", *asked, "-o", "out")
    assert (done.returncode, done.stdout) == (3, "")
    written = {path.name: path.read_text() for path in folder.glob("out.*")}
    assert written.keys() == {"out.html", "out.xml", "out.md", "out.sarif", "out.json"}
    assert written["out.html"].startswith("<!DOCTYPE html>")
    assert run_id in written["out.md"]


def test_several_formats_cannot_share_stdout(gatecrash: Any, run_id: str) -> None:
    done = gatecrash("report", "--format", "html", "--format", "json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "2 formats (html, json) can't share stdout; with --output NAME they are written to NAME.html" in done.stderr


def test_an_unknown_format_is_answered_with_those_that_there_are(gatecrash: Any, run_id: str) -> None:
    done = gatecrash("report", "--format", "pdf")
    assert done.returncode == 2
    assert "'pdf' is not one of" in done.stderr
    assert "markdown" in done.stderr


def test_annotations_come_beside_the_report_and_never_inside_it(gatecrash: Any, folder: Path, run_id: str) -> None:
    to_stdout = gatecrash("report", "--format", "json", "--annotations", "github")
    assert json.loads(to_stdout.stdout)["run"] == run_id
    to_file = gatecrash("report", "--format", "json", "-o", "out.json", "--annotations", "github")
    for said in (to_stdout.stderr, to_file.stdout):
        assert "::error file=experiments/edge_hangs.yaml,line=2,col=1,title=edge_hangs%3A verdict-error::" in said


@pytest.mark.parametrize(("as_json", "where"), [((), "stdout"), (("--json",), "stderr")])
def test_run_annotates_as_well_and_writes_the_page_where_it_was_asked_to(
    gatecrash: Any, folder: Path, as_json: tuple[str, ...], where: str
) -> None:
    done = gatecrash("run", "--annotations", "github", "--report", "out", *as_json)
    assert done.returncode == 3
    assert "::error file=experiments/edge_hangs.yaml,line=2," in getattr(done, where)
    assert {path.name for path in (folder / "out").iterdir()} == {
        "report.html",
        "summary.md",
        "results.json",
        "junit.xml",
    }
    if as_json:
        assert json.loads(done.stdout)["exit_code"] == 3


def test_a_run_that_was_killed_before_its_first_experiment_is_not_green(gatecrash: Any, folder: Path) -> None:
    new_run(["first", "second"])
    done = gatecrash("report")
    assert done.returncode == 3
    assert "the run was killed before it came to: first, second" in done.stderr


def test_a_journal_that_is_damaged_is_told_with_its_line(gatecrash: Any, folder: Path, run_id: str) -> None:
    journal = folder / ".gatecrash" / "runs" / run_id / "edge_hangs" / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join([lines[0], "no event\n", *lines[1:]]))
    done = gatecrash("report")
    assert done.returncode == 3
    assert "journal.jsonl:2: this is not an event of a journal" in done.stderr


def test_runs_are_listed_oldest_first(gatecrash: Any, folder: Path) -> None:
    made = [new_run([f"a[{number}]", "b"]) for number in range(3)]
    done = gatecrash("runs")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [f"{run.id}  2 experiments: a[{number}], b" for number, run in enumerate(made)]


def test_every_format_has_an_ending_of_its_own() -> None:
    assert ENDINGS.keys() == REPORTERS.keys()
    assert len(set(ENDINGS.values())) == len(ENDINGS)
