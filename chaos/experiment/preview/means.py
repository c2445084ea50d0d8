"""Who would do it, and where that leaves traces: what a plan alone does not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chaos.experiment.plan import Plan
from chaos.experiment.servers import UNNAMED, host_and_port, servers_of
from chaos.experiment.system import Link, System


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """`links` and `services` are their backends; `servers` are those of the command line, which come before the
    system file's. `engine` is the address of the container engine, which need not be used.
    """

    links: str = "embedded"
    services: str = "process"
    servers: Mapping[str, str] = field(default_factory=dict)
    engine: str = ""
    writes: tuple[str, ...] = ()
    """Files that were asked for, beside what every run writes."""

    @property
    def in_containers(self) -> bool:
        """Whether the engine is used."""
        return self.services == "docker" or self.toxiproxy_in_container

    @property
    def toxiproxy_in_container(self) -> bool:
        return self.links == "toxiproxy-container"

    def server_of(self, link: Link, system: System) -> tuple[str, int] | None:
        """Host and port of the Toxiproxy that runs already and has this link; None: there is none."""
        if self.links != "toxiproxy":
            return None
        url = servers_of(system, self.servers).get(link.toxiproxy or UNNAMED)
        return None if url is None else host_and_port(url)

    def starts_toxiproxy(self, system: System) -> bool:
        """One from PATH, for the links that are on none that runs."""
        return self.links == "toxiproxy" and any(self.server_of(link, system) is None for link in system.links.values())

    def relays(self, system: System) -> bool:
        """Whether the embedded proxy is started: it is in front of every link but those that somebody has wired."""
        return any(link.proxy is None for link in system.links.values())


def copies(plan: Plan) -> tuple[str, ...]:
    """What stands behind the names of what belongs to each copy of the system."""
    return ("", " (control)") if plan.experiment.control else ("",)
