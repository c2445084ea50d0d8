"""Names in an experiment that its system does not have, or that nobody makes in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from chaos.experiment.experiment import Experiment
from chaos.experiment.loader import Document
from chaos.experiment.problems import Location, Problem
from chaos.experiment.safeguard import WATCHABLE
from chaos.experiment.system import System
from chaos.faults.fault import PLACES

Entries = TypeVar("Entries", dict[str, Any], list[Any])


def name_problems(document: Document, system: System) -> Iterator[Problem]:
    """Names in the experiment that its system does not have. They are read from the document as it stands, so that a
    problem elsewhere in it does not hide them."""
    root = document.root
    for section, known, what in (
        ("steady_state", system.journeys, "journey"),
        ("during", system.journeys, "journey"),
        ("impact", system.journeys, "journey"),
        ("links", system.links, "link"),
        ("probes", system.probes, "probe"),
        ("audit", system.audit, "audit"),
        ("vars", system.vars, "var"),
    ):
        for name in _as(dict, root.get(section)):
            if name not in known:
                yield document.unknown((section, name), what, name, known, at_key=True)
    for index, fault in enumerate(_as(list, root.get("faults"))):
        for place, section in PLACES.items():
            found = fault.get(place) if isinstance(fault, dict) else None
            known = getattr(system, section)
            if isinstance(found, str) and found not in known:
                yield document.unknown(("faults", index, place), place, found, known)
        for name in _as(dict, _as(dict, fault).get("during")):
            if name not in system.journeys:
                location = ("faults", index, "during", name)
                yield document.unknown(location, "journey", name, system.journeys, at_key=True)
    for index, safeguard in enumerate(_as(list, root.get("safeguards"))):
        for watched, each in WATCHABLE.items():
            found, known = _as(dict, safeguard).get(watched), getattr(system, each.section)
            if isinstance(found, str) and found not in known:
                yield document.unknown(("safeguards", index, watched), watched, found, known)
    for index, name in enumerate(_as(list, root.get("catches"))):
        if isinstance(name, str) and name not in system.variants:
            yield document.unknown(("catches", index), "variant", name, system.variants)


def journey_problems(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """An experiment that lets users make only some journeys can judge no other."""
    made = experiment.journeys
    for index, name in enumerate(made):
        if name not in system.journeys:
            yield document.unknown(("journeys", index), "journey", name, system.journeys)
    if not made:
        return
    judged: list[tuple[Location, str]] = [
        *((("steady_state", name), name) for name in experiment.steady_state),
        *((("during", name), name) for name in experiment.during),
        *((("impact", name), name) for name in experiment.impact),
        *((("audit", name), system.audit[name].of) for name in experiment.audit if name in system.audit),
        *((("safeguards", n), each.journey) for n, each in enumerate(experiment.safeguards) if each.journey),
        *((("faults", n, "during", name), name) for n, fault in enumerate(experiment.faults) for name in fault.during),
        *((("faults", n, "journey"), each.on) for n, each in enumerate(experiment.faults) if each.place == "journey"),
    ]
    for location, name in judged:
        if name in system.journeys and name not in made:
            yield document.problem(location, f"nobody makes the journey {name} here; add it to `journeys`", at_key=True)


def _as(kind: type[Entries], found: Any) -> Entries:
    """What was found, or nothing when it is of another kind: then the model says so."""
    return found if isinstance(found, kind) else kind()
