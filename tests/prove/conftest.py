"""Plans of two experiments on a system with three variants, and verdicts on them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chaos.experiment.plan import Plan
from chaos.experiment.planner import make_plans
from chaos.experiment.systems import Choices
from chaos.verdict.busy import TOO_BUSY
from chaos.verdict.verdict import EXIT_CODES, Claim, Offence, Span, Verdict

SYSTEM = """
name: shop
vars: {mode: good}
variants: {leaking: {mode: leak}, losing: {mode: lose}, slow: {mode: slow}}
services: {web: {command: "web {vars.mode}"}}
links: {edge: {to: web}}
journeys: {open: {rate: 20/s, timeout: 1s, steps: [{get: "edge:/"}]}}
"""
EXPERIMENT: dict[str, Any] = {
    "system": "system.yaml",
    "steady_state": {"open": {"served": ">= 99%"}},
    "faults": [{"link": "edge", "hang": {}, "for": "2s"}],
    "during": {"open": {"broken": "0%"}},
}
OFFENCE = Offence(
    journey="open", due_s=1, outcome="broken", took_s=0.1, status=500, says="Traceback", rules=("G02", "G09")
)
REFUTED = Claim(
    phase="during",
    text="open broken <= 0%",
    state="refuted",
    measured="5%",
    why="broken was 5%",
    first_offence=OFFENCE,
)


@pytest.fixture
def plans(tmp_path: Path) -> Callable[..., tuple[Plan, ...]]:
    """Each experiment as `name=[variants that it catches]`, or as a mapping of more keys."""

    def make(**experiments: Any) -> tuple[Plan, ...]:
        (tmp_path / "system.yaml").write_text(SYSTEM)
        files = []
        for name, told in experiments.items():
            keys = told if isinstance(told, dict) else {"catches": told}
            files.append(tmp_path / f"{name}.yaml")
            files[-1].write_text(json.dumps({"name": name, **EXPERIMENT, **keys}))
        found = make_plans(files, Choices())
        assert found.problems == ()
        return found.plans

    return make


@pytest.fixture
def verdict() -> Callable[..., Verdict]:
    """`busy` and `refuted` are what the judge would have made of such a run."""

    def make(plan: Plan, word: Any, *, busy: bool = False, refuted: bool = False, **changes: Any) -> Verdict:
        claims = (REFUTED,) if refuted or word == "failed" else ()
        reasons = [f"{claim.text}: {claim.why}" for claim in claims] or (["why"] if word != "passed" else [])
        told: dict[str, Any] = {
            "id": plan.id,
            "title": plan.experiment.name,
            "why": "",
            "file": plan.file,
            "tags": (),
            "catches": plan.experiment.catches,
            "variant": plan.variant,
            "muted": plan.muted,
            "seed": 0,
            "gatecrash": "0",
            "rules": "0",
            "wall_time": "2021-07-06T20:00:00Z",
            "verdict": word,
            "exit_code": EXIT_CODES[word],
            "reasons": tuple(reasons + ([f"the baseline could not be judged: {TOO_BUSY}"] if busy else [])),
            "busy": busy,
            "warnings": (),
            "claims": claims,
            "proofs": (),
            "recovered": None,
            "watched_recovery_s": None,
            "phases": (Span(phase="baseline", from_s=0, to_s=1), Span(phase="fault", from_s=1, to_s=3)),
            "tallies": (),
            "boundary": 0,
            "ledgers": (),
            "seen": (),
            "took_s": 5.0,
        }
        return Verdict(**{**told, **changes})

    return make
