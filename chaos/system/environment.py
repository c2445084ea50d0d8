"""What a system takes from the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator

from chaos.experiment.placeholders import placeholders
from chaos.experiment.system import System
from chaos.secrets import Secrets


def secrets_of(system: System) -> Secrets:
    """The values that it names; a variable that is not set is no secret, and is complained of where it is needed.

    Raises `EnvironmentFailed` for one that is too short to be kept out of reports.
    """
    names = {name for text in _texts(system) for table, name in placeholders(text) if table == "env"}
    return Secrets({name: os.environ[name] for name in sorted(names) if name in os.environ})


def _texts(system: System) -> Iterator[str]:
    for service in system.services.values():
        yield service.command or ""
        yield from service.env.values()
