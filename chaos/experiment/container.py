"""What a service needs to run as a container: where its image comes from, and how it is known to be well."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from chaos.fields import Duration, Strict


class Build(Strict):
    """An image that is built before the system is started; what has not changed since is taken from the cache."""

    context: str = Field(".", description="the folder that is sent to the engine, from this file's folder")
    dockerfile: str = Field("Dockerfile", description="from the context")
    args: Mapping[str, str] = Field(default_factory=dict, description="values for its `ARG`s")
    target: str | None = Field(None, description="the stage to build; without it, the last one")


class Healthcheck(Strict):
    """A command that the engine runs inside the container; the service is ready when it has succeeded once."""

    test: str | tuple[str, ...] = Field(
        min_length=1, description="a text is run by the container's shell, a list as it stands"
    )
    interval: Duration = Field(1.0, gt=0, description="pause between two of them")
    timeout: Duration = Field(5.0, gt=0, description="for each")
    retries: int = Field(10, ge=1, description="so many failures in a row mean that it is not well")
    start_period: Duration = Field(0.0, description="failures before that are not counted")
