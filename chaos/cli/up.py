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

from chaos.cli.backend import Backends, ToxiproxyUrl, backend_choice, check_servers, check_services
from chaos.cli.healing import heal_abandoned
from chaos.cli.options import Seed, Sets, Variant, choices
from chaos.errors import SIGNALLED, InvalidOption
from chaos.experiment.include import load_whole
from chaos.experiment.loader import Document
from chaos.experiment.planner import path_of_system
from chaos.experiment.system import System
from chaos.experiment.systems import resolve_system
from chaos.run.folders import new_standing
from chaos.run.standing import Standing, Stands
from chaos.undo.state import leases_folder


def up(
    path: Annotated[Path, typer.Argument(metavar="SYSTEM.yaml", help="The system file.", show_default=False)],
    variant: Variant = None,
    sets: Sets = None,
    seed: Seed = 0,
    backends: Backends = None,
    toxiproxy_url: ToxiproxyUrl = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the addresses as one JSON document on stdout, once all is ready.")
    ] = False,
) -> int:
    """Start a system behind its proxies, print where everything is, and end it all on Ctrl-C (exit code 0)."""
    choice = backend_choice(backends, toxiproxy_url)
    system, _ = resolve_system(_system_document(path), choices(variant, sets, seed))
    check_servers({str(path): system}, choice)
    check_services(str(path), system, choice)
    console = Console(stderr=as_json, highlight=False)
    heal_abandoned(console)
    folder = new_standing(kept={lease.stem for lease in leases_folder().glob("*.jsonl")})
    standing = Standing(system, path.parent.resolve(), folder, choice=choice, seed=seed)
    console.print(f"starting {system.name} ...", markup=False)

    def ready(stands: Stands) -> None:
        if as_json:
            json.dump(_document(system, stands), sys.stdout, indent=2)
            sys.stdout.write("\n")
        else:
            _write(system, stands, console)
        sys.stdout.flush()  # whoever reads it may be waiting for it

    ended_by = asyncio.run(standing.run(ready))
    console.print("ended; nothing is left running", markup=False)
    return 0 if ended_by == signal.SIGINT else SIGNALLED + ended_by


def _system_document(path: Path) -> Document:
    """Raises `InvalidFile`, or `InvalidOption` for a file that is an experiment."""
    document = load_whole(path)
    if "services" not in document.root and "faults" in document.root:
        system = path_of_system(document)
        hint = f"; its system is {system}" if system is not None else ""
        raise InvalidOption(f"{path} is an experiment, which `gatecrash run` runs; a system was expected{hint}")
    return document


def _document(system: System, stands: Stands) -> dict[str, Any]:
    """Once everything is ready."""
    addresses = stands.addresses
    return {
        "system": system.name,
        "links": {
            name: {
                "address": addresses.links[name],
                "to": link.to,
                "api": stands.proxied[name].api,
                "proxy": stands.proxied[name].name,
            }
            for name, link in system.links.items()
        },
        "services": {
            name: {
                "address": addresses.services[name],
                "log": str(stands.folder / f"{name}.log") if service.url is None else None,
            }
            for name, service in system.services.items()
        },
    }


def _write(system: System, stands: Stands, console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    for title in ("link", "address", "to", "proxy"):
        table.add_column(title, overflow="fold")
    for name, link in system.links.items():
        to = f"{link.to} ({stands.addresses.services[link.to]})"
        table.add_row(name, stands.addresses.links[name], to, stands.proxied[name].name)
    console.print(table)
    for api in dict.fromkeys(each.api for each in stands.proxied.values()):
        console.print(f"\nproxy API: {api} (for any Toxiproxy client). To slow a link down by hand:", markup=False)
        name = next(each.name for each in stands.proxied.values() if each.api == api)
        toxic = '{"name": "slow", "type": "latency", "attributes": {"latency": 500}}'
        console.print(f"  curl -d '{toxic}' {api}/proxies/{name}/toxics", markup=False, soft_wrap=True)
        console.print(f"  curl -X DELETE {api}/proxies/{name}/toxics/slow", markup=False, soft_wrap=True)
    console.print(f"\noutput of the services: {stands.folder}; Ctrl-C ends everything", markup=False, soft_wrap=True)
