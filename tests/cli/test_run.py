"""`run` before anything runs: where it may write, what it heals first, how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chaos.cli import app
from chaos.undo.lease import read_lease
from chaos.undo.state import leases_folder

UNWRITABLE = {
    "--report is a file": ["--report", "experiments/edge_hangs.yaml"],
    "--report is below a file": ["--report", "experiments/edge_hangs.yaml/x"],
    "--events is a folder": ["--events", "experiments"],
    "--events is below a file": ["--events", "experiments/edge_hangs.yaml/x"],
}


@pytest.mark.parametrize("case", UNWRITABLE)
def test_what_cannot_be_written_is_found_out_before_anything_is_touched(
    gatecrash: Any, folder: Path, case: str
) -> None:
    done = gatecrash("run", *UNWRITABLE[case])
    assert done.returncode == 3, done.stdout + done.stderr
    assert "can't be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / ".gatecrash").exists()


def test_a_folder_for_runs_that_cannot_be_made_is_told(gatecrash: Any, folder: Path) -> None:
    (folder / ".gatecrash").write_text("")
    done = gatecrash("run")
    assert done.returncode == 3
    assert "runs are kept below the working directory, which must be writable" in done.stderr


def test_a_state_directory_that_cannot_be_made_is_told(gatecrash: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = gatecrash("run", env={"XDG_STATE_HOME": str(tmp_path / "file")})
    assert done.returncode == 3
    assert "the open undos can't be recorded" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_environment_that_fails_ends_with_3_and_is_told_in_every_report(gatecrash: Any, folder: Path) -> None:
    done = gatecrash("run", "--report", "out", "--events", "out/events.jsonl")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "the service web ended by itself (exit code 0); it printed nothing" in done.stdout
    assert json.loads((folder / "out" / "results.json").read_text())["exit_code"] == 3
    assert "run_ended" in (folder / "out" / "events.jsonl").read_text()
    assert not list(leases_folder().glob("*"))


def abandon(undo: dict[str, Any]) -> Path:
    """A lease that nobody holds."""
    path = leases_folder() / "old.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"run": "old", "folder": "/"}) + "\n" + json.dumps({"undo": undo}) + "\n")
    return path


UNDO = {"id": "1", "kind": "processes.end", "args": {"mark": "nobody"}, "says": "end [what] /was", "repair": "kill it"}


@pytest.mark.parametrize("command", ["run", "rollback"])
def test_what_was_left_behind_is_healed_first_and_said(gatecrash: Any, command: str) -> None:
    path = abandon(UNDO)
    done = gatecrash(command)
    assert done.returncode == (3 if command == "run" else 0)
    assert "an earlier run (old) was killed together with its guardian; putting things right:" in done.stdout
    assert "  undone: end [what] /was\n" in done.stdout
    assert not path.exists()


@pytest.mark.parametrize("command", ["run", "rollback"])
def test_what_cannot_be_healed_ends_with_6_and_how_to_repair_it(gatecrash: Any, folder: Path, command: str) -> None:
    path = abandon({**UNDO, "kind": "unheard-of"})
    done = gatecrash(command)
    assert done.returncode == 6
    assert "could not undo: end [what] /was" in done.stderr
    assert "to repair it: kill it" in done.stderr
    assert not (folder / ".gatecrash").exists()
    state = read_lease(path)
    assert state is not None
    assert len(state.open_undos) == 1


def test_rollback_with_nothing_to_do_says_so(gatecrash: Any) -> None:
    done = gatecrash("rollback")
    assert (done.returncode, done.stdout) == (0, "nothing was left open\n")


def test_a_set_is_a_yaml_value(folder: Path) -> None:
    from chaos.cli.options import choices

    found = choices(None, ["a=1", "b=true", "c=x=y", 'd="1"', "e=-- leak"], 7)
    assert (found.vars, found.seed) == ({"a": 1, "b": True, "c": "x=y", "d": "1", "e": "-- leak"}, 7)


def test_a_hint_of_a_terminal_changes_nothing_in_ci(gatecrash: Any) -> None:
    done = gatecrash("run", env={"TERM": "xterm-256color"})
    assert "\x1b" not in done.stdout + done.stderr


def test_events_say_of_which_experiment_they_are(gatecrash: Any, folder: Path) -> None:
    gatecrash("run", "--events", "events.jsonl")
    lines = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    assert {line["experiment"] for line in lines} == {"edge_hangs"}
    assert lines[0]["event"] == "run_started"


@pytest.mark.parametrize("jobs", ["0", "many", "33", "-1", "1.5"])
def test_jobs_that_are_no_number_are_told(gatecrash: Any, folder: Path, jobs: str) -> None:
    done = gatecrash("run", f"--jobs={jobs}")
    assert done.returncode == 2
    assert f"--jobs: '{jobs}' is neither auto nor a whole number from 1 to 32" in done.stderr
    assert not (folder / ".gatecrash").exists()


def test_auto_says_what_it_goes_by(gatecrash: Any) -> None:
    assert "as many at once as this machine has time for" in gatecrash("run", "--jobs", "auto").stdout


def test_a_dry_run_shows_the_plan_and_touches_nothing(gatecrash: Any, folder: Path, tmp_path: Path) -> None:
    lease = abandon({"id": "1", "kind": "unheard-of", "args": {}, "says": "", "repair": ""})
    before = lease.read_bytes()
    done = gatecrash("run", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "edge_hangs: The edge hangs" in done.stdout
    assert "hang on edge: remove its toxic from the link edge" in done.stdout
    document = json.loads(gatecrash("run", "--dry-run", "--json").stdout)
    assert [each["id"] for each in document["experiments"]] == ["edge_hangs"]
    assert not (folder / ".gatecrash").exists()
    assert lease.read_bytes() == before


def test_a_dry_run_says_what_would_be_written_how_often_and_how_many_at_once(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    asked = ["run", "--dry-run", "--report", "out", "--events", "log.jsonl", "--repeat", "3", "--jobs", "4"]
    assert app.run_command(asked) == 0
    said = capsys.readouterr().out
    assert "results.json, junit.xml, report.html, summary.md in out; log.jsonl, appended to\n" in said
    assert (
        "would be run: 3 times each, of which the worst counts, at most 3 at once, each on a system of its own\n"
        in said
    )
    assert app.run_command([*asked, "--json", "--retry-inconclusive", "2"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["repeat"], document["retries"], document["at_once"]) == (3, 2, 3)
    assert not (folder / "out").exists()


@pytest.mark.parametrize("jobs", ["1", "auto"])
@pytest.mark.parametrize("as_json", [False, True])
def test_what_is_touched_of_a_system_that_already_runs_is_said_before_it_is(
    gatecrash: Any, folder: Path, jobs: str, as_json: bool
) -> None:
    system = folder / "experiments" / "system.yaml"
    there = '{url: "http://127.0.0.1:1", ready: {get: /, within: 50ms}}'
    system.write_text(system.read_text().replace('{command: "{python} -c pass {vars.mode}"}', there))
    done = gatecrash("run", "--jobs", jobs, *(["--json"] if as_json else []))
    assert done.returncode == 3, done.stdout + done.stderr
    said = done.stderr if as_json else done.stdout
    line = "touches what already runs: web at http://127.0.0.1:1; breaks the link edge; users: open 20/s\n"
    assert said.startswith(line)
    assert ("one at a time: web already runs" in said) is (jobs == "auto")


def test_of_a_system_that_is_started_there_is_no_such_line(gatecrash: Any) -> None:
    assert "already runs" not in gatecrash("run").stdout


def test_a_dry_run_of_a_file_that_is_not_well_is_an_error(gatecrash: Any, folder: Path) -> None:
    path = folder / "experiments" / "edge_hangs.yaml"
    path.write_text(path.read_text().replace("hang", "hagn"))
    assert gatecrash("run", "--dry-run").returncode == 2
