"""Names in a system file that match nothing, and addresses that it may not touch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from chaos.errors import InvalidFile
from chaos.experiment.loader import Document
from chaos.experiment.placeholders import placeholders
from chaos.experiment.problems import Location, Problem, suggest
from chaos.experiment.request import Request
from chaos.experiment.safeguard import WATCHABLE
from chaos.experiment.servers import LOCAL_HOSTS, refusals, server_names, servers_of
from chaos.experiment.step_checks import step_problems
from chaos.experiment.system import Service, System
from chaos.experiment.worker_checks import worker_problems


def system_problems(document: Document, system: System) -> Iterator[Problem]:
    """Names in the system file that match nothing, and addresses that it may not touch."""
    yield from _variants(document, system)
    yield from _links(document, system)
    yield from _services(document, system)
    yield from _requests(document, system)
    yield from step_problems(document, system)
    yield from _words(document, system)
    yield from worker_problems(document, system)
    for name, journey in system.journeys.items():
        for index, kind in enumerate(journey.kinds):
            if kind not in system.users:
                location: Location = ("journeys", name, "user")
                place = (*location, index) if (*location, index) in document.values else location
                yield document.unknown(place, "user", kind, system.users)
    for index, safeguard in enumerate(system.safeguards):
        watched, known = safeguard.watched, getattr(system, WATCHABLE[safeguard.watched].section)
        if safeguard.on not in known:
            yield document.unknown(("safeguards", index, watched), watched, safeguard.on, known)
    for name, audit in system.audit.items():
        if audit.of not in system.journeys:
            yield document.unknown(("audit", name, "of"), "journey", audit.of, system.journeys)
        elif not any(
            step.acknowledge or (step.file and audit.stored.checksums) for step in system.journeys[audit.of].steps
        ):
            message = (
                f"no step of {audit.of} has an `acknowledge`, so there is nothing to look for; a file is also known by "
                "its content, where `stored` has `checksums`"
            )
            yield document.problem(("audit", name, "of"), message)


def _variants(document: Document, system: System) -> Iterator[Problem]:
    for variant, values in system.variants.items():
        for name in values:
            if name not in system.vars:
                yield document.unknown(("variants", variant, name), "var", name, system.vars, at_key=True)


def _links(document: Document, system: System) -> Iterator[Problem]:
    for name, link in system.links.items():
        if link.to not in system.services:
            yield document.unknown(("links", name, "to"), "service", link.to, system.services)
        elif link.proxy is not None and not system.services[link.to].runs_already:
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
        if (reason := _out_of_place(service, system.project)) is not None:
            yield document.problem(("services", name), reason)
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
            yield document.unknown(("probes", name, probe.kind), "service", asked, system.services)
    if system.detect.status is not None:
        asked = system.detect.status.get.removeprefix("service:").partition(":")[0]
        if asked not in system.services:
            yield document.unknown(("detect", "status", "get"), "service", asked, system.services)


def _out_of_place(service: Service, project: str | None) -> str | None:
    """Why a service can't be one of a system that is attached to that project, or to none."""
    if project is None and service.running is not None:
        return "`running` is for services of a compose project; say which: compose: {project: NAME}"
    if project is not None and not service.runs_already:
        return f"beside the project {project}, which runs, nothing is started; write {{}}, or give it a `url`"
    return None


def _unfilled(
    document: Document, texts: Iterable[tuple[Location, str]], tables: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    """Placeholders of things that there are not."""
    for location, text in texts:
        for table, inner in placeholders(text):
            if table in tables and inner not in tables[table]:
                yield document.unknown(location, table[:-1], inner, tables[table])


def _requests(document: Document, system: System) -> Iterator[Problem]:
    """Journeys go through links; audits go round them to services. `link:` and `service:` say otherwise."""
    for location, request, default in _all_requests(system):
        scope, colon, rest = request.target.partition(":")
        where = scope if scope in {"link", "service"} and not rest.startswith("/") else default
        name = (rest if where == scope and colon else request.target).partition(":")[0]
        known: Collection[str] = system.links if where == "link" else system.services
        if name not in known:
            yield document.unknown((*location, request.method), where, name, known)


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
