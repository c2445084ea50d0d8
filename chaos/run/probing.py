"""Asking the probes that an experiment's claims and safeguards are of, from the baseline to the end of recovery."""

from __future__ import annotations

import asyncio

from chaos.errors import EnvironmentFailed
from chaos.experiment.probe import Probe
from chaos.journal import events as e
from chaos.probes import PROBES
from chaos.probes.ask import Place, ProbeFailed
from chaos.run.recorder import Recorder


async def keep_probing(name: str, probe: Probe, place: Place, recorder: Recorder) -> None:
    """Until it is cancelled. Raises `EnvironmentFailed` when it fails, if the system says that this is an error."""
    due_s = recorder.clock.now()
    while True:
        reading = await take_reading(name, probe, place, recorder)
        recorder.add(reading)
        if reading.failure is not None and probe.failure == "error":
            raise EnvironmentFailed(f"the probe {name} failed: {reading.failure}")
        due_s = max(due_s + probe.every, recorder.clock.now())
        await recorder.clock.sleep_until(due_s)


async def take_reading(name: str, probe: Probe, place: Place, recorder: Recorder) -> e.ProbeTaken:
    """One answer, within the probe's deadline; the moment is when it was there."""
    began = recorder.clock.now()
    figure, failure = None, None
    try:
        async with asyncio.timeout(probe.within):
            figure = await PROBES[probe.kind](probe, place)
    except TimeoutError:
        failure = f"no answer within {probe.within:g}s"
    except ProbeFailed as error:
        failure = str(error)
    now = recorder.clock.now()
    return e.ProbeTaken(at_s=now, probe=name, took_s=now - began, figure=figure, failure=failure)
