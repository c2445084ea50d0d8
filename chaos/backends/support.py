"""Who breaks the links and who runs the services, and what they can't do: found out before anything is touched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from chaos.backends import LINK_BACKENDS, SERVICE_BACKENDS
from chaos.backends.links import Choice
from chaos.errors import InvalidOption
from chaos.experiment.plan import Plan
from chaos.experiment.problems import suggest
from chaos.experiment.servers import UNNAMED, host_and_port, refusals, server_names, servers_of
from chaos.experiment.system import System
from chaos.faults.fault import Change, MultiplyArrivals, SetToxics, TakeDown

KINDS: Final[Mapping[str, Mapping[str, Any]]] = {"links": LINK_BACKENDS, "services": SERVICE_BACKENDS}
_NAMED = re.compile(r"([A-Za-z_][\w-]*)=(.*)")


def backend_choice(backends: str | Sequence[str] | None, toxiproxy_urls: Sequence[str] | None) -> Choice:
    """Raises `InvalidOption` for a backend that isn't known, two of one kind, or an address that can't work."""
    chosen: dict[str, str] = {}
    for name in [backends] if isinstance(backends, str) else backends or ():
        kind = next((kind for kind, table in KINDS.items() if name in table), None)
        if kind is None:
            known = (*LINK_BACKENDS, *SERVICE_BACKENDS)
            raise InvalidOption(f"--backend: there is no backend {name!r}; {suggest(name, known)}")
        if chosen.setdefault(kind, name) != name:
            raise InvalidOption(f"--backend: {chosen[kind]} and {name} are both backends of {kind}; give one of them")
    if toxiproxy_urls and chosen.get("links") != "toxiproxy":
        raise InvalidOption("--toxiproxy-url goes with --backend toxiproxy")
    urls: dict[str, str] = {}
    for given in toxiproxy_urls or ():
        named = _NAMED.fullmatch(given)
        name, url = (named[1], named[2]) if named is not None else (UNNAMED, given)
        try:
            host_and_port(url)
        except ValueError as error:
            raise InvalidOption(f"--toxiproxy-url: {error}") from None
        if name in urls:
            raise InvalidOption(f"--toxiproxy-url: {name or 'an address without a name'} is given twice")
        urls[name] = url
    return Choice(**chosen, toxiproxy_urls=urls)


def check_servers(systems: Mapping[str, System], choice: Choice) -> None:
    """`systems` by the files that they are for. Raises `InvalidOption` with all links that can't be on their server."""
    found = []
    for file, system in systems.items():
        if choice.links != "toxiproxy":
            found += [f"{file}: {reason}" for reason in _own_proxies(system)]
            continue
        for name in choice.toxiproxy_urls:
            if name != UNNAMED and name not in (used := server_names(system)):
                found.append(f"{file}: no link is on the Toxiproxy {name!r}; {suggest(name, used)}")
        reasons = refusals(system, servers_of(system, choice.toxiproxy_urls))
        found += [f"{file}: links.{link}: {reason}" for link, reason in reasons]
    if found:
        raise InvalidOption("\n".join(("these links can't be where they should be:", *dict.fromkeys(found))))


def _own_proxies(system: System) -> Sequence[str]:
    """Why the embedded proxy is of no use for links that somebody else has wired."""
    named = [name for name, link in system.links.items() if link.proxy is not None]
    return [f"the link {name} is a proxy of your own and needs --backend toxiproxy" for name in named]


def supported(plans: Sequence[Plan], choice: Choice, *, skip: bool) -> tuple[tuple[Plan, ...], Mapping[str, str]]:
    """The plans that these backends can run, and why they can't run the others.

    Raises `InvalidOption` with the whole list when there are such and they shall not be skipped, or none is left.
    """
    reasons = {plan.id: reason for plan in plans if (reason := unsupported(plan, choice))}
    named = f"the backends {choice.links} and {choice.services}"
    if reasons and not skip:
        listed = "\n".join(f"  {plan}: {reason}" for plan, reason in reasons.items())
        raise InvalidOption(f"{named} can't run these experiments; leave them out with --skip-unsupported\n{listed}")
    remaining = tuple(plan for plan in plans if plan.id not in reasons)
    if not remaining:
        raise InvalidOption(f"{named} can run none of these experiments")
    check_servers({plan.file: plan.system for plan in remaining}, choice)
    return remaining, reasons


def check_services(file: str, system: System, choice: Choice) -> None:
    """Raises `InvalidOption` with all services that can't be started by that backend."""
    lacking = tuple(_lacking(system, choice))
    if lacking:
        listed = "\n".join(f"  {each}" for each in lacking)
        raise InvalidOption(f"{file}: the backend {choice.services} can't start these services\n{listed}")


def able_to_inject(change: Change) -> Sequence[str]:
    """The backends, of links or of services, that can; what happens to users or a listener, all can."""
    if isinstance(change, SetToxics):
        needs = {need for toxic in change.toxics for need in toxic.needs}
        return [name for name, links in LINK_BACKENDS.items() if needs <= links.toxics]
    if isinstance(change, TakeDown | MultiplyArrivals):
        return [*LINK_BACKENDS]
    return [name for name, services in SERVICE_BACKENDS.items() if type(change) in services.changes]


def can_inject(choice: Choice, change: Change) -> bool:
    return not {choice.links, choice.services}.isdisjoint(able_to_inject(change))


def unsupported(plan: Plan, choice: Choice) -> str:
    """The services that can't be started, the faults that can't be injected, and who can; empty: there are none."""
    return "; ".join(_unsupported(plan, choice))


def _unsupported(plan: Plan, choice: Choice) -> Iterator[str]:
    yield from (f"the service {each}" for each in _lacking(plan.system, choice))
    for fault in plan.faults:
        if not can_inject(choice, change := fault.entry.change):
            yield f"{fault.name} needs the backend {' or '.join(able_to_inject(change))}"


def _lacking(system: System, choice: Choice) -> Iterator[str]:
    """The services that can't be had, with what each needs."""
    for service, what in SERVICE_BACKENDS[choice.services].lacks(system).items():
        able = [name for name, each in SERVICE_BACKENDS.items() if service not in each.lacks(system)]
        yield f"{service} needs {what}" + (f", or the backend {' or '.join(able)}" if able else "")
