"""What a model alone can't see: names that match nothing, phases too short for their claims.

Each check looks at one thing and yields problems with places. Nothing was touched when they fail.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping

from chaos.experiment.experiment import Experiment
from chaos.experiment.loader import Document
from chaos.experiment.placeholders import placeholders
from chaos.experiment.problems import Location, Problem, suggest
from chaos.experiment.request import Request
from chaos.experiment.system import Journey, System
from chaos.units import format_duration

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})


def system_problems(document: Document, system: System) -> Iterator[Problem]:
    """Names in the system file that match nothing, and addresses that it may not touch."""
    yield from _links(document, system)
    yield from _services(document, system)
    yield from _requests(document, system)
    for name, journey in system.journeys.items():
        if journey.user is not None and journey.user not in system.users:
            yield _unknown(document, ("journeys", name, "user"), "user", journey.user, system.users)
    for name, audit in system.audit.items():
        if audit.of not in system.journeys:
            yield _unknown(document, ("audit", name, "of"), "journey", audit.of, system.journeys)
        elif not any(step.acknowledge for step in system.journeys[audit.of].steps):
            message = f"no step of {audit.of} has an `acknowledge`, so there is nothing to look for"
            yield document.problem(("audit", name, "of"), message)


def experiment_problems(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """Names in the experiment that its system does not have, and phases that can't show what is claimed."""
    for section, known, what in (
        ("steady_state", system.journeys, "journey"),
        ("during", system.journeys, "journey"),
        ("audit", system.audit, "audit"),
    ):
        for name in getattr(experiment, section):
            if name not in known:
                yield _unknown(document, (section, name), what, name, known, at_key=True)
    for index, fault in enumerate(experiment.faults):
        if fault.link not in system.links:
            yield _unknown(document, ("faults", index, "link"), "link", fault.link, system.links)
    for index, name in enumerate(experiment.catches):
        if name not in system.variants:
            yield _unknown(document, ("catches", index), "variant", name, system.variants)
    for name in experiment.vars:
        if name not in system.vars:
            yield _unknown(document, ("vars", name), "var", name, system.vars, at_key=True)
    yield from _schedule(document, experiment)
    yield from _lengths(document, experiment, system)


def _links(document: Document, system: System) -> Iterator[Problem]:
    for name, link in system.links.items():
        if link.to not in system.services:
            yield _unknown(document, ("links", name, "to"), "service", link.to, system.services)


def _services(document: Document, system: System) -> Iterator[Problem]:
    tables: Mapping[str, Collection[str]] = {"links": system.links, "services": system.services}
    allowed = LOCAL_HOSTS | set(system.allowed_hosts)
    for name, service in system.services.items():
        if service.url is not None:
            host = service.url.removeprefix("http://").rpartition(":")[0]
            if host not in allowed:
                message = f"{host} is not this machine; list it under `allowed_hosts` if it may be broken"
                yield document.problem(("services", name, "url"), message)
        texts: list[tuple[Location, str]] = [(("services", name, "env", key), text) for key, text in service.env.items()]
        texts.append((("services", name, "command"), service.command or ""))
        for location, text in texts:
            for table, inner in placeholders(text):
                if table in tables and inner not in tables[table]:
                    yield _unknown(document, location, table[:-1], inner, tables[table])


def _requests(document: Document, system: System) -> Iterator[Problem]:
    """Journeys go through links; audits go round them to services. `link:` and `service:` say otherwise."""
    for location, request, default in _all_requests(system):
        scope, colon, rest = request.target.partition(":")
        where = scope if scope in {"link", "service"} and not rest.startswith("/") else default
        name = (rest if where == scope and colon else request.target).partition(":")[0]
        known: Collection[str] = system.links if where == "link" else system.services
        if name not in known:
            yield _unknown(document, (*location, request.method), where, name, known)


def _all_requests(system: System) -> Iterator[tuple[Location, Request, str]]:
    for name, journey in system.journeys.items():
        for index, step in enumerate(journey.steps):
            yield ("journeys", name, "steps", index), step, "link"
    for name, users in system.users.items():
        for index, step in enumerate(users.before):
            yield ("users", name, "before", index), step, "link"
    for name, audit in system.audit.items():
        yield ("audit", name, "stored"), audit.stored, "service"
        if audit.pending is not None:
            yield ("audit", name, "pending"), audit.pending, "service"


def _schedule(document: Document, experiment: Experiment) -> Iterator[Problem]:
    if all(fault.at > 0 for fault in experiment.faults):
        yield document.problem(("faults", 0, "at"), "at least one fault begins at 0s; take this much off every `at`")


def _lengths(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """Too few samples for a claim, or a fault over before a journey could show it."""
    ends = [None if fault.lasts is None else fault.at + fault.lasts for fault in experiment.faults]
    if any(end is None for end in ends):
        return
    length = max(end for end in ends if end is not None)
    last = max(range(len(ends)), key=lambda index: ends[index] or 0.0)
    for name in experiment.during:
        journey = system.journeys.get(name)
        if journey is None:
            continue
        where: Location = ("faults", last, "for")
        if length <= journey.timeout:
            message = (
                f"the fault is over after {format_duration(length)}, before a run of {name} can time out "
                f"({format_duration(journey.timeout)}); make it longer than that"
            )
            yield document.problem(where, message)
        yield from _enough_samples(document, experiment, where, name, journey, length)


def _enough_samples(
    document: Document, experiment: Experiment, where: Location, name: str, journey: Journey, length: float
) -> Iterator[Problem]:
    if journey.rate is None or journey.rate * length >= experiment.samples:
        return
    needed = math.ceil(experiment.samples / journey.rate * 10) / 10
    message = (
        f"{name} comes {journey.rate:g} times a second, so {format_duration(length)} hold {int(journey.rate * length)} "
        f"samples; {experiment.samples} are needed: make `for` at least {format_duration(needed)}, or its rate at least "
        f"{math.ceil(experiment.samples / length)}/s"
    )
    yield document.problem(where, message)


def _unknown(
    document: Document, location: Location, what: str, name: str, known: Collection[str], *, at_key: bool = False
) -> Problem:
    return document.problem(location, f"there is no {what} {name!r}; {suggest(name, known)}", at_key=at_key)
