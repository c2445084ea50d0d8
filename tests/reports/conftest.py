"""Verdicts built by hand: a failed one with everything in it, to be changed as a test needs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chaos.experiment.experiment import Experiment
from chaos.experiment.plan import Plan
from chaos.experiment.system import System
from chaos.journal import events as e
from chaos.journal.events import AnswerSeen
from chaos.verdict.judge import judge
from chaos.verdict.verdict import (
    EXIT_CODES,
    Claim,
    Ledger,
    Offence,
    Proof,
    Seen,
    Span,
    Tally,
    TimeToRecover,
    Verdict,
)

EXPERIMENT_FILE = """name: The database hangs
system: system.yaml
steady_state: {open: {served: ">= 99%"}}
faults: [{link: db, hang: {}, for: 2s}]
during:
  open: {broken: <= 5%}
recovery: {within: 3s}
"""
PLAN = Plan(
    id="db_hangs",
    file="experiments/db_hangs.yaml",
    folder="/shop",
    vars={},
    seed=1,
    experiment=Experiment.model_validate_json(
        json.dumps(
            {
                "name": "The database hangs",
                "system": "system.yaml",
                "steady_state": {"open": {"served": ">= 99%"}},
                "faults": [{"link": "db", "hang": {}, "for": "2s"}],
                "during": {"open": {"broken": "<= 5%"}},
                "recovery": {"within": "3s"},
            }
        )
    ),
    system=System.model_validate_json(
        json.dumps(
            {
                "name": "shop",
                "services": {
                    "web": {"command": "web {port}", "env": {"DB": "{links.db}"}},
                    "db": {"command": "db {port}"},
                },
                "links": {"edge": {"to": "web"}, "db": {"to": "db"}},
                "journeys": {"open": {"rate": "20/s", "timeout": "1s", "steps": [{"get": "edge:/"}]}},
            }
        )
    ),
)
OFFENCE = Offence(
    journey="open", due_s=3.2, outcome="broken", took_s=0.02, status=500, says="Server error", rules=("G02",)
)
SEEN = Seen(
    journey="open",
    count=30,
    users=12,
    first_s=3.2,
    last_s=5.0,
    outcome="broken",
    status=500,
    says="Server error",
    rules={"G02": "a bare 500"},
    answer=AnswerSeen(
        at_s=3.2, fingerprint="f", journey="open", status=500, headers=(("A", "b"),), body="Server error", says="S"
    ),
)
VERDICT = Verdict(
    id="db_hangs",
    title="The database hangs",
    why="",
    file="experiments/db_hangs.yaml",
    tags=("db",),
    catches=("fragile",),
    variant=None,
    seed=0,
    gatecrash="0.1",
    rules="0.1",
    wall_time="2021-07-06T20:00:00+00:00",
    verdict="failed",
    exit_code=1,
    reasons=("open broken: 30% of 100, at most 0% was claimed", "items lost: 2"),
    warnings=("the baseline was close",),
    claims=(
        Claim(
            phase="during",
            text="open broken <= 0%",
            state="refuted",
            measured="30%",
            samples=100,
            interval="22% to 40%",
            first_offence=OFFENCE,
        ),
        Claim(phase="recovery", text="steady within 3s", state="held", measured="0.2s to 0.25s", samples=40),
    ),
    proofs=(Proof(fault="hang on db", acted=True, evidence="9 connections, 700 B held back"),),
    recovered=TimeToRecover(at_least_s=0.2, at_most_s=0.25),
    watched_recovery_s=2.0,
    phases=(Span(phase="baseline", from_s=0, to_s=1.5), Span(phase="fault", from_s=1.5, to_s=None)),
    tallies=(Tally(journey="open", phase="during", served=60, degraded=10, broken=30, p50_s=0.01, p95_s=0.4),),
    boundary=1,
    ledgers=(
        Ledger(
            audit="items",
            journey="save",
            acknowledged=50,
            stored=48,
            lost=("a", "b"),
            duplicated=(),
            pending=(),
            refused=3,
            unknown=1,
            phantom=0,
        ),
    ),
    seen=(SEEN,),
    took_s=7.25,
)
BARE: dict[str, Any] = {
    "claims": (),
    "proofs": (),
    "recovered": None,
    "watched_recovery_s": None,
    "phases": (),
    "tallies": (),
    "ledgers": (),
    "seen": (),
    "warnings": (),
}


def build(word: str = "failed", **changes: Any) -> Verdict:
    told: dict[str, Any] = {"verdict": word, "exit_code": EXIT_CODES[word], **changes}  # type: ignore[index]
    if word == "passed":
        told = {"reasons": (), **told}
    return dataclasses.replace(VERDICT, **told)


@pytest.fixture
def verdict() -> Callable[..., Verdict]:
    return build


@pytest.fixture
def beside() -> Callable[..., Verdict]:
    """With a control: one claim of the difference to it, and one that both copies were held to."""
    claims = (
        Claim(
            phase="during",
            text="open p95 <= control + 200ms",
            state="held",
            measured="400ms",
            control="310ms",
            difference="+90ms",
            samples=98,
            interval="+60ms to +130ms",
        ),
        Claim(phase="during", text="open broken <= 5%", state="held", measured="2%", control="1%", samples=100),
    )
    there = Tally(journey="open", phase="during", served=90, degraded=9, broken=1, p50_s=0.01, p95_s=0.31)
    return lambda word="passed", **changes: build(word, claims=claims, control=(there,), **changes)


@pytest.fixture
def bare() -> Callable[..., Verdict]:
    """With nothing in it but the word and its reasons: nothing was started, or it ended at once."""
    return lambda word="error", **changes: build(word, **{**BARE, **changes})


@pytest.fixture
def full() -> Callable[..., Verdict]:
    """As the judge makes it of a journal in which the fault broke almost half of the visits."""
    events: list[e.Event] = [
        e.RunStarted(
            at_s=0.0, plan=PLAN, gatecrash="1.0", rules="1", python="3.12", wall_time="2021-07-06T20:00:00+00:00"
        ),
        e.PhaseStarted(at_s=0.5, phase="baseline"),
        *(_visit(0.5 + number * 0.05) for number in range(30)),
        e.LinksCarried(at_s=2.0, bytes_by_link={"edge": 9000, "db": 5000}),
        e.PhaseStarted(at_s=2.0, phase="fault"),
        e.FaultInjected(at_s=2.01, issued_s=2.0, fault="hang on db"),
        *(_visit(2.05 + number * 0.05, "broken" if number < 20 else "degraded") for number in range(45)),
        e.FaultTookEffect(
            at_s=4.31, fault="hang on db", connections=9, requests=0, bytes=700, closes=0, link_bytes=700
        ),
        e.FaultUndone(at_s=4.35, issued_s=4.32, fault="hang on db"),
        e.PhaseStarted(at_s=4.35, phase="recovery"),
        *(_visit(4.4 + number * 0.05) for number in range(45)),
        e.RunEnded(at_s=7.0),
    ]
    judged = dataclasses.replace(judge(events), seen=(SEEN,))
    return lambda **changes: dataclasses.replace(judged, **changes)


def _visit(due_s: float, outcome: Any = "served") -> e.Sample:
    return e.Sample(
        journey="open",
        user=f"user-{due_s:.2f}",
        due_s=due_s,
        left_s=due_s,
        ended_s=due_s + 0.02,
        took_s=0.02,
        outcome=outcome,
        status=200 if outcome == "served" else 500,
        failure=None,
    )


@pytest.fixture
def experiment_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of `full`, in the working directory."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "experiments" / "db_hangs.yaml"
    file.parent.mkdir()
    file.write_text(EXPERIMENT_FILE)
    return file


@pytest.fixture
def seen() -> Seen:
    return SEEN
