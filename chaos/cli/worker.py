"""`gatecrash worker`: play users of a run on another machine."""

from __future__ import annotations

from typing import Annotated

import typer

from chaos.errors import EnvironmentFailed, InvalidOption
from chaos.traffic.locust.available import why_no_locust


def worker(
    master: Annotated[str, typer.Argument(metavar="HOST:PORT", help="Where the run waits for its workers.")],
) -> int:
    """Play users for a run on another machine, whose journey says `traffic: {workers: {expect: N}}`; then leave."""
    host, colon, port = master.rpartition(":")
    if not (host and colon and port.isdecimal() and 0 < int(port) < 65536):
        raise InvalidOption(f"{master!r} is not HOST:PORT, like 10.0.0.1:5557")
    if (missing := why_no_locust()) is not None:
        raise EnvironmentFailed(missing)
    from chaos.traffic.locust.worker import Worker

    typer.echo(f"waiting for a run at {master}")
    Worker(host.strip("[]"), int(port)).run()
    return 0
