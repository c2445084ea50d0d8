"""`gatecrash up`: a system behind its proxies, for as long as somebody wants to look at it."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from chaos.backends.support import backend_choice
from chaos.cli.backend import Backend, ToxiproxyUrl
from chaos.cli.healing import heal_abandoned
from chaos.cli.options import Seed, Sets, Variant, choices
from chaos.errors import SIGNALLED
from chaos.live.opening import standing_of, until_ended
from chaos.live.system import LiveSystem


def up(
    path: Annotated[Path, typer.Argument(metavar="SYSTEM.yaml", help="The system file.", show_default=False)],
    variant: Variant = None,
    sets: Sets = None,
    seed: Seed = 0,
    backend: Backend = "embedded",
    toxiproxy_url: ToxiproxyUrl = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the addresses as one JSON document on stdout, once all is ready.")
    ] = False,
) -> int:
    """Start a system behind its proxies, print where everything is, and end it all on Ctrl-C (exit code 0)."""
    standing = standing_of(path, choices(variant, sets, seed), backend_choice(backend, toxiproxy_url))
    console = Console(stderr=as_json, highlight=False)
    heal_abandoned(console)
    console.print(f"starting {standing.system.name} ...", markup=False)

    def ready(live: LiveSystem) -> None:
        if as_json:
            json.dump(_document(live), sys.stdout, indent=2)
            sys.stdout.write("\n")
        else:
            _write(live, console)
        sys.stdout.flush()  # whoever reads it may be waiting for it

    ended_by = asyncio.run(until_ended(standing, ready))
    console.print("ended; nothing is left running", markup=False)
    return 0 if ended_by == signal.SIGINT else SIGNALLED + ended_by


def _document(live: LiveSystem) -> dict[str, Any]:
    """Once everything is ready."""
    system, addresses = live.system, live.addresses
    return {
        "system": system.name,
        "links": {
            name: {
                "address": addresses.links[name],
                "to": link.to,
                "api": live.proxied(name).api,
                "proxy": live.proxied(name).name,
            }
            for name, link in system.links.items()
        },
        "services": {
            name: {
                "address": addresses.services[name],
                "log": str(live.folder / f"{name}.log") if service.command is not None else None,
            }
            for name, service in system.services.items()
        },
    }


def _write(live: LiveSystem, console: Console) -> None:
    links, addresses = live.system.links, live.addresses
    proxied = {name: live.proxied(name) for name in links}
    table = Table(box=None, pad_edge=False)
    for title in ("link", "address", "to", "proxy"):
        table.add_column(title, overflow="fold")
    for name, link in links.items():
        to = f"{link.to} ({addresses.services[link.to]})"
        table.add_row(name, addresses.links[name], to, proxied[name].name)
    console.print(table)
    for api in dict.fromkeys(each.api for each in proxied.values()):
        console.print(f"\nproxy API: {api} (for any Toxiproxy client). To slow a link down by hand:", markup=False)
        name = next(each.name for each in proxied.values() if each.api == api)
        toxic = '{"name": "slow", "type": "latency", "attributes": {"latency": 500}}'
        console.print(f"  curl -d '{toxic}' {api}/proxies/{name}/toxics", markup=False, soft_wrap=True)
        console.print(f"  curl -X DELETE {api}/proxies/{name}/toxics/slow", markup=False, soft_wrap=True)
    console.print(f"\noutput of the services: {live.folder}; Ctrl-C ends everything", markup=False, soft_wrap=True)
