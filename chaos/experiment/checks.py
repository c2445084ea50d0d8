"""What a model alone can't see: names that match nothing, phases too short for their claims.

Each check looks at one thing and yields problems with places. Nothing was touched when they fail.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from chaos.errors import InvalidFile
from chaos.experiment.experiment import Experiment
from chaos.experiment.loader import Document
from chaos.experiment.placeholders import placeholders
from chaos.experiment.plan import LONGEST_FAULT_S
from chaos.experiment.problems import Location, Problem, suggest
from chaos.experiment.request import Request
from chaos.experiment.servers import LOCAL_HOSTS, refusals, server_names, servers_of
from chaos.experiment.step_checks import step_problems
from chaos.experiment.system import System
from chaos.faults.fault import PLACES, MultiplyArrivals

Entries = TypeVar("Entries", dict[str, Any], list[Any])


def system_problems(document: Document, system: System) -> Iterator[Problem]:
    """Names in the system file that match nothing, and addresses that it may not touch."""
    yield from _variants(document, system)
    yield from _links(document, system)
    yield from _services(document, system)
    yield from _requests(document, system)
    yield from step_problems(document, system)
    yield from _words(document, system)
    for name, journey in system.journeys.items():
        for index, kind in enumerate(journey.kinds):
            if kind not in system.users:
                location: Location = ("journeys", name, "user")
                place = (*location, index) if (*location, index) in document.values else location
                yield _unknown(document, place, "user", kind, system.users)
    for index, safeguard in enumerate(system.safeguards):
        if safeguard.journey not in system.journeys:
            yield _unknown(document, ("safeguards", index, "journey"), "journey", safeguard.journey, system.journeys)
    for name, audit in system.audit.items():
        if audit.of not in system.journeys:
            yield _unknown(document, ("audit", name, "of"), "journey", audit.of, system.journeys)
        elif not any(
            step.acknowledge or (step.file and audit.stored.checksums) for step in system.journeys[audit.of].steps
        ):
            message = (
                f"no step of {audit.of} has an `acknowledge`, so there is nothing to look for; a file is also known by "
                "its content, where `stored` has `checksums`"
            )
            yield document.problem(("audit", name, "of"), message)


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
                yield _unknown(document, (section, name), what, name, known, at_key=True)
    for index, fault in enumerate(_as(list, root.get("faults"))):
        for place, section in PLACES.items():
            found = fault.get(place) if isinstance(fault, dict) else None
            known = getattr(system, section)
            if isinstance(found, str) and found not in known:
                yield _unknown(document, ("faults", index, place), place, found, known)
        for name in _as(dict, _as(dict, fault).get("during")):
            if name not in system.journeys:
                location = ("faults", index, "during", name)
                yield _unknown(document, location, "journey", name, system.journeys, at_key=True)
    for index, safeguard in enumerate(_as(list, root.get("safeguards"))):
        watched = _as(dict, safeguard).get("journey")
        if isinstance(watched, str) and watched not in system.journeys:
            yield _unknown(document, ("safeguards", index, "journey"), "journey", watched, system.journeys)
    for index, name in enumerate(_as(list, root.get("catches"))):
        if isinstance(name, str) and name not in system.variants:
            yield _unknown(document, ("catches", index), "variant", name, system.variants)


def journey_problems(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """An experiment that lets users make only some journeys can judge no other."""
    made = experiment.journeys
    for index, name in enumerate(made):
        if name not in system.journeys:
            yield _unknown(document, ("journeys", index), "journey", name, system.journeys)
    if not made:
        return
    judged: list[tuple[Location, str]] = [
        *((("steady_state", name), name) for name in experiment.steady_state),
        *((("during", name), name) for name in experiment.during),
        *((("impact", name), name) for name in experiment.impact),
        *((("audit", name), system.audit[name].of) for name in experiment.audit if name in system.audit),
        *((("safeguards", n), each.journey) for n, each in enumerate(experiment.safeguards)),
        *((("faults", n, "during", name), name) for n, fault in enumerate(experiment.faults) for name in fault.during),
        *((("faults", n, fault.place), fault.on) for n, fault in enumerate(experiment.faults) if not fault.on_link),
    ]
    for location, name in judged:
        if name in system.journeys and name not in made:
            yield document.problem(location, f"nobody makes the journey {name} here; add it to `journeys`", at_key=True)


def _as(kind: type[Entries], found: Any) -> Entries:
    """What was found, or nothing when it is of another kind: then the model says so."""
    return found if isinstance(found, kind) else kind()


def schedule_problems(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """Phases that can't show what is claimed of them."""
    if all(fault.at > 0 for fault in experiment.faults):
        yield document.problem(("faults", 0, "at"), "at least one fault begins at 0s; take this much off every `at`")
    yield from _surges(document, experiment, system)
    yield from _baseline_length(document, experiment, system)
    yield from _fault_lengths(document, experiment, system)


