"""What a system takes from the environment: `{env.X}` in its services, in whatever is sent to it, and in what its
answers are judged by.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from chaos.errors import EnvironmentFailed
from chaos.experiment.placeholders import put_in_environment, texts_in, variables_in
from chaos.experiment.plan import Plan
from chaos.experiment.probe import Probe
from chaos.experiment.system import System
from chaos.fields import Strict
from chaos.secrets import Secrets

_OF_USERS: Final = ("users", "journeys", "audit")
"""Sections with requests. Services have their own put in when they are started."""
Part = TypeVar("Part", bound=Strict)


def secrets_of(system: System) -> Secrets:
    """The values that it names; a variable that is not set is no secret, and is complained of where it is needed.

    Raises `EnvironmentFailed` for one that is too short to be kept out of reports.
    """
    names = {name for text in texts_in(_plain(system)) for name in variables_in(text)}
    return Secrets({name: os.environ[name] for name in sorted(names) if name in os.environ})


def with_environment(system: System) -> System:
    """The system as its users need it, with the values in their requests; never to be written down.

    This and the next two raise `EnvironmentFailed` for a variable that is not set, or whose value can't stand there.
    """
    return _with_sections(with_rules_environment(system), *_OF_USERS)


def with_rules_environment(system: System) -> System:
    """With the values in what its answers are judged by alone."""
    judged = _with_sections(system, "gates")
    return judged.model_copy(update={"rules": _filled(system.rules, "rules")})


def plan_with_environment(plan: Plan) -> Plan:
    """The plan as those need it who ask: users, its probes, and who looks at the status page."""
    system = with_environment(plan.system)
    probes = {name: _filled_probe(system.probes[name], f"probes.{name}") for name in plan.asked}
    detect = _filled(system.detect, "detect.status") if plan.detect else system.detect
    asked = {"probes": {**system.probes, **probes}, "detect": detect}
    return replace(plan, system=system.model_copy(update=asked))


def _with_sections(system: System, *sections: str) -> System:
    filled = {
        section: {name: _filled(part, f"{section}.{name}") for name, part in getattr(system, section).items()}
        for section in sections
    }
    return system.model_copy(update=filled)


def _filled_probe(probe: Probe, where: str) -> Probe:
    """A command keeps its placeholders, since it is split before a value is put in; but there must be a value."""
    if probe.command is None:
        return _filled(probe, where)
    _put_in(probe.command, where)
    return probe


def _filled(part: Part, where: str) -> Part:
    plain = _plain(part)
    names = sorted({name for text in texts_in(plain) for name in variables_in(text)})
    if not names:
        return part
    try:
        return type(part).model_validate_json(json.dumps(_put_in(plain, where)))
    except ValidationError as error:  # its own words repeat the value
        place = ".".join(map(str, (where, *error.errors()[0]["loc"])))
        message = f"{place} of the system can't be used with the value of {', '.join(names)}; has it an end of line?"
        raise EnvironmentFailed(message) from None


def _put_in(found: Any, where: str) -> Any:
    try:
        return put_in_environment(found, os.environ)
    except KeyError as error:
        message = f"{where} of the system needs the environment variable {error.args[0]}, which is not set"
        raise EnvironmentFailed(message) from None


def _plain(part: Strict) -> dict[str, Any]:
    return part.model_dump(mode="json", by_alias=True, exclude_none=True)
