"""The guardian as a real process: it undoes all when the runner is gone, and only then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chaos.undo import guardian as module
from chaos.undo.guardian import Guardian
from chaos.undo.lease import Lease, read_lease
from chaos.undo.processes import identity, marked
from chaos.undo.state import leases_folder
from chaos.undo.undo import Undo

WAIT = "import signal; print('up', flush=True); signal.pause()"
RUNNER = """
import signal, sys
from pathlib import Path
from chaos.undo.guardian import Guardian
from chaos.undo.lease import Lease
from chaos.undo.state import leases_folder
from chaos.undo.undo import Undo
lease = Lease(leases_folder() / "run-1.jsonl")
lease.begin("run-1", Path("/"))
guardian = Guardian(lease)
lease.record(Undo("1", "processes.end", {"mark": sys.argv[1]}, "end it", "kill it"))
print(guardian.pid, flush=True)
signal.pause()
"""


def end_processes(mark: str) -> Undo:
    return Undo("1", "processes.end", {"mark": mark}, "end it", "kill it")


@pytest.fixture
def lease() -> Lease:
    held = Lease(leases_folder() / "run-1.jsonl")
    held.begin("run-1", Path("/"))
    return held


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_runner_that_is_gone_is_cleaned_up_after(
    start: Callable[..., Any], mark: str, number: int, until: Any
) -> None:
    victim = start(WAIT)
    runner = subprocess.Popen([sys.executable, "-c", RUNNER, mark], stdout=subprocess.PIPE, text=True)
    assert runner.stdout is not None
    guardian = int(runner.stdout.readline())
    assert marked(mark) == (victim.pid,)
    os.kill(runner.pid, number)
    runner.communicate()
    until(lambda: not marked(mark), "the service is ended")
    until(lambda: not list(leases_folder().iterdir()), "the lease is removed")
    until(lambda: identity(guardian) is None, "the guardian has gone")
    victim.wait()


def test_signals_of_a_terminal_do_not_end_the_guardian(lease: Lease, start: Any, mark: str, until: Any) -> None:
    victim = start(WAIT)
    lease.record(end_processes(mark))
    guardian = Guardian(lease)
    until(lambda: ignores(guardian.pid, signal.SIGHUP), "the guardian has begun")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        os.kill(guardian.pid, number)
    assert victim.poll() is None
    lease.close(remove=False)
    guardian.dismiss()
    assert not marked(mark)
    victim.wait()
    assert read_lease(lease.path) is None


def ignores(pid: int, number: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    mask = next(int(line.split()[1], 16) for line in status if line.startswith("SigIgn"))
    return bool(mask >> (number - 1) & 1)


def test_the_guardian_holds_the_lease(lease: Lease) -> None:
    guardian = Guardian(lease)
    state = read_lease(lease.path)
    assert state is not None
    assert state.holders[-1] == (guardian.pid, identity(guardian.pid))
    lease.close(remove=True)
    guardian.dismiss()
    assert identity(guardian.pid) is None


def test_a_dismissed_guardian_leaves_alone_what_the_runner_has_undone(lease: Lease, start: Any, mark: str) -> None:
    other = start(WAIT)
    guardian = Guardian(lease)
    lease.record(end_processes(mark))
    lease.done(end_processes(mark))
    lease.close(remove=True)
    guardian.dismiss()
    assert other.poll() is None
    assert not list(leases_folder().iterdir())


def test_what_can_not_be_undone_stays_in_the_lease(lease: Lease) -> None:
    guardian = Guardian(lease)
    undo = Undo("1", "unheard-of", {}, "", "")
    lease.record(undo)
    lease.close(remove=False)
    guardian.dismiss()
    state = read_lease(lease.path)
    assert state is not None
    assert state.open_undos == (undo,)
    assert identity(guardian.pid) is None


def test_a_guardian_that_is_long_at_it_is_left_to_it(lease: Lease, monkeypatch: pytest.MonkeyPatch) -> None:
    guardian = Guardian(lease)
    os.kill(guardian.pid, signal.SIGSTOP)
    monkeypatch.setattr(module, "DISMISSED_WITHIN_S", 0.05)
    lease.close(remove=True)
    guardian.dismiss()
    os.kill(guardian.pid, signal.SIGCONT)
    os.waitpid(guardian.pid, 0)


def test_a_guardian_finds_its_own_code_wherever_the_runner_was_started(
    tmp_path: Path, mark: str, start: Any, until: Any
) -> None:
    """`python -m chaos` in a checkout that was not installed: the working directory alone leads to the code."""
    checkout = Path(module.__file__).parents[2]
    start(WAIT)
    packages = ":".join(path for path in sys.path if path.endswith("site-packages"))
    program = f"import sys; sys.path.insert(0, ''); sys.path[1:1] = {packages!r}.split(':')\n{RUNNER}"
    runner = subprocess.Popen(
        [sys.executable, "-S", "-c", program, mark], cwd=checkout, stdout=subprocess.PIPE, text=True
    )
    assert runner.stdout is not None
    assert runner.stdout.readline()
    runner.kill()
    runner.communicate()
    until(lambda: not marked(mark), "the service is ended")
