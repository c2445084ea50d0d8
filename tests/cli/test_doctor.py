"""`doctor` from outside: its exit code, its table, and what --repair does."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from chaos.doctor import CHECKS
from chaos.run.folders import new_run
from chaos.undo.state import leases_folder

UNDO = {"id": "1", "kind": "processes.end", "args": {"mark": "nobody"}, "says": "end [what] /was", "repair": "kill it"}


def abandon(**changed: str) -> Path:
    """A lease that nobody holds, and the folder of its run."""
    run = new_run(["first"])
    run.journal("first").write_text('{"event": "phase_started"}\n')
    path = leases_folder() / f"{run.id}.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text(f"{json.dumps({'run': run.id, 'folder': '/'})}\n{json.dumps({'undo': {**UNDO, **changed}})}\n")
    return path


def test_a_machine_without_trouble_is_well(gatecrash: Any, folder: Path) -> None:
    done = gatecrash("doctor")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.endswith("all is well\n")
    said = [line.split()[1] for line in done.stdout.splitlines() if line[2:3] in {"✔", "·"}]
    assert said == list(CHECKS)
    assert not (folder / ".gatecrash").exists()


def test_it_can_be_read_at_60_columns(gatecrash: Any) -> None:
    (Path(".gatecrash")).write_text("")
    done = gatecrash("doctor", env={"COLUMNS": "60", "DOCKER_HOST": "unix:///a/long/way/to/a/socket/docker.sock"})
    assert done.returncode == 3
    assert max(map(len, done.stdout.splitlines())) <= 60
    assert "\n  ✘ runs  " in done.stdout
    assert "-> work in a folder that you may write" in done.stdout
    assert done.stdout.endswith("not well: runs\n")


def test_a_program_reads_every_check(gatecrash: Any, folder: Path) -> None:
    abandon()
    done = gatecrash("doctor", "--json")
    assert done.returncode == 3
    found = json.loads(done.stdout)
    assert found["exit_code"] == 3
    assert [check["name"] for check in found["checks"]] == list(CHECKS)
    wrong = {check["name"]: check for check in found["checks"] if check["status"] == "wrong"}
    assert list(wrong) == ["leases", "unfinished"]
    assert "end [what] /was" in wrong["leases"]["says"]
    assert "gatecrash doctor --repair" in wrong["leases"]["do"]
    assert wrong["leases"]["group"] == "left over"


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_repair_puts_right_what_is_left_over_and_looks_again(
    gatecrash: Any, folder: Path, arguments: list[str]
) -> None:
    lease = abandon()
    assert gatecrash("doctor", *arguments).returncode == 3
    assert lease.exists()  # looking changes nothing
    done = gatecrash("doctor", "--repair", *arguments)
    assert done.returncode == 0, done.stdout
    said = done.stderr if arguments else done.stdout
    assert "  undone: end [what] /was\n" in said
    assert f"removed: .gatecrash/runs/{lease.stem}\n" in said
    assert not lease.exists()
    assert list((folder / ".gatecrash" / "runs").iterdir()) == []
    if arguments:
        assert json.loads(done.stdout)["exit_code"] == 0


def test_what_cannot_be_undone_ends_with_6_and_how_to_repair_it(gatecrash: Any, folder: Path) -> None:
    lease = abandon(kind="unheard-of")
    done = gatecrash("doctor", "--repair")
    assert done.returncode == 6
    assert "to repair it: kill it" in done.stderr
    assert lease.exists()


def test_a_live_run_is_not_touched(gatecrash: Any, folder: Path) -> None:
    from chaos.undo.lease import Lease

    path = abandon()
    lease = Lease(path)
    lease.hold(os.getpid())
    done = gatecrash("doctor", "--repair")
    assert done.returncode == 0, done.stdout
    assert path.exists()
    assert (folder / ".gatecrash" / "runs" / path.stem).exists()
    lease.close(remove=True)
