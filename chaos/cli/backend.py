"""Who breaks the links: the options."""

from __future__ import annotations

from typing import Annotated

import typer

from chaos.backends import BACKENDS

Backend = Annotated[str, typer.Option(help=f"Who breaks the links: {', '.join(BACKENDS)}.")]
ToxiproxyUrl = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[NAME=]URL",
        help="With --backend toxiproxy: a server that runs; without it, toxiproxy-server on PATH is started. With a "
        "name, the server of the links that say `toxiproxy: NAME`; may be given several times.",
    ),
]
