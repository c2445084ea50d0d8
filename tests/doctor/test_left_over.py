"""What is left over is found and put right; what belongs to a live run, or may do so, is not touched."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from chaos.doctor import left_over, unfinished
from chaos.doctor.orphans import end_orphans, find_orphans
from chaos.doctor.unfinished import find_unfinished, remove_unfinished
from chaos.run.folders import RunFolder, find_run, new_run
from chaos.undo.lease import Lease
from chaos.undo.processes import MARK
from chaos.undo.state import leases_folder
from chaos.undo.undo import Undo

LISTENING = """
import signal, socket
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
signal.pause()
"""
WAITING = "import signal; print(0, flush=True); signal.pause()"
Start = Callable[..., tuple[subprocess.Popen[str], int]]


@pytest.fixture
def run_id() -> str:
    return f"20260706-210000-000000-{secrets.token_hex(2)}"


@pytest.fixture
def start() -> Iterator[Start]:
    """A process that waits, and the port that it listens on."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str, program: str = WAITING, **env: str) -> tuple[subprocess.Popen[str], int]:
        command = [sys.executable, "-c", program, *arguments]
        process = subprocess.Popen(command, env={**os.environ, **env}, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        return process, int(process.stdout.readline())

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def mine(*processes: subprocess.Popen[str]) -> set[int]:
    return {orphan.pid for orphan in find_orphans()} & {process.pid for process in processes}


def lease(run: str, *, held: bool) -> None:
    if held:
        Lease(leases_folder() / f"{run}.jsonl").begin(run, Path("/"))
    else:
        leases_folder().mkdir(parents=True, exist_ok=True)
        (leases_folder() / f"{run}.jsonl").write_text(json.dumps({"run": run, "folder": "/"}) + "\n")


def test_a_process_whose_run_is_gone_is_found_with_its_port_and_ended(start: Start, run_id: str) -> None:
    process, port = start(program=LISTENING, **{MARK: f"{run_id}/first"})
    (orphan,) = find_orphans()
    assert (orphan.pid, orphan.mark, orphan.run, orphan.ports) == (process.pid, f"{run_id}/first", run_id, (port,))
    assert left_over.processes().status == "wrong"
    assert f"on port {port}" in left_over.processes().says
    assert end_orphans() == (orphan,)
    assert process.wait(timeout=10) < 0
    assert find_orphans() == ()
    assert left_over.processes().status == "well"


SPARED = {
    "its run is alive": ("live", {}),
    "its run has an open lease, which is healed as it says": ("abandoned", {}),
    "its run was started with another state directory": ("", {"XDG_STATE_HOME": "/elsewhere"}),
    "its run was started in another home": ("", {"HOME": "/elsewhere"}),
    "its mark is not a run's": ("", {MARK: "mine"}),
    "it has no mark": ("", {MARK: ""}),
}


@pytest.mark.parametrize("case", SPARED)
def test_a_process_is_spared_when(start: Start, run_id: str, case: str) -> None:
    state, env = SPARED[case]
    if state:
        lease(run_id, held=state == "live")
    process, _ = start(**{MARK: f"{run_id}/first", **env})
    assert mine(process) == set()
    end_orphans()
    assert process.poll() is None


def test_a_process_is_spared_as_long_as_a_guardian_lives(start: Start, run_id: str) -> None:
    """Whose lease may have been lost, or be in another place."""
    process, _ = start(**{MARK: f"{run_id}/first"})
    assert mine(process) == {process.pid}
    guardian, _ = start("chaos.undo.guardian", f"/elsewhere/{run_id}.jsonl")
    assert mine(process) == set()
    guardian.kill()
    guardian.wait()
    assert mine(process) == {process.pid}


def test_open_leases_are_told_with_what_they_would_undo(run_id: str) -> None:
    assert left_over.leases().status == "well"
    undo = Undo(id="1", kind="processes.end", args={"mark": "nobody"}, says="end the services", repair="kill them")
    lease(run_id, held=False)
    assert f"{run_id}: nothing is open, but its list of undos is still there" in left_over.leases().says
    with (leases_folder() / f"{run_id}.jsonl").open("a") as file:
        file.write(json.dumps({"undo": asdict(undo)}) + "\n")
    found = left_over.leases()
    assert found.status == "wrong"
    assert f"{run_id}: end the services" in found.says


def test_a_lease_that_is_held_is_not_left_over(run_id: str) -> None:
    lease(run_id, held=True)
    assert left_over.leases().status == "well"


STARTED, ENDED = '{"event": "phase_started"}\n', '{"event": "run_ended", "at_s": 1.0}\n'
JOURNALS = {
    "it ended": ([STARTED + ENDED], True),
    "its experiments all ended": ([ENDED, STARTED + ENDED], True),
    "it was stopped between two experiments": ([STARTED + ENDED, None], True),
    "its only journal stops": ([STARTED], False),
    "its journal is empty": ([""], False),
    "its last line was cut short": ([STARTED + ENDED[:-1]], False),
    "its last line is none of ours": ([ENDED + "[]\n"], False),
    "its second journal stops": ([ENDED, STARTED], False),
}


def run_with(journals: list[str | None]) -> RunFolder:
    run = new_run([f"e{number}" for number in range(len(journals))])
    for name, text in zip(run.experiments, journals, strict=True):
        if text is not None:
            run.journal(name).write_text(text)
    return run


@pytest.mark.parametrize("case", JOURNALS)
def test_a_run_is_finished_or_not(case: str) -> None:
    journals, finished = JOURNALS[case]
    run = run_with(journals)
    assert [found.id for found in find_unfinished()] == ([] if finished else [run.id])
    assert (left_over.unfinished_runs().status == "well") == finished


def test_a_run_that_began_just_now_has_time_to_write_its_first_journal() -> None:
    run = run_with([None])
    assert find_unfinished() == ()
    os.utime(run.path, (0, 0))
    assert [found.id for found in find_unfinished()] == [run.id]


def test_only_unfinished_runs_that_are_not_alive_are_removed() -> None:
    finished, killed, alive = run_with([ENDED]), run_with([STARTED]), run_with([STARTED])
    lease(alive.id, held=True)
    assert remove_unfinished() == (killed.path,)
    assert not killed.path.exists()
    assert finished.path.exists()
    assert alive.path.exists()
    assert find_unfinished() == ()


def test_of_a_run_that_was_killed_in_its_midst_what_has_ended_stays() -> None:
    run = run_with([ENDED, STARTED, None])
    (run.path / "e1" / "front.log").write_text("hello")
    assert remove_unfinished() == (run.path / "e1",)
    assert run.journal("e0").read_text() == ENDED
    assert not (run.path / "e1").exists()
    assert find_unfinished() == ()
    assert find_run("last").experiments == ("e0", "e1", "e2")


def test_an_earlier_attempt_that_has_ended_stays() -> None:
    run = run_with([ENDED])
    run.set_aside("e0", 1)
    run.journal("e0").write_text(STARTED)
    assert remove_unfinished() == (run.path / "e0",)
    assert (run.path / "e0~1" / "journal.jsonl").read_text() == ENDED


def test_a_run_that_ends_while_it_is_looked_at_is_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_with([STARTED])

    def ends_now() -> frozenset[str]:
        with run.journal("e0").open("a") as journal:
            journal.write(ENDED)
        return frozenset()

    monkeypatch.setattr(unfinished, "live_runs", ends_now)
    assert find_unfinished() == ()
