"""Experiments that a process of their own runs: what becomes of it, and what it says at its end."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

import pytest

from chaos.backends.links import Choice
from chaos.errors import EnvironmentFailed, UndoFailed
from chaos.journal import events as e
from chaos.run.folders import new_run
from chaos.run.workers import process
from chaos.run.workers.apart import Apart
from chaos.run.workers.frames import read_frame
from chaos.run.workers.worker import Orders, Task
from chaos.undo.processes import marked
from chaos.undo.state import leases_folder

STANDS = {"services": {"web": {"command": "sleep 60", "ready": {"get": "/", "within": "30s"}}}}
ENDS = {"services": {"web": {"command": "false"}}, "audit": {}}


def test_one_that_is_killed_costs_its_experiment_alone(run: Any, plan: Any) -> None:
    folder = new_run(["a", "b"])

    async def killed() -> Any:
        worker = Apart(Orders(folder=folder, choice=Choice()), 1)

        def kill(event: Any) -> None:
            if isinstance(event, e.UndoRecorded):
                assert worker._process is not None
                os.kill(worker._process.pid, signal.SIGKILL)

        first = await worker.run(Task(plan=plan("a", **STANDS), name="a"), [kill])
        left = marked(f"{folder.id}/a"), list(leases_folder().iterdir())
        second = await worker.run(Task(plan=plan("b", **ENDS), name="b"), [])
        await worker.end()
        return first, left, second

    first, left, second = run(killed())
    assert (first.verdict, first.exit_code) == ("error", 3)
    assert first.reasons[0] == "the process that ran a ended by itself (signal 9); all is undone"
    assert left == ((), [])
    assert (second.id, second.verdict) == ("b", "error")
    assert "web" in second.reasons[0]
    assert not list(leases_folder().iterdir())


def test_one_that_is_killed_before_its_experiment_began_says_so(run: Any, plan: Any) -> None:
    folder = new_run(["a"])

    async def killed() -> Any:
        worker = Apart(Orders(folder=folder, choice=Choice()), 1)
        running = asyncio.create_task(worker.run(Task(plan=plan("a", **STANDS), name="a"), []))
        while worker._process is None:
            await asyncio.sleep(0)
        os.kill(worker._process.pid, signal.SIGKILL)
        return await running

    with pytest.raises(EnvironmentFailed, match=r"the process that ran a ended by itself \(signal 9\); all is undone"):
        run(killed())


def test_what_can_not_be_ended_is_told_at_the_end(run: Any) -> None:
    """Of the very module that is the other end."""
    reason = "end the proxy: it would not go"

    class Here:
        async def end(self) -> None:
            raise UndoFailed(reason)

    async def ended() -> None:
        reading, writing = os.pipe()
        loop = asyncio.get_running_loop()
        output, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, os.fdopen(writing, "wb"))
        await process._end(Here(), asyncio.StreamWriter(output, protocol, None, loop))  # type: ignore[arg-type]
        output.close()
        reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(reading, "rb"))
        said = await read_frame(reader)
        assert isinstance(said, UndoFailed)
        assert str(said) == reason

    run(ended())


def test_and_is_raised_where_the_run_ends(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = new_run(["a"])
    telling = (
        "import sys; from chaos.errors import UndoFailed; from chaos.run.workers.frames import framed;"
        "sys.stdin.buffer.read(); sys.stdout.buffer.write(framed(UndoFailed('it would not go')))"
    )
    monkeypatch.setattr("chaos.run.workers.apart.python", lambda module: ("python3", "-c", telling))

    async def ended() -> None:
        worker = Apart(Orders(folder=folder, choice=Choice()), 1)
        worker._process = await worker._start()
        await worker.end()

    with pytest.raises(UndoFailed, match="it would not go"):
        run(ended())
