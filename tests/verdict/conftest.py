"""Journals that read like what happened: a baseline, a fault on, runs, the fault off, runs, an audit."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Self

import pytest

from chaos.experiment.experiment import Experiment
from chaos.experiment.plan import Plan
from chaos.experiment.system import System
from chaos.journal import events as e
from chaos.undo.undo import Undo
from chaos.verdict.judge import judge
from chaos.verdict.verdict import Verdict

SYSTEM: Mapping[str, Any] = {
    "name": "shop",
    "services": {"web": {"command": "web {port}"}, "db": {"command": "db {port}"}},
    "links": {"edge": {"to": "web"}, "db": {"to": "db"}},
    "journeys": {
        "open": {"rate": "20/s", "timeout": "1s", "steps": [{"get": "edge:/"}]},
        "save": {"rate": "20/s", "timeout": "1s", "steps": [{"post": "edge:/items", "acknowledge": {"json": "id"}}]},
    },
    "probes": {"queue": {"get": "db:/stats", "value": "queue"}},
    "audit": {"items": {"of": "save", "stored": {"get": "db:/items", "ids": "[*]"}, "within": "2s"}},
}
EXPERIMENT: Mapping[str, Any] = {
    "name": "The database hangs",
    "system": "system.yaml",
    "steady_state": {"open": {"served": ">= 99%", "p95": "<= 300ms"}},
    "faults": [{"link": "db", "hang": {}, "for": "2s"}],
    "during": {"open": {"broken": "<= 5%"}},
    "recovery": {"within": "3s"},
}
OUTCOMES = {"s": "served", "d": "degraded", "b": "broken"}
EVERY_S = 0.05
CONFIRMING_S = 0.1
"""From issuing an injection or an undo to its confirmation."""


class Story:
    """A journal in the making; `now` is the run's clock. Runs are told as `"40s 3d 1b"`: served, degraded, broken."""

    def __init__(self, **experiment: Any) -> None:
        told = {**EXPERIMENT, **experiment}
        self.plan = Plan(
            id="db_hangs",
            file="experiments/db_hangs.yaml",
            folder="/shop",
            variant=None,
            vars={},
            seed=1,
            experiment=Experiment.model_validate_json(json.dumps(told)),
            system=System.model_validate_json(json.dumps(SYSTEM)),
        )
        self.now = 0.0
        self.events: list[e.Event] = [
            e.RunStarted(
                at_s=0.0, plan=self.plan, gatecrash="1.0", rules="1", python="3.12", wall_time="2021-07-06T20:00:00Z"
            )
        ]

    @property
    def fault(self) -> str:
        return self.plan.faults[0].name

    def add(self, event: e.Event) -> Self:
        self.events.append(event)
        return self

    def wait(self, seconds: float) -> Self:
        self.now += seconds
        return self

    def runs(self, told: str, *, journey: str = "open", every: float = EVERY_S, **facts: Any) -> Self:
        """Runs due one after the other, from now on; each took 10 ms and left on time unless `facts` say otherwise."""
        for letter in _letters(told):
            self.run(OUTCOMES[letter], journey=journey, **facts)
            self.now += every
        return self

    def run(
        self, outcome: str = "served", *, journey: str = "open", took: float = 0.01, late: float = 0.0, **facts: Any
    ) -> Self:
        """One run that is due now; the clock stands still."""
        return self.add(
            e.Sample(
                journey=journey,
                due_s=self.now,
                left_s=self.now + late,
                ended_s=self.now + took,
                took_s=took,
                outcome=outcome,  # type: ignore[arg-type]
                **{"user": f"user-{len(self.events)}", "status": 200 if outcome == "served" else 500, **facts},
            )
        )

    def pairs(
        self, told: str, beside: str, *, took: float = 0.01, beside_took: float = 0.01, late: float = 0.0
    ) -> Self:
        """Runs of `open` as in `runs`, each with its partner on the copy without the fault."""
        for ours, theirs in zip(_letters(told), _letters(beside), strict=True):
            self.run(OUTCOMES[ours], took=took, late=late).run_beside(OUTCOMES[theirs], took=beside_took, late=late)
            self.now += EVERY_S
        return self

    def run_beside(self, outcome: str, **facts: Any) -> Self:
        """One run that is due now on the copy without the fault."""
        sample = self.run(outcome, **facts).events.pop()
        assert isinstance(sample, e.Sample)
        return self.add(e.ControlSample(at_s=sample.ended_s, sample=sample))

    def phase(self, phase: e.Phase) -> Self:
        return self.add(e.PhaseStarted(at_s=self.now, phase=phase))

    def baseline(self, told: str = "25s", *, carried: int = 5000, **facts: Any) -> Self:
        return self.phase("baseline").runs(told, **facts).add_carried(carried)

    def add_carried(self, carried: int = 5000) -> Self:
        """Where the baseline ends."""
        return self.add(e.LinksCarried(at_s=self.now, bytes_by_link={"edge": 9000, "db": carried}))

    def counted(self, connections: int, link: str = "db", *, requests: int | None = None) -> Self:
        """Connections that a link has taken so far, and requests where these were counted."""
        read = {} if requests is None else {link: requests}
        return self.add(e.LinksCounted(at_s=self.now, connections_by_link={link: connections}, requests_by_link=read))

    def probed(self, figure: float | None, failure: str | None = None, *, probe: str = "queue") -> Self:
        """What a probe says now."""
        return self.add(e.ProbeTaken(at_s=self.now, probe=probe, took_s=0.01, figure=figure, failure=failure))

    def fault_on(self, fault: str | None = None) -> Self:
        self.phase("fault").wait(CONFIRMING_S)
        return self.add(e.FaultInjected(at_s=self.now, issued_s=self.now - CONFIRMING_S, fault=fault or self.fault))

    def effect(self, fault: str | None = None, **counted: Any) -> Self:
        none: dict[str, Any] = {"connections": 0, "requests": 0, "bytes": 0, "closes": 0}
        return self.add(e.FaultTookEffect(at_s=self.now, fault=fault or self.fault, **{**none, **counted}))

    def fault_off(self, fault: str | None = None) -> Self:
        issued = self.now
        self.wait(CONFIRMING_S)
        return self.add(e.FaultUndone(at_s=self.now, issued_s=issued, fault=fault or self.fault))

    def recovery(self, told: str = "45s", **facts: Any) -> Self:
        return self.phase("recovery").runs(told, **facts)

    def audit(self, *stored: str, pending: tuple[str, ...] = (), checksums: tuple[str, ...] = ()) -> Self:
        self.phase("audit").wait(1.0)
        return self.add(
            e.AuditTaken(
                at_s=self.now, audit="items", stored=stored, pending=pending, waited_s=1.0, checksums=checksums
            )
        )

    def undo_failed(self) -> Self:
        undo = Undo(
            id="1", kind="toxic.remove", args={"link": "db"}, says="remove the toxic from db", repair="curl -X DELETE"
        )
        return self.add(e.UndoFailed(at_s=self.now, undo=undo, reason="connection refused"))

    def end(self) -> Self:
        return self.add(e.RunEnded(at_s=self.now))

    def night(
        self, *, baseline: str = "25s", during: str = "45s", acted: Mapping[str, Any] | None = None, after: str = "45s"
    ) -> Self:
        """All of it but the end: the fault acts, and everything holds unless told otherwise."""
        self.baseline(baseline).fault_on().runs(during)
        self.effect(**({"connections": 9, "bytes": 700, "link_bytes": 700} if acted is None else acted))
        return self.fault_off().recovery(after)

    def verdict(self) -> Verdict:
        return judge(self.events)


def _letters(told: str) -> str:
    return "".join(letter * int(count) for count, letter in re.findall(r"(\d+)([sdb])", told))


@pytest.fixture
def story() -> Callable[..., Story]:
    return Story