def _surges(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """What multiplies a journey's rate needs one."""
    for index, fault in enumerate(experiment.faults):
        journey = system.journeys.get(fault.on) if isinstance(fault.change, MultiplyArrivals) else None
        if journey is not None and journey.rate is None:
            pace = "clients" if journey.traffic is None else "traffic"
            message = f"{fault.on} has `{pace}` and no `rate`, so there is nothing that {fault.kind} could multiply"
            yield document.problem(("faults", index, fault.place), message)


def _variants(document: Document, system: System) -> Iterator[Problem]:
    for variant, values in system.variants.items():
        for name in values:
            if name not in system.vars:
                yield _unknown(document, ("variants", variant, name), "var", name, system.vars, at_key=True)


def _links(document: Document, system: System) -> Iterator[Problem]:
    for name, link in system.links.items():
        if link.to not in system.services:
            yield _unknown(document, ("links", name, "to"), "service", link.to, system.services)
        elif link.proxy is not None and system.services[link.to].url is None:
            message = f"a proxy of your own needs a service that already runs, but {link.to} has no `url`"
            yield document.problem(("links", name, "proxy"), message)
    used = server_names(system)
    for name in system.toxiproxy:
        if name not in used:
            message = f"no link is on this server; {suggest(name, used)}"
            yield document.problem(("toxiproxy", name), message, at_key=True)
    servers = servers_of(system, {})
    for name, reason in refusals(system, servers):
        if (system.links[name].toxiproxy or "") in servers:  # of others the command line may give the address
            yield document.problem(("links", name, "toxiproxy"), reason)


def _services(document: Document, system: System) -> Iterator[Problem]:
    tables: Mapping[str, Collection[str]] = {"links": system.links, "services": system.services}
    allowed = LOCAL_HOSTS | set(system.allowed_hosts)
    for name, service in system.services.items():
        if service.url is not None:
            host = service.url.removeprefix("http://").rpartition(":")[0]
            if host not in allowed:
                message = f"{host} is not this machine; list it under `allowed_hosts` if it may be broken"
                yield document.problem(("services", name, "url"), message)
        texts: list[tuple[Location, str]] = [(("services", name, "command"), service.command or "")]
        texts.extend((("services", name, "env", key), text) for key, text in service.env.items())
        yield from _unfilled(document, texts, tables)
    for name, probe in system.probes.items():
        yield from _unfilled(document, [(("probes", name, "command"), probe.command or "")], tables)
        asked = (probe.get or "").removeprefix("service:").partition(":")[0] or probe.prometheus
        if asked is not None and asked not in system.services:
            yield _unknown(document, ("probes", name, probe.kind), "service", asked, system.services)
    if system.detect.status is not None:
        asked = system.detect.status.get.removeprefix("service:").partition(":")[0]
        if asked not in system.services:
            yield _unknown(document, ("detect", "status", "get"), "service", asked, system.services)


def _unfilled(
    document: Document, texts: Iterable[tuple[Location, str]], tables: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    """Placeholders of things that there are not."""
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


def _words(document: Document, system: System) -> Iterator[Problem]:
    """The file of words is read now, so that it can't stop a run that has begun."""
    if system.rules.words is not None:
        from chaos.rules.wordlist import Words

        try:
            Words.load(document.path.parent / system.rules.words)
        except InvalidFile as error:
            for problem in error.problems:
                yield document.problem(("rules", "words"), str(problem))


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


def _baseline_length(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """A baseline that is over before it can hold one window."""
    within = experiment.baseline.within
    if within < experiment.window:
        message = f"steady state must hold for {_written(experiment.window)} (`window`), so this must be longer"
        yield document.problem(("baseline", "within"), message)
    for name in experiment.steady_state:
        journey = system.journeys.get(name)
        if journey is None or journey.rate is None or _count(journey.rate, within) >= experiment.samples:
            continue
        message = (
            f"{name} comes {journey.rate:g} times a second, so the {_written(within)} of `baseline.within` hold "
            f"{_count(journey.rate, within)} samples; {experiment.samples} are needed: make `baseline.within` at least "
            f"{_written(_rounded_up(experiment.samples / journey.rate))}, or its rate at least "
            f"{math.ceil(experiment.samples / within)}/s"
        )
        yield document.problem(("steady_state", name), message, at_key=True)


def _fault_lengths(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """Too few samples for a claim, or a fault over before a journey could show it."""
    ends = [fault.ends(LONGEST_FAULT_S) for fault in experiment.faults]
    last = max(range(len(ends)), key=ends.__getitem__)
    length, where = ends[last], ("faults", last, "for")
    for name in experiment.during:
        journey = system.journeys.get(name)
        if journey is None:
            continue
        if length <= journey.timeout:
            message = (
                f"the fault is over after {_written(length)}, before a run of {name} can time out "
                f"({_written(journey.timeout)}); make it longer than that"
            )
            yield document.problem(where, message)
        if journey.rate is None or _count(journey.rate, length) >= experiment.samples:
            continue
        needed = _rounded_up(experiment.samples / journey.rate) - experiment.faults[last].starts[-1]
        message = (
            f"{name} comes {journey.rate:g} times a second, so {_written(length)} hold {_count(journey.rate, length)} "
            f"samples; {experiment.samples} are needed: make `for` at least {_written(needed)}, or its rate at least "
            f"{math.ceil(experiment.samples / length)}/s"
        )
        yield document.problem(where, message)


def _count(rate: float, length_s: float) -> int:
    return math.floor(rate * length_s + 1e-9)


def _rounded_up(seconds: float) -> float:
    """To a tenth."""
    return math.ceil(seconds * 10 - 1e-9) / 10


def _written(seconds: float) -> str:
    """As it can be written into the file."""
    return f"{round(seconds, 3):g}s" if seconds >= 1 else f"{round(seconds * 1000, 3):g}ms"


def _unknown(
    document: Document, location: Location, what: str, name: str, known: Collection[str], *, at_key: bool = False
) -> Problem:
    return document.problem(location, f"there is no {what} {name!r}; {suggest(name, known)}", at_key=at_key)
