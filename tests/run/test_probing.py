"""Asking probes at an interval, each within its deadline."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from chaos.errors import EnvironmentFailed
from chaos.experiment.probe import Probe
from chaos.journal import events as e
from chaos.probes.ask import ProbeFailed
from chaos.run import probing
from chaos.run.probing import keep_probing, take_reading

PROBE = Probe(command="x", every="50ms", within="100ms")  # type: ignore[arg-type]


def answering(monkeypatch: pytest.MonkeyPatch, *answers: float | None) -> None:
    """These in turn, the last for ever; None: never."""
    left = list(answers)

    async def ask(probe: Probe, place: Any) -> float:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if answer is None:
            await asyncio.Event().wait()
        if answer == -1:
            raise ProbeFailed("no queue")
        return answer or 0.0

    monkeypatch.setitem(probing.PROBES, "command", ask)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "figure", "failure"), [(7, 7, None), (-1, None, "no queue"), (None, None, "no answer within 0.1s")]
)
def test_a_reading_is_a_figure_or_why_there_is_none(
    run: Any, kept: Any, monkeypatch: pytest.MonkeyPatch, answer: Any, figure: Any, failure: Any
) -> None:
    answering(monkeypatch, answer)
    reading = run(take_reading("queue", PROBE, None, kept.recorder))  # type: ignore[arg-type]
    assert (reading.probe, reading.figure, reading.failure) == ("queue", figure, failure)
    assert reading.took_s <= reading.at_s


def test_it_goes_on_until_it_is_cancelled_and_phases_hear_of_every_answer(
    run: Any, kept: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, 1, -1, 3)

    async def three() -> None:
        task = asyncio.create_task(keep_probing("queue", PROBE, None, kept.recorder))  # type: ignore[arg-type]
        while len(kept.recorder.readings) < 3:
            assert await kept.recorder.next_sample(kept.recorder.clock.now() + 30)
        task.cancel()

    run(three())
    readings = [event for event in kept.events() if isinstance(event, e.ProbeTaken)]
    assert [each.figure for each in readings[:3]] == [1, None, 3]
    assert readings[2].at_s >= 2 * PROBE.every


def test_a_failure_that_is_an_error_ends_the_run(run: Any, kept: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, 1, -1)
    probe = PROBE.model_copy(update={"failure": "error"})
    with pytest.raises(EnvironmentFailed, match="the probe queue failed: no queue"):
        run(keep_probing("queue", probe, None, kept.recorder))  # type: ignore[arg-type]
    assert [each.figure for each in kept.recorder.readings] == [1, None]
