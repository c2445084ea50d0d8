"""`gatecrash watch`: the live dashboard of one's own system, in a browser."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from chaos.backends.support import backend_choice
from chaos.cli.backend import Backends, ToxiproxyUrl
from chaos.cli.healing import heal_abandoned
from chaos.cli.opening import open_in_browser, shall_open
from chaos.cli.options import Seed, Sets, Variant, choices
from chaos.dashboard.security import key_path, read_or_make_key
from chaos.dashboard.serving import Served, listen_at, serve
from chaos.errors import SIGNALLED, InvalidOption
from chaos.experiment.problems import suggest
from chaos.experiment.system import System
from chaos.live.opening import standing_of, until_signal
from chaos.live.system import LiveSystem
from chaos.proxy.address import is_loopback, show

PORT: Final = 8480


def watch(
    path: Annotated[Path, typer.Argument(metavar="SYSTEM.yaml", help="The system file.", show_default=False)],
    variant: Variant = None,
    sets: Sets = None,
    seed: Seed = 0,
    backends: Backends = None,
    toxiproxy_url: ToxiproxyUrl = None,
    journey: Annotated[
        list[str] | None,
        typer.Option(help="Users make only this journey at first (or these); by default all. The page has switches."),
    ] = None,
    host: Annotated[str, typer.Option(help="Where the dashboard listens; by default only this machine reaches it.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = PORT,
    open_page: Annotated[
        bool | None, typer.Option("--open/--no-open", help="Open it in a browser; by default at a terminal.")
    ] = None,
    save_to: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the page saves experiments that were tried by hand.")
    ] = Path("experiments"),
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Lock out pages that were opened before: their key is worth nothing then.")
    ] = False,
) -> int:
    """Start a system behind its proxies, and show it in the browser: break it, and see what becomes of its users.

    Ctrl-C ends everything (exit code 0). Whoever has the printed address can break the system; others can't.
    """
    chosen = choices(variant, sets, seed)
    standing = standing_of(path, chosen, backend_choice(backends, toxiproxy_url), counted=True)
    journeys = _journeys(standing.system, journey or ())
    console = Console(highlight=False)
    key = read_or_make_key(key_path(), anew=new_key)
    with listen_at(host, port) as listener:
        heal_abandoned(console)
        served = Served(key=key, system_file=path, save_to=save_to, journeys=journeys, choices=chosen)
        console.print(f"starting {standing.system.name} ...", markup=False)

        async def stand(live: LiveSystem) -> None:
            await serve(live, listener, served, lambda: _tell(live, listener, key, console, shall_open(open_page)))

        ended_by = asyncio.run(until_signal(standing, stand))
    console.print("ended; nothing is left running", markup=False)
    return 0 if ended_by == signal.SIGINT else SIGNALLED + ended_by


def _journeys(system: System, wanted: Sequence[str]) -> tuple[str, ...]:
    """Those whose users come at first. Users that Locust spreads over processes do not come to a live system."""
    for name in wanted:
        if name not in system.journeys:
            raise InvalidOption(f"--journey: there is no journey {name!r}; {suggest(name, system.journeys)}")
    return tuple(wanted) or tuple(name for name, each in system.journeys.items() if each.traffic is None)


def _tell(live: LiveSystem, listener: socket.socket, key: str, console: Console, opens: bool) -> None:
    host, port, *_ = listener.getsockname()
    reached = host if host not in {"0.0.0.0", "::"} else socket.gethostname()
    url = f"http://{show((reached, port))}/#key={key}"
    console.print(f"\ndashboard: {url}", markup=False, soft_wrap=True)
    if not is_loopback(host):
        console.print("other machines reach it: whoever is given this address can break the system", style="yellow")
    console.print(f"output of the services: {live.folder}; Ctrl-C ends everything", markup=False, soft_wrap=True)
    sys.stdout.flush()  # whoever reads it may be waiting for it
    if opens:
        open_in_browser(url, live.folder / "dashboard.html")
