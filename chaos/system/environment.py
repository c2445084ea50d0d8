"""What a system takes from the environment: `{env.X}` in its services, and in whatever its users send."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any, Final

from chaos.errors import EnvironmentFailed
from chaos.experiment.placeholders import put_in_environment, variables_in
from chaos.experiment.system import System
from chaos.secrets import Secrets

_OF_USERS: Final = ("users", "journeys", "audit")
"""Sections with requests. Services have their own put in when they are started."""


def secrets_of(system: System) -> Secrets:
    """The values that it names; a variable that is not set is no secret, and is complained of where it is needed.

    Raises `EnvironmentFailed` for one that is too short to be kept out of reports.
    """
    names = {name for text in _texts(_plain(system)) for name in variables_in(text)}
    return Secrets({name: os.environ[name] for name in sorted(names) if name in os.environ})


def with_environment(system: System) -> System:
    """The system as its users need it, with the values in their requests; never to be written down.

    Raises `EnvironmentFailed` for a variable that is not set.
    """
    plain = _plain(system)
    sections = {name: plain[name] for name in _OF_USERS}
    if not any(variables_in(text) for text in _texts(sections)):
        return system
    try:
        filled = {name: put_in_environment(section, os.environ) for name, section in sections.items()}
    except KeyError as error:
        message = f"a request of the system needs the environment variable {error.args[0]}, which is not set"
        raise EnvironmentFailed(message) from None
    return System.model_validate_json(json.dumps({**plain, **filled}))


def _plain(system: System) -> dict[str, Any]:
    return system.model_dump(mode="json", by_alias=True, exclude_none=True)


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            yield from _texts(value)
    elif isinstance(found, list):
        for value in found:
            yield from _texts(value)
