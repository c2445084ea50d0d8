"""Drafts as the text of files, with comments for whoever reads them next."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from chaos.experiment.servers import LOCAL_HOSTS
from chaos.init.draft import ENTRY, Draft, LinkDraft, ServiceDraft

SYSTEM_FILE: Final = "system.yaml"
EXPERIMENT_FILE: Final = "experiments/first.yaml"
SYSTEM_SCHEMA: Final = ".schema/system.json"
EXPERIMENT_SCHEMA: Final = ".schema/experiment.json"
JOURNEY: Final = "visit"
_COMMENT_COLUMN: Final = 60


def render_system(draft: Draft) -> str:
    return "".join(f"{line}\n" for line in _system(draft))


def render_experiment(draft: Draft) -> str:
    target = next(link.to for link in draft.links if link.name == draft.faulted)
    whom = "Everything" if draft.faulted == ENTRY else f"What {target} answers"
    return f"""\
# yaml-language-server: $schema=../{EXPERIMENT_SCHEMA}
# One claim about what users see while something is wrong. `gatecrash faults` lists what else can go wrong.
name: {_quoted(f"{whom} is slow" if draft.faulted == ENTRY else f"{whom} comes late")}
system: ../{SYSTEM_FILE}
why: A slow dependency is met far more often than a dead one, and does more harm where nobody gives up waiting.
steady_state:                            # what holds when nothing is wrong; checked before anything is broken
  {JOURNEY}: {{served: ">= 99%", p95: "<= 500ms"}}
faults:
  - link: {draft.faulted}
    latency: {{delay: 200ms, jitter: 20ms}}  # change: how slow it was when it hurt; or try hang: {{}}, or down: {{}}
    for: 5s
during:                                  # change: what you promise your users meanwhile
  {JOURNEY}: {{served: ">= 95%", broken: 0%, p95: "<= 1500ms"}}
recovery:
  within: 5s                             # and how soon all is as before
"""


def _system(draft: Draft) -> Iterator[str]:
    yield f"# yaml-language-server: $schema={SYSTEM_SCHEMA}"
    yield "# What runs, what stands behind what, and what users do. Look at the lines that say `change`."
    yield from (f"# {line}" for line in draft.comments)
    yield f"name: {_quoted(draft.name)}"
    yield "services:"
    for service in draft.services:
        yield from _service(service)
    yield _commented("links:", ("each gets a proxy in front; {links.NAME} is its address",))
    for link in draft.links:
        yield _link(link)
    yield "journeys:"
    yield f"  {JOURNEY}:"
    yield _commented("    rate: 10/s", ("arrivals, whether or not earlier ones were answered",))
    yield _commented("    timeout: 2s", ("change: no complete answer by then is broken",))
    yield "    steps:"
    yield f"      - get: {_quoted(f'{ENTRY}:{draft.path}')}"
    yield _commented("        expect: {status: 200}", ("change: also what users come for, like text: Welcome",))
    hosts = sorted({host for service in draft.services if (host := _foreign_host(service))})
    if hosts:
        yield _commented(f"allowed_hosts: {json.dumps(hosts)}", ("other machines that may be broken",))


def _service(service: ServiceDraft) -> Iterator[str]:
    yield f"  {service.name}:"
    if service.command:
        yield from (f"    # {line}" for line in (*service.comments, "{port} is a free port, another one in each run"))
        yield f"    command: {_quoted(service.command)}"
    else:
        yield _commented(
            f"    url: {_quoted(service.url)}", service.comments or ("runs already; never started or stopped",)
        )
    if service.env:
        yield f"    env: {_flow(service.env)}"
    if service.ready:
        yield _commented(f"    ready: {{get: {_quoted(service.ready)}}}", ("it has started when this answers",))


def _link(link: LinkDraft) -> str:
    return _commented(f"  {link.name}: {{to: {link.to}}}", link.comments)


def _flow(values: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {_quoted(value)}" for key, value in values.items()) + "}"


def _commented(text: str, comments: tuple[str, ...]) -> str:
    return f"{text:<{_COMMENT_COLUMN}}# {'; '.join(comments)}" if comments else text


def _quoted(text: str) -> str:
    """JSON's quoting is YAML's, too."""
    return json.dumps(text, ensure_ascii=False)


def _foreign_host(service: ServiceDraft) -> str:
    host = urlsplit(service.url).netloc.rpartition(":")[0]
    return "" if host in LOCAL_HOSTS else host
