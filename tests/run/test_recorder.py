"""Samples in the order in which they were due, and waiting for the next one."""

from __future__ import annotations

import asyncio
from typing import Any

from chaos.journal.events import AnswerSeen, PhaseStarted, Sample


def sample(due_s: float, journey: str = "save") -> Sample:
    return Sample(journey=journey, user="u", due_s=due_s, left_s=due_s, ended_s=9, took_s=9 - due_s, outcome="served")


def test_samples_are_kept_in_the_order_in_which_they_were_due(kept: Any) -> None:
    for due in (3.0, 1.0, 2.0, 2.0):
        kept.recorder.add(sample(due))
    kept.recorder.add(sample(0.5, "open"))
    assert [each.due_s for each in kept.recorder.samples["save"]] == [1.0, 2.0, 2.0, 3.0]
    assert [each.due_s for each in kept.recorder.samples["open"]] == [0.5]
    assert [event.due_s for event in kept.events()] == [3.0, 1.0, 2.0, 2.0, 0.5], "the journal tells it as it happened"


def test_whoever_waits_is_woken_by_the_next_sample_and_by_nothing_else(run: Any, kept: Any) -> None:
    async def all_of_it() -> None:
        far = kept.recorder.clock.now() + 60
        waiting = [asyncio.create_task(kept.recorder.next_sample(far)) for _ in range(2)]
        await asyncio.sleep(0)
        kept.recorder.add(PhaseStarted(at_s=1, phase="fault"))
        for _ in range(5):
            await asyncio.sleep(0)
        assert not any(task.done() for task in waiting)
        kept.recorder.add(sample(1.0))
        assert await asyncio.gather(*waiting) == [True, True]
        again = asyncio.create_task(kept.recorder.next_sample(far))
        await asyncio.sleep(0)
        assert not again.done(), "the last sample was seen already"
        again.cancel()

    run(all_of_it())


def test_waiting_ends_in_time(run: Any, kept: Any) -> None:
    async def all_of_it() -> None:
        assert not await kept.recorder.next_sample(kept.recorder.clock.now() + 0.01)
        assert not await kept.recorder.next_sample(kept.recorder.clock.now() - 5)

    run(all_of_it())


def test_who_looks_for_long_looks_seldom(run: Any, kept: Any) -> None:
    """A look at thousands of samples takes time in which nobody can leave."""

    async def rested(took_s: float) -> float:
        seen = kept.recorder.count
        looking = asyncio.create_task(kept.recorder.next_look(kept.recorder.clock.now() + 60, seen=seen, took_s=took_s))
        await asyncio.sleep(0)
        kept.recorder.add(sample(1.0))
        before = kept.recorder.clock.now()
        assert await looking
        return float(kept.recorder.clock.now() - before)

    async def all_of_it() -> None:
        assert await rested(0.004) >= 0.035
        assert not await kept.recorder.next_look(kept.recorder.clock.now() + 0.01, seen=kept.recorder.count, took_s=9.0)

    run(all_of_it())


def test_kinds_of_answers_are_known_once_they_were_kept(kept: Any) -> None:
    assert not kept.recorder.knows("f")
    kept.recorder.add_answer(
        AnswerSeen(at_s=1, fingerprint="f", journey="save", status=500, headers=(), body="", says="")
    )
    assert kept.recorder.knows("f")
    assert kept.recorder.answers == 1
