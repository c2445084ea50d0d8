"""Who breaks the links, and what they can't do: found out before anything is touched."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from chaos.backends import BACKENDS
from chaos.backends.links import Choice
from chaos.errors import InvalidOption
from chaos.experiment.plan import Plan
from chaos.experiment.problems import suggest
from chaos.experiment.servers import UNNAMED, host_and_port, refusals, server_names, servers_of
from chaos.experiment.system import System
from chaos.faults.fault import Change, SetToxics

_NAMED: Final = re.compile(r"([A-Za-z_][\w-]*)=(.*)")


def backend_choice(backend: str, toxiproxy_urls: Sequence[str] | None) -> Choice:
    """Raises `InvalidOption` for a backend that isn't known, or an address that can't work."""
    if backend not in BACKENDS:
        raise InvalidOption(f"--backend: there is no backend {backend!r}; {suggest(backend, BACKENDS)}")
    if toxiproxy_urls and backend != "toxiproxy":
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
    return Choice(backend, urls)


def able_to_inject(change: Change) -> Sequence[str]:
    """The backends of links that can; what does not happen to a link, each of them can."""
    needs = {need for toxic in change.toxics for need in toxic.needs} if isinstance(change, SetToxics) else set()
    return [name for name, each in BACKENDS.items() if needs <= each.toxics]


def check_servers(systems: Mapping[str, System], choice: Choice) -> None:
    """`systems` by the files that they are for. Raises `InvalidOption` with all links that can't be on their server."""
    found = []
    for file, system in systems.items():
        if choice.backend != "toxiproxy":
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
    """The plans that this backend can run, and why it can't run the others.

    Raises `InvalidOption` with the whole list when there are such and they shall not be skipped, or none is left.
    """
    reasons = {plan.id: reason for plan in plans if (reason := unsupported(plan, choice.backend))}
    if reasons and not skip:
        listed = "\n".join(f"  {plan}: {reason}" for plan, reason in reasons.items())
        raise InvalidOption(
            f"the backend {choice.backend} can't inject these faults; leave them out with --skip-unsupported\n{listed}"
        )
    remaining = tuple(plan for plan in plans if plan.id not in reasons)
    if not remaining:
        raise InvalidOption(f"the backend {choice.backend} can run none of these experiments")
    check_servers({plan.file: plan.system for plan in remaining}, choice)
    return remaining, reasons


def unsupported(plan: Plan, backend: str) -> str:
    """The faults that it can't inject, and who can; empty when there are none."""
    able = {fault.name: able_to_inject(fault.entry.change) for fault in plan.faults}
    return "; ".join(f"{name} needs the backend {' or '.join(who)}" for name, who in able.items() if backend not in who)
