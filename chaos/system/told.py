"""What one service is told when it is started: its command and its environment, with the placeholders put in."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chaos.errors import EnvironmentFailed
from chaos.experiment.system import Service


@dataclass(frozen=True, slots=True)
class Told:
    """`command` is empty where the service has none of its own."""

    command: tuple[str, ...]
    env: Mapping[str, str]


def told(name: str, service: Service, render: Callable[[str], str]) -> Told:
    """Raises `EnvironmentFailed` for a variable that it needs and that is not set."""
    try:
        # Split first: a folder's name with a space in it stays one word.
        command = tuple(map(render, shlex.split(service.command or "")))
        return Told(command, {key: render(value) for key, value in service.env.items()})
    except KeyError as error:
        message = f"the service {name} needs the environment variable {error.args[0]}, which is not set"
        raise EnvironmentFailed(message) from None
