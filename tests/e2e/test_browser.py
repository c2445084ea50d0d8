"""A whole experiment with a user at a real browser, and nothing left of the browser whatever ends the runner."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from chaos.journal.events import Sample
from chaos.journal.journal import read_journal
from chaos.journeys.browser.available import why_no_browser

MISSING = why_no_browser()
pytestmark = pytest.mark.skipif(MISSING is not None and not os.environ.get("CI"), reason=str(MISSING))

BROWSER = """
journeys:
  look: {browser: true, clients: 2, think: 50ms, timeout: 20s, steps: [{get: "edge:/", expect: {text: all is well}}]}
"""


def at_a_browser(gatecrash: Any) -> None:
    system = gatecrash.folder / "system.yaml"
    quiet = system.read_text().replace("rate: 40/s", "rate: 10/s")
    system.write_text(quiet.replace("\njourneys:\n", BROWSER, 1))
    path = gatecrash.folder / "experiments" / "store_down.yaml"
    lines = path.read_text().replace("during:\n", "during:\n  look: {broken: 0%}\n")
    lines = lines.replace(", for: 1200ms", "")  # until there are samples, however busy this machine is
    lines = lines.replace("{within: 3s}", "{within: 60s}\nbaseline: {within: 60s}\nsamples: 5")
    path.write_text(lines.replace("steady_state:\n", "steady_state:\n  look: {served: '>= 99%'}\n"))


def test_a_user_at_a_browser_is_judged_like_any_other(gatecrash: Any) -> None:
    at_a_browser(gatecrash)
    ended = gatecrash("run", timeout=200)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    journal = next(Path(gatecrash.runs()[-1]).glob("*/journal.jsonl"))
    samples = [event for event in read_journal(journal) if isinstance(event, Sample) and event.journey == "look"]
    assert {sample.outcome for sample in samples} == {"served", "degraded"}
    assert not gatecrash.left_over()


def test_a_killed_runner_leaves_no_browser(gatecrash: Any, until: Any) -> None:
    at_a_browser(gatecrash)
    events = gatecrash.folder / "events.jsonl"
    runner = gatecrash.start("run", "--events", str(events))
    until(lambda: events.exists() and "fault_injected" in events.read_text(), "the fault", within=120)
    assert len(gatecrash.left_over()) > 5, "the services, the proxy, the browser and its driver"
    os.kill(runner.pid, signal.SIGKILL)
    killed = time.monotonic()
    until(lambda: not gatecrash.left_over() and not gatecrash.leases, "nothing left over")
    assert time.monotonic() - killed < 4.0


def test_without_a_browser_the_file_says_what_is_missing(gatecrash: Any) -> None:
    at_a_browser(gatecrash)
    gatecrash.env["PATH"] = str(gatecrash.folder)
    ended = gatecrash("validate")
    assert ended.returncode == 2
    assert "journeys.look.browser: there is no Chromium on PATH" in ended.stdout + ended.stderr
