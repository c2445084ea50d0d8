"""Experiments in this process, and the systems that they run on."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from chaos.backends.links import Choice
from chaos.experiment.experiment import Experiment
from chaos.journal.journal import read_journal
from chaos.run.folders import RunFolder, new_run
from chaos.run.premises import Premises
from chaos.run.workers.here import Here
from chaos.run.workers.systems import Systems
from chaos.run.workers.worker import Orders, Task
from chaos.undo.guarded import guarded
from chaos.undo.processes import marked
from chaos.undo.state import leases_folder
from chaos.verdict.judge import judge
from chaos.verdict.verdict import EXIT_CODES, Verdict
from tests.run.conftest import EXPERIMENT

STANDS: dict[str, Any] = {"services": {"web": {"command": "sleep 60"}}, "audit": {}}
"""Nobody ever listens there, so its experiments are over as soon as their system should be up."""
ENDS: dict[str, Any] = {"services": {"web": {"command": "false"}}, "audit": {}}


def says(on_new: str, on_used: str) -> Any:
    """A judge that goes by nothing but whether the system had been used before."""

    def say(events: Any) -> Verdict:
        verdict = judge(events)
        word = on_used if verdict.served else on_new
        return replace(verdict, verdict=word, exit_code=EXIT_CODES[word])  # type: ignore[arg-type,index]

    return say


def orders(folder: RunFolder, *, reuse: bool = True) -> Orders:
    return Orders(folder=folder, choice=Choice(), reuse=reuse)


def run_both(run: Any, plans: list[Any], *, reuse: bool = True) -> tuple[RunFolder, list[Verdict]]:
    folder = new_run([plan.id for plan in plans])

    async def one_after_the_other() -> list[Verdict]:
        here = Here(orders(folder, reuse=reuse))
        verdicts = [await here.run(Task(plan=plan, name=plan.id), ()) for plan in plans]
        await here.end()
        return verdicts

    return folder, run(one_after_the_other())


REUSED: dict[str, tuple[str, str, bool, tuple[tuple[str, ...], bool]]] = {
    "what was left as it was serves the next": ("passed", "passed", True, (("a",), False)),
    "only a pass counts on a used one": ("passed", "failed", True, ((), True)),
    "inconclusive does not count there either": ("passed", "inconclusive", True, ((), True)),
    "what failed leaves nothing for others": ("failed", "passed", True, ((), False)),
    "not unless it is asked for": ("passed", "passed", False, ((), False)),
}


@pytest.mark.parametrize("case", REUSED)
def test_a_used_system(run: Any, plan: Any, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    on_new, on_used, reuse, (served, set_aside) = REUSED[case]
    monkeypatch.setattr("chaos.run.verdicts.judge", says(on_new, on_used))
    folder, (_, second) = run_both(run, [plan("a", **ENDS), plan("b", **ENDS)], reuse=reuse)
    assert second.served == served
    assert second.verdict == ("passed" if on_new == "passed" else on_new)
    assert (folder.path / "b~used").exists() is set_aside
    stored = {name for name in ("a", "b") if (folder.path / name / "work").exists()}
    assert stored == ({"a", "b"} if on_new == "failed" else {"a"} if set_aside else set()), "for who looks why"
    if set_aside:
        (first, *_) = read_journal(folder.path / "b~used" / "journal.jsonl")
        assert first.served == ("a",)  # type: ignore[union-attr]
    assert not marked(f"{folder.id}/a")
    assert not marked(f"{folder.id}/b")
    assert not list(leases_folder().iterdir())


BOUNDED = Experiment.model_validate_json(json.dumps({**EXPERIMENT, "links": {"edge": {"amplification": "<= 2"}}})).links

OTHERWISE: dict[str, dict[str, Any]] = {
    "another system": {"services": {"web": {"command": "true"}}},
    "the same experiment again": {"id": "a"},
    "a service was broken": {"faults": [{"service": "web", "pause": {}, "for": "1s"}]},
    "containers of somebody else's": {"compose": {"project": "shop"}},
    "an audit that is not asked for": {"audit": {"items": {"of": "save", "stored": {"get": "web:/", "ids": "[*]"}}}},
}


@pytest.mark.parametrize("case", OTHERWISE)
def test_what_a_used_system_does_not_do_for(run: Any, plan: Any, case: str) -> None:
    """As the next one of a system that was kept, or as the one after which it is not kept."""
    folder = new_run(["a", "b"])
    other = plan(**{"id": "b", **STANDS, **OTHERWISE[case]})
    if "audit" in OTHERWISE[case]:
        other = replace(other, experiment=other.experiment.model_copy(update={"audit": {}}))

    async def asked() -> tuple[bool, bool]:
        with guarded(folder.id, folder.path) as lease:
            systems = Systems(orders(folder), lease)
            first = Task(plan=plan("a", **STANDS), name="a")
            used = await systems.for_task(first)
            assert used.lasts
            await systems.give_back(used, first, passed=True)
            second = await systems.for_task(Task(plan=other, name="b"))
            return bool(second.served), second.lasts

    taken, kept = run(asked())
    assert not (taken and kept)


def test_a_used_system_counts_the_requests_that_the_next_experiment_claims_something_of(
    run: Any, plan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[frozenset[str]] = []
    monkeypatch.setattr(Premises, "count_on", lambda _, counted: asked_for.append(counted))
    folder = new_run(["a", "b"])
    claims = plan("b", **STANDS)
    claims = replace(claims, experiment=claims.experiment.model_copy(update={"links": BOUNDED}))

    async def asked() -> tuple[str, ...]:
        with guarded(folder.id, folder.path) as lease:
            systems = Systems(orders(folder), lease)
            first = Task(plan=plan("a", **STANDS), name="a")
            await systems.give_back(await systems.for_task(first), first, passed=True)
            return (await systems.for_task(Task(plan=claims, name="b"))).served

    assert run(asked()) == ("a",)
    assert asked_for == [{"edge"}]
