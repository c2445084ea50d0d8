"""A control beside the system, end to end: a noisy machine cancels out, a fault does not, and nothing is left."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from typing import Any

from chaos.journal import events as e
from chaos.journal.journal import read_journal
from chaos.undo.processes import marked
from chaos.verdict.judge import judge

EXPERIMENT = """
name: The store takes its time
system: ../system.yaml
control: true
window: 500ms
steady_state: {write: {served: ">= 99%"}}
faults: [{link: store, http_delay: {delay: 1s, match: {method: POST}}, for: 2500ms}]
during: {read: {degraded: "<= control + 25%", served: ">= 90%"}}
recovery: {within: 3s}
"""


def begun(gatecrash: Any, until: Any) -> Any:
    """A run whose fault is on."""
    events = gatecrash.folder / "events.jsonl"
    runner = gatecrash.start("run", "experiments/slow.yaml", "--events", str(events))
    until(lambda: events.exists() and "fault_injected" in events.read_text(), "the fault")
    return runner


def both(gatecrash: Any) -> tuple[int, ...]:
    """Processes of the system, and of the control."""
    return (*marked(gatecrash.mark()), *marked(f"{gatecrash.mark()}~control"))


def test_a_noisy_machine_cancels_out_and_what_the_fault_adds_does_not(gatecrash: Any) -> None:
    """The stores of both copies are late with every third note that is read: that is the machine. The fault happens to
    notes that are written.
    """
    system = gatecrash.folder / "system.yaml"
    system.write_text(system.read_text().replace(" store --port", " store --late --port"))
    gatecrash.write("experiments/slow.yaml", EXPERIMENT)
    done = gatecrash("run", "experiments/slow.yaml")
    assert done.returncode == 4, done.stdout + done.stderr
    assert "read served >= 90%: the copy without the fault missed it too" in done.stdout
    assert "held: read degraded <= control + 25% (" in done.stdout
    assert "without the fault: " in done.stdout
    assert not both(gatecrash)

    events = list(read_journal(gatecrash.runs()[-1] / "slow" / "journal.jsonl"))
    alone = [event for event in events if not isinstance(event, e.ControlSample)]
    assert len(events) - len(alone) > 100
    assert judge(_planned(alone, control=False, read={"served": ">= 90%"})).verdict == "failed"
    assert judge(_planned(events, control=True, read={"degraded": "<= control + 25%"})).verdict == "passed"
    assert judge(_planned(events, control=True, write={"served": ">= control - 5%"})).verdict == "failed"


def test_a_runner_that_is_killed_leaves_neither_copy_behind(gatecrash: Any, until: Any) -> None:
    gatecrash.write("experiments/slow.yaml", EXPERIMENT.replace("2500ms", "60s"))
    runner = begun(gatecrash, until)
    assert len(marked(f"{gatecrash.mark()}~control")) == len(marked(gatecrash.mark())) > 2
    runner.send_signal(signal.SIGKILL)
    runner.communicate()
    until(lambda: not both(gatecrash) and not gatecrash.leases, "the guardian has undone all of it")


def test_a_control_that_dies_is_a_broken_environment_and_says_which_copy(gatecrash: Any, until: Any) -> None:
    gatecrash.write("experiments/slow.yaml", EXPERIMENT.replace("2500ms", "60s"))
    runner = begun(gatecrash, until)
    for pid in marked(f"{gatecrash.mark()}~control"):
        os.kill(pid, signal.SIGKILL)
    output, _ = runner.communicate(timeout=20)
    assert runner.returncode == 3, output
    assert "because the copy without the fault: the " in output
    assert not both(gatecrash)


def _planned(events: list[Any], *, control: bool, **during: dict[str, str]) -> list[Any]:
    """The same journal of another plan: with other claims, and with or without its control."""
    plan = events[0].plan
    told = {**json.loads(plan.experiment.model_dump_json(by_alias=True, exclude_none=True)), "control": control}
    experiment = type(plan.experiment).model_validate_json(json.dumps({**told, "during": during}))
    return [replace(events[0], plan=replace(plan, experiment=experiment)), *events[1:]]
