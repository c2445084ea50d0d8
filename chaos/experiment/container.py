"""What a service needs to run as a container: where its image comes from, how it is known to be well, or which
project it belongs to that runs already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from chaos.fields import Duration, Strict

DEFAULT_PORT: Final = 8000


class Project(Strict):
    """A compose project that runs already: its services are broken where they are, and put back."""

    project: str = Field(min_length=1, description="its name, as `docker compose ls` shows it")


def _file_or_project(found: object) -> object:
    """Said here, as a choice of two would be answered with what is wrong with each."""
    if isinstance(found, dict) and list(found) == ["project"] and isinstance(found["project"], str):
        return found
    if found is None or isinstance(found, str | Project):
        return found
    raise ValueError("the name of a compose file was expected, or {project: NAME} for a project that runs already")


Compose = Annotated[str | Project, BeforeValidator(_file_or_project)]


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
