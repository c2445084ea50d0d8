"""Links that nothing comes by, and faults of what nobody has to do with."""

from __future__ import annotations

import json
from collections.abc import Iterator

from chaos.experiment.advice.graph import Place, links_reached, place_of, places_named_by
from chaos.experiment.advice.subject import ExperimentFile, SystemFile
from chaos.experiment.problems import Problem
from chaos.experiment.system import System


def faults_out_of_reach(file: ExperimentFile) -> Iterator[Problem]:
    """A fault that no traffic meets makes the verdict inconclusive, after the whole run."""
    reached = links_reached(file.system, file.system.journeys)
    alone = _alone(file.system)
    for index, fault in enumerate(file.experiment.faults):
        if fault.on_link in file.system.links and fault.on_link not in reached:
            message = (
                f"as far as the system tells, no journey comes by {fault.on_link}, so the fault would meet no traffic; "
                f"put {{links.{fault.on_link}}} where the service that uses it is told its address, or break one of: "
                f"{', '.join(sorted(reached))}"
            )
            yield file.document.problem(("faults", index, "link"), message)
        elif fault.place == "service" and fault.on in alone:
            others = ", ".join(name for name in file.system.services if name not in alone)
            message = (
                f"as far as the system tells, no journey and no other service has to do with {fault.on}, so the fault "
                f"would meet no traffic; break one of: {others}"
            )
            yield file.document.problem(("faults", index, "service"), message)


def _alone(system: System) -> frozenset[str]:
    """Services that nobody is told of and that are told of nobody. Others may well work while no user looks, and what a
    service that already runs was told, nobody knows.
    """
    if any(service.runs_already for service in system.services.values()):
        return frozenset()
    used = {system.links[name].to if table == "links" else name for table, name in _used(system)}
    asking = {name for name in system.services if any(places_named_by(system, name))}
    return frozenset(system.services) - used - asking


def unused_links(file: SystemFile) -> Iterator[Problem]:
    """A link may be used in one variant only; and what a service that already runs was told, nobody knows."""
    used = set(_used(file.system))
    text = json.dumps({key: file.document.root.get(key) for key in ("services", "vars", "variants")})
    elsewhere = any(service.runs_already for service in file.system.services.values())
    for name in file.system.links:
        if ("links", name) not in used and f"{{links.{name}}}" not in text and not elsewhere:
            message = (
                f"nobody is told the address of this link, so nothing comes by it; put {{links.{name}}} into the `env` "
                "or `command` of the service that uses it, or take the link out"
            )
            yield file.document.problem(("links", name), message, at_key=True)


def _used(system: System) -> Iterator[Place]:
    for service in system.services:
        yield from places_named_by(system, service)
    for journey in system.journeys.values():
        yield from (place_of(step, "links") for step in journey.steps)
    for users in system.users.values():
        yield from (place_of(step, "links") for step in users.before)
    for audit in system.audit.values():
        asked = (audit.stored, audit.pending)
        yield from (place_of(each, "services") for each in asked if each is not None)
