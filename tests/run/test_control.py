"""What users of the control leave behind: samples that are told apart, and nothing else."""

from __future__ import annotations

import asyncio
from typing import Any

from chaos.journal.events import ControlSample, Sample
from chaos.run.control import ControlRecords

SAMPLE = Sample(journey="save", user="u", due_s=1.0, left_s=1.0, ended_s=1.5, took_s=0.5, outcome="broken", answer="f")


def test_their_samples_are_kept_apart(kept: Any) -> None:
    records = ControlRecords(kept.recorder)
    records.add(SAMPLE)
    assert kept.recorder.samples == {"save": [], "open": []}
    assert kept.recorder.control == {"save": [SAMPLE], "open": []}
    assert kept.events() == [ControlSample(at_s=1.5, sample=SAMPLE)]


def test_none_of_their_answers_is_kept_and_none_is_taken_for_known_to_the_others(kept: Any) -> None:
    records = ControlRecords(kept.recorder)
    assert records.knows("f")
    assert (records.answers, kept.recorder.answers, kept.recorder.knows("f")) == (0, 0, False)


def test_whoever_waits_for_samples_is_woken_by_theirs_too(run: Any, kept: Any) -> None:
    async def all_of_it() -> None:
        seen = kept.recorder.count
        waiting = asyncio.create_task(kept.recorder.next_sample(kept.recorder.clock.now() + 60))
        await asyncio.sleep(0)
        ControlRecords(kept.recorder).add(SAMPLE)
        assert await waiting
        assert kept.recorder.count == seen + 1

    run(all_of_it())
