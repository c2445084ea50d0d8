"""All bounds of an experiment, each with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chaos.experiment.advice.subject import ExperimentFile
from chaos.experiment.problems import Location
from chaos.experiment.tolerance import Bounds, Tolerance


@dataclass(frozen=True, slots=True)
class Written:
    """`section`: the key of the experiment that it stands under, which says what is measured."""

    section: str
    location: Location
    tolerance: Tolerance


def written(file: ExperimentFile) -> Iterator[Written]:
    experiment = file.experiment
    sections: Mapping[str, Mapping[str, Bounds]] = {
        "steady_state": experiment.steady_state,
        "during": experiment.during,
        "impact": experiment.impact,
        "links": experiment.links,
        "probes": experiment.probes,
        "audit": experiment.audit,
    }
    for section, bounds in sections.items():
        yield from _of(section, (section,), bounds)
    for index, fault in enumerate(experiment.faults):
        yield from _of("during", ("faults", index, "during"), fault.during)
    for tolerance in file.plan.detect:
        yield Written("detect", ("detect", tolerance.measure), tolerance)


def _of(section: str, where: Location, bounds: Mapping[str, Bounds]) -> Iterator[Written]:
    for name, each in bounds.items():
        for tolerance in each.tolerances(name):
            yield Written(section, (*where, name, tolerance.measure), tolerance)
