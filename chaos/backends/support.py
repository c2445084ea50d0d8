"""What a backend can't do, found out before anything is touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chaos.backends import BACKENDS
from chaos.backends.links import Choice
from chaos.errors import InvalidOption
from chaos.experiment.problems import suggest
from chaos.experiment.servers import UNNAMED, refusals, server_names, servers_of
from chaos.experiment.system import System
from chaos.faults.fault import Change, SetToxics


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
