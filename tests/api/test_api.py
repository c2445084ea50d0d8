"""The public API: what a test that is written by hand does with a system."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

import chaos
from chaos.api import stub
from chaos.undo.processes import marked
from chaos.undo.state import leases_folder


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def left_over(folder: Path) -> tuple[int, ...]:
    return marked(f"{folder.name}/up")


def test_a_fault_is_on_inside_its_block_whatever_comes_out_of_it() -> None:
    with chaos.open_system("system.yaml") as system:
        edge = system.link("edge").url
        assert status(edge) == 200
        with system.link("store").down() as fault:
            assert status(edge) == 503
            assert fault.met
        assert "connections refused" in fault.proof.evidence
        assert status(edge) == 200
        with contextlib.suppress(ZeroDivisionError), system.service("store").pause():
            assert status(edge) == 503
            raise ZeroDivisionError
        assert status(edge) == 200
        assert status(system.url("service:store:/notes")) == 200
        folder = system.folder
    assert not left_over(folder)
    assert not list(leases_folder().iterdir())
    with pytest.raises(chaos.InvalidOption, match="does not stand"):
        system.url("edge:/")


def test_a_block_in_which_nobody_met_the_fault_can_not_be_green() -> None:
    with chaos.open_system("system.yaml") as system:
        unmet = pytest.raises(chaos.FaultNotMet, match=r"latency on store: no traffic met it.*proven=False")
        with unmet, system.link("store").latency("50ms"):
            pass
        with system.link("store").latency("50ms", proven=False) as fault:
            assert not fault.met
        with pytest.raises(ZeroDivisionError), system.link("store").latency("50ms"):
            raise ZeroDivisionError  # what comes out of the block goes first
        with pytest.warns(RuntimeWarning, match="down on store was made, but never injected"):
            system.link("store").down()
        fault = system.link("store").latency("50ms", jitter="5ms", share="100%").inject()
        assert status(system.url("edge:/")) == 200
        effect = fault.effect
        assert effect is not None
        assert effect.bytes > 0
        fault.undo()


def test_users_come_inside_their_block_and_their_figures_stay() -> None:
    with chaos.open_system("system.yaml", variant="leaking") as system:
        with system.users("read", rate="50/s") as users:
            with pytest.raises(chaos.NothingSeen):
                _ = users.from_now().served
            users.until(count=20)
            assert (users.served, users.p95 < 0.5) == (1.0, True)
            with system.link("store").down():
                during = users.from_now()
                during.until(count=10)
                assert (during.broken, during.degraded) == (1.0, 0.0)
            assert users.from_now().until_served(within="10s") >= 0
        assert users.count == len(users.samples) >= 50
        assert {answer.status for answer in users.answers} == {500}
        too_few = pytest.raises(chaos.NothingSeen, match="runs had ended within 100ms; 9 were waited for")
        with system.users("read", rate="1/s") as few, too_few:
            few.until(count=9, within="100ms")


def test_the_same_blocks_are_for_async_code_in_any_loop() -> None:
    async def story() -> Path:
        async with chaos.open_system("system.yaml") as system:
            async with system.users("read", clients=2) as users:
                await users.auntil(count=5)
                async with system.link("store").down():
                    during = users.from_now()
                    await during.auntil(count=5)
                    assert during.degraded == 1.0
                assert await users.from_now().auntil_served(of=5) < 5
            await system.arestart("store")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05), system.link("store").hang():
                    await asyncio.Event().wait()
            assert not system._live.faults, "undone, although it was cancelled"
            await system.areset()
            return system.folder

    assert not left_over(asyncio.run(story()))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda system: system.link("stoer"), "there is no link 'stoer'; did you mean store?"),
        (lambda system: system.service("web"), "there is no service 'web'"),
        (lambda system: system.users("raed"), "there is no journey 'raed'; did you mean read?"),
        (lambda system: system.users("read", rate="20"), 'rate: 20 has no unit; a rate is written like "20/s"'),
        (lambda system: system.url("nowhere:/"), "'nowhere:/' names no link; write it like edge:/path"),
        (
            lambda system: system.link("store").latency("400"),
            "link('store').latency: latency.delay: 400 has no unit; a duration is written like \"400ms\"",
        ),
        (
            lambda system: system.link("store").http_error(700),
            "link('store').http_error: http_error.status: it must be at most 599",
        ),
        (lambda system: system.link("store").fault("latncy"), "link('store').latncy: latncy: latncy is not known here"),
        (lambda system: system.link("store").fault("down", {"now": object()}), "not JSON serializable"),
    ],
)
def test_a_call_that_makes_no_sense_says_why(call: Any, message: str) -> None:
    refused = pytest.raises(chaos.InvalidOption, match=re.escape(message))
    with chaos.open_system("system.yaml") as system, refused:
        call(system)


def test_an_interrupted_block_leaves_nothing_and_the_interrupt_goes_on() -> None:
    """Ctrl-C in the middle of an injection."""
    script = """
import os, signal, threading, chaos
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever starts the tests may have switched it off
with chaos.open_system("system.yaml") as system:
    system.watch(lambda event: event.event == "undo_recorded" and os.kill(os.getpid(), signal.SIGINT))
    try:
        with system.link("store").down(proven=False):
            print("in force")
    except KeyboardInterrupt:
        print("interrupted", system._live.faults, flush=True)
        raise
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert "interrupted ()" in done.stdout, done.stdout + done.stderr
    assert done.returncode == -signal.SIGINT
    assert not list(leases_folder().iterdir())


def test_a_killed_process_leaves_nothing() -> None:
    script = """
import sys, chaos
with chaos.open_system("system.yaml") as system, system.link("store").down():
    print(system.folder, flush=True)
    sys.stdin.read()
"""
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        assert len(left_over(folder)) == 3
        process.kill()
    deadline = time.monotonic() + 10
    while (left_over(folder) or list(leases_folder().iterdir())) and time.monotonic() < deadline:
        time.sleep(0.01)  # between two looks
    assert not left_over(folder)
    assert not list(leases_folder().iterdir())


def test_experiments_are_run_as_by_the_command_also_in_other_threads() -> None:
    reports: list[chaos.Report] = []

    def run() -> None:
        reports.append(chaos.run_experiments("store_down.yaml", variant="leaking"))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    (verdict,) = reports[0].verdicts
    assert (verdict.verdict, reports[0].exit_code) == ("failed", 1)
    assert Path(f".gatecrash/runs/{reports[0].run}/results.json").exists()
    with pytest.raises(chaos.InvalidOption, match="there is no experiment 'x' here"):
        chaos.run_experiments("store_down.yaml", allow_inconclusive={"x": "why not"})


def test_the_types_of_the_faults_are_those_of_the_table() -> None:
    assert stub.FILE.read_text() == stub.stub(), "make it anew: python -m chaos.api.stub"


def test_every_public_name_is_there_and_importing_the_package_loads_none_of_them() -> None:
    assert all(getattr(chaos, name) for name in chaos.__all__)
    assert set(chaos.__all__) <= set(dir(chaos))
    listed = "import sys, chaos; print([name for name in sys.modules if name.startswith(('chaos.', 'pydantic'))])"
    assert subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True).stdout == "[]\n"
