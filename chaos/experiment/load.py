"""A journey's users made by Locust: how many, and by which workers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from chaos.fields import Duration, Rate, Strict


class RemoteWorkers(Strict):
    """Workers that others start, on any host: `gatecrash worker HOST:PORT`."""

    expect: int = Field(ge=1, le=1000, description="the experiment begins when this many are there")
    bind: str = Field("127.0.0.1", min_length=1, description="the address of this machine that they connect to")
    port: int = Field(5557, ge=1, le=65535, description="and the port; whoever can reach it can join in")
    within: Duration = Field(60.0, gt=0, description="they have this long to come and get their users ready")


class LocustTraffic(Strict):
    """Users that Locust spreads over workers, each coming again as soon as it has its answer and has paused (`think`).
    They begin somewhere in their pause, so that they don't come all at once.
    """

    engine: Literal["locust"] = Field(description="the extra `locust`")
    users: int = Field(ge=1, le=1_000_000, description="this many at once, over all workers")
    workers: Annotated[int, Field(ge=1, le=64)] | RemoteWorkers = Field(
        1, description="this many processes on this machine, or those that others start"
    )
    spawn: Rate | None = Field(None, description="how many users begin in a second; by default all of them")

    @property
    def count(self) -> int:
        """Of workers."""
        return self.workers if isinstance(self.workers, int) else self.workers.expect

    @property
    def port(self) -> int | None:
        """Where workers that others start come to. None: there are none, and the system picks one."""
        return None if isinstance(self.workers, int) else self.workers.port
