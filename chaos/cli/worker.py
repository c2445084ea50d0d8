"""`gatecrash worker`: play users of a run on another machine."""

from __future__ import annotations

from typing import Annotated

import typer

from chaos.cli.durations import seconds_of
from chaos.errors import EnvironmentFailed, InvalidOption
from chaos.traffic.locust.available import why_no_locust


def worker(
    master: Annotated[str, typer.Argument(metavar="HOST:PORT", help="Where the run waits for its workers.")],
    wait: Annotated[
        str, typer.Option(metavar="DURATION", help="Leave when no experiment has wanted this worker for that long.")
    ] = "2min",
) -> int:
    """Play users for a run on another machine, whose journey says `traffic: {workers: {expect: N}}`, in one experiment
    after the other.
    """
    host, colon, port = master.rpartition(":")
    if not (host and colon and port.isdecimal() and 0 < int(port) < 65536):
        raise InvalidOption(f"{master!r} is not HOST:PORT, like 10.0.0.1:5557")
    within_s = seconds_of("--wait", wait, longest_h=24)
    if (missing := why_no_locust()) is not None:
        raise EnvironmentFailed(missing)
    from chaos.traffic.locust.worker import experiments_at

    typer.echo(f"waiting for a run at {master}")
    played = 0
    for experiment in experiments_at(host.strip("[]"), int(port), within_s=within_s):
        played += 1
        typer.echo(f"played in {experiment}; waiting for the next")
    experiments = "1 experiment" if played == 1 else f"{played} experiments"
    typer.echo(f"played in {experiments}; no other wanted this worker within {wait}")
    return 0
