"""How big the HTML report of a long run is and how soon it opens, and how long the report of a whole suite takes.

The journals are made here: ten minutes at 500 visits a second, and 24 short runs. Opening is measured in a real
Chromium (with playwright, of the `dev` extra) from the call to when the page is loaded and its first charts are drawn.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from measure import Figure, show

from chaos.experiment.experiment import Experiment
from chaos.experiment.plan import Plan
from chaos.experiment.system import System
from chaos.journal import events as e
from chaos.journal.journal import Journal

LONG_S, PER_S = 600.0, 500
SUITE = 24
PAGE = (
    "<!doctype html><html lang=en><title>Sorry</title><style>h1{color:red}</style><h1>Sorry, number %d</h1>"
    + "<p>x" * 4000
)
JOURNEYS = ("open_app", "upload", "search", "profile")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        long_run, suite = folder / "long", folder / "suite"
        make_run(long_run, ["long"], LONG_S, PER_S)
        make_run(suite, [f"experiment_{number}" for number in range(SUITE)], 12.0, 50)
        made_s = report(long_run, folder / "long.html")
        suite_s = report(suite, folder / "suite.html")
        sizes = {each: (folder / f"{each}.html").stat().st_size / 1e6 for each in ("long", "suite")}
        figures = [
            Figure("page of 10 minutes at 500/s", f"{sizes['long']:.2f} MB", "< 5 MB", sizes["long"] < 5),
            Figure("made from 300,000 visits in", f"{made_s:.1f} s", "", None),
            Figure(f"report of {SUITE} experiments", f"{suite_s:.2f} s", "< 3 s", suite_s < 3),
            Figure("its page", f"{sizes['suite']:.2f} MB", "", None),
        ]
        for each in ("long", "suite"):
            opened_s = opening(folder / f"{each}.html")
            if opened_s is not None:
                figures.append(Figure(f"opening the page ({each})", f"{opened_s:.2f} s", "< 2 s", opened_s < 2))
        show(figures)


def make_run(folder: Path, names: list[str], length_s: float, per_s: int) -> None:
    folder.mkdir()
    manifest = {"experiments": names, "allowed": {}, "skipped": {}}
    (folder / "run.json").write_text(json.dumps(manifest))
    for name in names:
        (folder / name).mkdir()
        journal = Journal(folder / name / "journal.jsonl")
        for event in night(name, length_s, per_s):
            journal.append(event)
        journal.close()


def night(name: str, length_s: float, per_s: int) -> Iterator[e.Event]:
    """A baseline, a fault in the middle third in which half of the visits are broken in ten ways, and a recovery."""
    rng = random.Random(name)
    plan = plan_of(name, per_s)
    began, ended = length_s / 3, length_s * 2 / 3
    yield e.RunStarted(at_s=0, plan=plan, gatecrash="0", rules="0", python="3", wall_time="2021-07-06T20:00:00+00:00")
    yield e.PhaseStarted(at_s=0, phase="baseline")
    for kind in range(10):
        yield e.AnswerSeen(
            at_s=began,
            fingerprint=f"f{kind}",
            journey=JOURNEYS[kind % len(JOURNEYS)],
            status=500,
            headers=(("Content-Type", "text/html"),),
            body=PAGE % kind,
            says=f"Sorry, number {kind}",
            findings={"G02": "a bare 500"},
        )
    in_fault = in_recovery = False
    for number in range(round(length_s * per_s)):
        due = number / per_s
        if due >= began and not in_fault:
            in_fault = True
            yield e.PhaseStarted(at_s=began, phase="fault")
            yield e.FaultInjected(at_s=began, issued_s=began, fault="hang on db")
        if due > ended and not in_recovery:
            in_recovery = True
            yield e.FaultTookEffect(
                at_s=ended, fault="hang on db", connections=9, requests=9, bytes=9, closes=0, link_bytes=9
            )
            yield e.FaultUndone(at_s=ended, issued_s=ended, fault="hang on db")
            yield e.PhaseStarted(at_s=ended, phase="recovery")
        yield visit(number, due, rng, broken=in_fault and not in_recovery and rng.random() < 0.5)
    yield e.RunEnded(at_s=length_s + 1)


def visit(number: int, due_s: float, rng: random.Random, *, broken: bool) -> e.Sample:
    took = rng.lognormvariate(-3.5, 0.6)
    kind = number % 10
    return e.Sample(
        journey=JOURNEYS[kind % len(JOURNEYS)] if broken else JOURNEYS[number % len(JOURNEYS)],
        user=f"user-{number % 1000}",
        due_s=due_s,
        left_s=due_s,
        ended_s=due_s + took,
        took_s=took,
        outcome="broken" if broken else "served",
        status=500 if broken else 200,
        rules=("G02",) if broken else (),
        answer=f"f{kind}" if broken else None,
    )


def plan_of(name: str, per_s: int) -> Plan:
    step = {"get": "edge:/"}
    system = {
        "name": "shop",
        "services": {"web": {"command": "web", "env": {"DB": "{links.db}"}}, "db": {"command": "db"}},
        "links": {"edge": {"to": "web"}, "db": {"to": "db"}},
        "journeys": {each: {"rate": f"{per_s / len(JOURNEYS)}/s", "steps": [step]} for each in JOURNEYS},
    }
    experiment = {
        "name": "The database hangs",
        "system": "system.yaml",
        "steady_state": {"open_app": {"served": ">= 99%"}},
        "faults": [{"link": "db", "hang": {}}],
        "during": {each: {"broken": "<= 5%"} for each in JOURNEYS},
    }
    return Plan(
        id=name,
        file=f"experiments/{name}.yaml",
        folder="/shop",
        vars={},
        seed=1,
        experiment=Experiment.model_validate_json(json.dumps(experiment)),
        system=System.model_validate_json(json.dumps(system)),
    )


def report(run: Path, output: Path) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "chaos", "report", str(run), "--format", "html", "-o", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode not in {0, 1}:
        sys.exit(f"the report could not be made: {done.stderr}")
    return time.perf_counter() - began


def opening(page: Path) -> float | None:
    """None, and a line that says why, where there is no browser."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        program = None
    if program is None:
        print("opening is not measured: there is no Chromium on PATH, or playwright is not installed")
        return None
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        tab = browser.new_page()
        began = time.perf_counter()
        tab.goto(page.as_uri(), wait_until="load")
        tab.locator("figure.journey").first.scroll_into_view_if_needed()
        tab.wait_for_selector("canvas")
        took = time.perf_counter() - began
        browser.close()
    return took


if __name__ == "__main__":
    main()
