"""A system file, before it is text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from chaos.drafts.entry import Block, Entry, as_yaml
from chaos.experiment.servers import LOCAL_HOSTS

ENTRY: Final = "edge"
UNKNOWN_APP: Final = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class ServiceDraft:
    """Either `command` or `url`. `ready` is a path; empty where an open port has to do."""

    name: str
    command: str = ""
    url: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    ready: str = ""
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkDraft:
    """`proxy` is one that its owner has wired already, on the server `toxiproxy`; empty: one is made."""

    name: str
    to: str
    comments: tuple[str, ...] = ()
    toxiproxy: str = ""
    proxy: str = ""


@dataclass(frozen=True, slots=True)
class SystemDraft:
    """`toxiproxy` are addresses of servers that run already, by name."""

    name: str
    services: tuple[ServiceDraft, ...]
    links: tuple[LinkDraft, ...]
    journeys: tuple[Entry, ...]
    probes: tuple[Entry, ...] = ()
    toxiproxy: Mapping[str, str] = field(default_factory=dict)
    comments: tuple[str, ...] = ()


def render_system(draft: SystemDraft, schema: str = "") -> str:
    return as_yaml(tuple(_entries(draft)), draft.comments, schema)


def _entries(draft: SystemDraft) -> Iterator[Entry]:
    yield Entry("name", draft.name)
    yield Entry("services", Block(tuple(_service(service) for service in draft.services)))
    links = Block(tuple(_link(link) for link in draft.links))
    yield Entry("links", links, "each gets a proxy in front; {links.NAME} is its address")
    if draft.toxiproxy:
        yield Entry("toxiproxy", draft.toxiproxy, "runs already")
    yield Entry("journeys", Block(draft.journeys))
    if draft.probes:
        yield Entry("probes", Block(draft.probes), "asked round the proxies, at an interval")
    urls = [*(service.url for service in draft.services), *draft.toxiproxy.values()]
    hosts = sorted({host for url in urls if (host := _foreign_host(url))})
    if hosts:
        yield Entry("allowed_hosts", hosts, "other machines that may be broken")


def _service(service: ServiceDraft) -> Entry:
    entries: list[Entry] = []
    if service.command:
        told = (*service.comments, "{port} is a free port, another one in each run")
        entries.append(Entry("command", service.command, above=told))
    else:
        comment = "; ".join(service.comments) or "runs already; never started or stopped"
        entries.append(Entry("url", service.url, comment))
    if service.env:
        entries.append(Entry("env", service.env))
    if service.ready:
        entries.append(Entry("ready", {"get": service.ready}, "it has started when this answers"))
    return Entry(service.name, Block(tuple(entries)))


def _link(link: LinkDraft) -> Entry:
    given = {"to": link.to, "toxiproxy": link.toxiproxy, "proxy": link.proxy}
    return Entry(link.name, {key: value for key, value in given.items() if value}, "; ".join(link.comments))


def _foreign_host(url: str) -> str:
    host = urlsplit(url).netloc.rpartition(":")[0]
    return "" if host in LOCAL_HOSTS else host
