"""Who breaks the links and who runs the services: the options."""

from __future__ import annotations

from typing import Annotated

import typer

from chaos.backends import LINK_BACKENDS, SERVICE_BACKENDS
from chaos.cli import completion

Backends = Annotated[
    list[str] | None,
    typer.Option(
        "--backend",
        help=f"Who breaks the links: {', '.join(LINK_BACKENDS)}; or where services run: "
        f"{', '.join(SERVICE_BACKENDS)}. May be given once for each; without it: embedded and process.",
        autocompletion=completion.backends,
    ),
]
ToxiproxyUrl = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[NAME=]URL",
        help="With --backend toxiproxy: a server that runs; without it, toxiproxy-server on PATH is started. With a "
        "name, the server of the links that say `toxiproxy: NAME`; may be given several times.",
    ),
]
