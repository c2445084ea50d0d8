"""A service that is slowed down: for the share that was asked for, and never longer than somebody wants it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from chaos.errors import EnvironmentFailed
from chaos.system.slowing import Slowing
from chaos.undo import sessions
from chaos.undo.processes import identity, marked, session_of

BUSY = "print('up', flush=True)\nwhile True: pass"


@pytest.fixture
def session() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    process.stdout.readline()
    yield str(session_of(process.pid))
    process.kill()
    process.communicate()


def test_a_service_is_seen_stopped_for_its_share(run: Any, session: str, mark: str) -> None:
    async def all_of_it() -> float:
        slowing = Slowing("busy")
        await slowing.start(session, 0.8, mark=mark)
        await asyncio.sleep(1.0)  # the time over which it is measured
        ratio = await slowing.stopped_ratio()
        await slowing.end()
        return ratio

    assert 0.6 < run(all_of_it()) <= 0.95
    assert sessions.state_of(session) == "running"
    assert not marked(mark)


def test_a_runner_that_is_gone_leaves_no_service_stopped(session: str, mark: str, until: Any) -> None:
    """Its end of the pipe closes, whatever ended it."""
    program = (
        "import asyncio, sys\nfrom chaos.system.slowing import Slowing\n"
        "async def main():\n    await Slowing('busy').start(sys.argv[1], 0.9, mark=sys.argv[2])\n"
        "    print('slowing', flush=True)\n    await asyncio.sleep(60)\nasyncio.run(main())"
    )
    runner = subprocess.Popen(
        [sys.executable, "-c", program, session, mark], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert runner.stdout is not None
    runner.stdout.readline()
    (throttle,) = marked(mark)
    os.kill(runner.pid, signal.SIGKILL)
    runner.communicate()
    until(lambda: identity(throttle) is None, "the throttle has ended")
    assert sessions.state_of(session) == "running"


def test_a_throttle_that_is_gone_is_an_error_that_names_the_service(run: Any, session: str, mark: str) -> None:
    async def all_of_it() -> None:
        slowing = Slowing("busy")
        await slowing.start(session, 0.5, mark=mark)
        (throttle,) = marked(mark)
        os.kill(throttle, signal.SIGKILL)
        with pytest.raises(EnvironmentFailed, match="slows the service busy down does not answer"):
            await slowing.stopped_ratio()
        await slowing.end()

    run(all_of_it())
    sessions.resume(session)
