"""The blast radius: everything that would be started, asked, broken or written, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from chaos.experiment.plan import Plan
from chaos.experiment.preview.asked import probes_of
from chaos.experiment.preview.means import Means, copies
from chaos.experiment.preview.users import joined_from, players_of, users_of
from chaos.experiment.servers import LOCAL_HOSTS
from chaos.experiment.system import Link, System

_ALWAYS_WRITTEN = (".gatecrash/ in the working directory", "the list of open undos in the user's state directory")


@dataclass(frozen=True, slots=True, kw_only=True)
class BlastRadius:
    """At most these are touched. `processes` and `containers` are started and ended here, `borrowed` are
    containers of a compose project, left as they were found; `running` are there already and only asked. `tools` are
    programs of ours that are started and ended beside the system.
    """

    processes: Mapping[str, str]
    containers: Mapping[str, str]
    borrowed: Mapping[str, str]
    running: Mapping[str, str]
    tools: Mapping[str, str]
    engine: str
    """The address of the container engine that is used; empty: none is."""
    proxies: tuple[str, ...]
    servers: Mapping[str, str]
    """By link, those Toxiproxies that run already, and the proxies there that are not ours."""
    broken: tuple[str, ...]
    probes: Mapping[str, str]
    users: Mapping[str, str]
    hosts: tuple[str, ...]
    writes: tuple[str, ...]

    @property
    def already_there(self) -> Mapping[str, str]:
        """Of the system's services, those that nobody starts here, each with where it is."""
        there = {name: f"at {url}" for name, url in self.running.items()}
        return there | {name: f"({whose})" for name, whose in self.borrowed.items()}


def touched(plan: Plan, means: Means) -> BlastRadius:
    services, every = plan.system.services.items(), copies(plan)
    ours = [(f"{name}{copy}", each) for copy in every for name, each in services if not each.runs_already]
    in_containers = means.services == "docker"
    return BlastRadius(
        processes={} if in_containers else {name: each.command or "" for name, each in ours},
        containers={name: each.made_from for name, each in ours} if in_containers else {},
        borrowed={
            name: f"{each.running} of the compose project {plan.system.project}"
            for name, each in services
            if each.running is not None
        },
        running={name: each.url for name, each in services if each.url is not None},
        tools=dict(_tools(plan, means)),
        engine=means.engine if means.in_containers else "",
        proxies=tuple(_proxies(plan, means)),
        servers={name: at for name, link in plan.system.links.items() if (at := _server(link, plan.system, means))},
        broken=() if plan.muted else tuple(dict.fromkeys(f"the {at.entry.place} {at.entry.on}" for at in plan.faults)),
        probes=dict(probes_of(plan)),
        users=dict(users_of(plan)),
        hosts=("this machine (loopback)", *sorted({*_hosts(plan.system, means)} - LOCAL_HOSTS), *joined_from(plan)),
        writes=(*_ALWAYS_WRITTEN, *means.writes),
    )


def _tools(plan: Plan, means: Means) -> Iterator[tuple[str, str]]:
    system = plan.system
    yield "guardian", "undoes everything if the runner is gone"
    for copy in copies(plan):
        if means.relays(system):
            yield f"proxy{copy}", "gatecrash proxy, on free ports"
        if means.starts_toxiproxy(system):
            yield f"Toxiproxy{copy}", "toxiproxy-server from PATH, on free ports of 127.0.0.1"
        if means.toxiproxy_in_container:
            yield f"Toxiproxy{copy}", "in a container, on free ports of 127.0.0.1"
    yield from players_of(plan)


def _proxies(plan: Plan, means: Means) -> Iterator[str]:
    for copy in copies(plan):
        for name, link in plan.system.links.items():
            yield f"{name}{copy}, in front of {link.to}{copy} ({_whose(link, plan.system, means)})"


def _whose(link: Link, system: System, means: Means) -> str:
    started = means.links if means.links != "toxiproxy" else "the Toxiproxy that is started"
    return _server(link, system, means) or started


def _server(link: Link, system: System, means: Means) -> str:
    """Empty where none runs already."""
    at = means.server_of(link, system)
    if at is None:
        return ""
    server = f"the Toxiproxy {link.toxiproxy or ''}".strip() + f" at {_address(*at)}"
    return server if link.proxy is None else f"the proxy {link.proxy} of {server}, which stays"


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _hosts(system: System, means: Means) -> Iterator[str]:
    yield from (urlsplit(each.url).hostname or "" for each in system.services.values() if each.url is not None)
    for link in system.links.values():
        if (at := means.server_of(link, system)) is not None:
            yield at[0]
