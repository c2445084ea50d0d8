"""Which containers a compose project consists of, by the labels that compose puts on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from chaos.errors import EnvironmentFailed
from chaos.experiment.problems import suggest

SERVICE_LABEL: Final = "com.docker.compose.service"
ONE_OFF_LABEL: Final = "com.docker.compose.oneoff"
NETWORK_LABEL: Final = "com.docker.compose.network"
ON_LOOPBACK: Final = frozenset({"", "0.0.0.0", "127.0.0.1", "::"})
"""What a port is published at that can be reached on the loopback interface."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A container of such a project. `state` is the engine's word, `status` its sentence: `Exited (1) 3 hours ago`."""

    id: str
    name: str
    project: str
    service: str
    state: str
    status: str


def chosen(all_there: Sequence[Composed], project: str, wanted: Mapping[str, str]) -> Mapping[str, Composed]:
    """One container for each of `wanted`: what it is in the project, by its name in the system file.

    Raises `EnvironmentFailed` with all that are not there, do not run, or are more than one.
    """
    there = [each for each in all_there if each.project == project]
    if not there:
        known = {each.project for each in all_there if each.state == "running"}
        raise EnvironmentFailed(f"no compose project {project!r} runs on this engine; {suggest(project, known)}")
    found: dict[str, Composed] = {}
    problems = []
    for name, named in wanted.items():
        try:
            found[name] = _one(there, project, named)
        except EnvironmentFailed as problem:
            problems.append(f"the service {name}: {problem}")
    if problems:
        raise EnvironmentFailed("\n".join(problems))
    return found


def _one(there: Sequence[Composed], project: str, named: str) -> Composed:
    of_it = [each for each in there if each.service == named] or [each for each in there if each.name == named]
    if not of_it:
        known = sorted({each.service for each in there})
        raise EnvironmentFailed(f"the project {project} has no service {named!r}; {suggest(named, known)}")
    up = [each for each in of_it if each.state == "running"]
    if not up:
        seen = ", ".join(f"{each.name}: {each.status}" for each in of_it)
        do = "unpause" if any(each.state == "paused" for each in of_it) else "start"
        raise EnvironmentFailed(f"{named} does not run ({seen}); docker compose -p {project} {do} {of_it[0].service}")
    if len(up) > 1:
        names = sorted(each.name for each in up)
        raise EnvironmentFailed(f"{named} runs {len(up)} times; name one of them: {{running: {names[0]}}} ({names})")
    return up[0]


def port_of(found: Mapping[str, Any], wanted: int | None) -> int | None:
    """On which the container listens: `wanted`, or the only one that it exposes; None where it exposes none.

    Raises `EnvironmentFailed` where it exposes several.
    """
    if wanted is not None:
        return wanted
    ports = found["NetworkSettings"].get("Ports") or {}
    tcp = {int(each.partition("/")[0]): bindings for each, bindings in ports.items() if each.endswith("/tcp")}
    candidates = [port for port, bindings in tcp.items() if bindings] or list(tcp)
    if len(candidates) > 1:
        raise EnvironmentFailed(f"it has the ports {', '.join(map(str, sorted(candidates)))}; say which: {{port: ...}}")
    return next(iter(candidates), None)


def published(found: Mapping[str, Any], port: int) -> int | None:
    """The port of the loopback interface that leads there; None where there is none."""
    bindings = (found["NetworkSettings"].get("Ports") or {}).get(f"{port}/tcp") or ()
    return next((int(each["HostPort"]) for each in bindings if each["HostIp"] in ON_LOOPBACK), None)
