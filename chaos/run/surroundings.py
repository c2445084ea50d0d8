"""What a backend of links is told of one running system."""

from __future__ import annotations

from pathlib import Path

from chaos.backends.links import Choice, Placed, Surroundings
from chaos.experiment.servers import UNNAMED, host_and_port, servers_of
from chaos.experiment.system import System


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
