"""Faults of a certain request or connection (`only`) that nobody makes, because too few come."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from chaos.experiment.advice.graph import links_reached, place_of, places_named_by
from chaos.experiment.advice.lengths import once_on_s
from chaos.experiment.advice.subject import ExperimentFile
from chaos.experiment.experiment import FaultEntry
from chaos.experiment.problems import Problem
from chaos.experiment.request import Step
from chaos.experiment.system import Journey, System
from chaos.units import format_duration

AT_MOST_EACH: Final = 10
"""Requests that one request of a user leads to, behind a service or by redirects. Who makes more is seldom tested."""


def numbers_out_of_reach(file: ExperimentFile) -> Iterator[Problem]:
    for index, fault in enumerate(file.experiment.faults):
        if fault.only is None:
            continue
        most, seconds = _most_requests(file, fault), format_duration(once_on_s(file, fault))
        for key, numbers in (("request", fault.only.request), ("connection", fault.only.connection)):
            asked = numbers if isinstance(numbers, tuple) else (numbers or 0,)
            if 0 < most < max(asked, default=0):
                message = (
                    f"in {seconds} no more than about {most:.0f} {key}s come by {fault.on}, so number {max(asked)} is "
                    "never reached; write a smaller one, make `for` longer, or the journeys' rate higher"
                )
                yield file.document.problem(("faults", index, "only", key), message)


def _most_requests(file: ExperimentFile, fault: FaultEntry) -> float:
    """Each time that it is on; no more connections are opened than that. Endless where that can't be told."""
    system, link = file.system, fault.on
    if any(service.runs_already for service in system.services.values()):
        return math.inf
    behind = any(("links", link) in places_named_by(system, name) for name in system.services)
    most = 0.0
    for name in system.journeys:
        if link not in links_reached(system, [name]):
            continue
        journey = system.journeys[name]
        steps = [each for each in _steps(system, journey) if behind or place_of(each, "links") == ("links", link)]
        sent = sum(_tries(journey, step) * (AT_MOST_EACH if behind or step.follow else 1) for step in steps)
        runs = file.peak_rate(name) * (once_on_s(file, fault) + journey.longest_s) + 1
        most += math.inf if journey.browser else runs * sent
    return most


def _steps(system: System, journey: Journey) -> Iterator[Step]:
    """Of one run, with those by which another user comes to be when all are busy."""
    yield from journey.steps
    for kind in journey.kinds:
        yield from system.users[kind].before


def _tries(journey: Journey, step: Step) -> int:
    """How often a step is sent in one run, at most."""
    retry, again = step.retry or journey.retry, step.again
    return (1 if retry is None else 1 + retry.times) * (1 if again is None else 1 + again.same + again.changed)
