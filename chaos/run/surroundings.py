"""A running system from its file: who makes its links and its services, and what they are told of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from chaos.backends import LINK_BACKENDS, SERVICE_BACKENDS
from chaos.backends.links import Choice, Placed, Surroundings
from chaos.backends.services import Site
from chaos.experiment.servers import UNNAMED, host_and_port, servers_of
from chaos.experiment.system import System
from chaos.system.running import RunningSystem
from chaos.undo.undo import Undo


def running_system(
    system: System, folder: Path, surroundings: Surroundings, *, choice: Choice, record: Callable[[Undo], None]
) -> RunningSystem:
    """Not yet started. `folder` is the system file's."""
    links = LINK_BACKENDS[choice.links](surroundings)
    services = SERVICE_BACKENDS[choice.services].services(Site(system, folder, surroundings, record))
    return RunningSystem(system, links, services, mark=surroundings.mark, record=record)


def surroundings_of(
    system: System, folder: Path, *, mark: str, seed: int, choice: Choice, counted: frozenset[str] = frozenset()
) -> Surroundings:
    """`counted`: the links whose requests are to be counted."""
    servers = servers_of(system, choice.toxiproxy_urls)
    return Surroundings(
        folder=folder,
        mark=mark,
        seed=seed,
        servers={name: host_and_port(url) for name, url in servers.items()},
        placed={name: Placed(link.toxiproxy or UNNAMED, link.proxy) for name, link in system.links.items()},
        counted=counted,
    )
