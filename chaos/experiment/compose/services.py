"""What a compose file says of a service, as the system file would say it. Reading the table is reading what is
understood.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from chaos.errors import InvalidFile
from chaos.experiment.compose.file import entries, env_file, environment, health_path, mapping, names, ports
from chaos.experiment.compose.file import read_services as read_as_written
from chaos.experiment.problems import Problem, suggest

Keys = Mapping[str, Any]
_SIZE: Final = re.compile(r"(\d+)\s*([bkmg]?)b?", re.IGNORECASE)
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(us|ms|s|m|h)")
_SECONDS: Final = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_UNITS: Final = {"": "B", "b": "B", "k": "KiB", "m": "MiB", "g": "GiB"}
_DEFAULT_TMPFS: Final = "64MiB"
"""Of one that says no size; without one it could take all memory of the machine."""

IGNORED: Final = (
    *("container_name", "deploy", "hostname", "init", "logging", "platform", "profiles", "pull_policy"),
    *("restart", "stdin_open", "stop_grace_period", "stop_signal", "tty"),
)
"""They say how the service is kept alive or shown elsewhere, which is our business during an experiment."""


def read_services(path: Path) -> Mapping[str, Keys]:
    """The services, with the keys of the system file. Raises `InvalidFile` with all that can't be understood."""
    problems: list[Problem] = []
    services = {}
    for name, found in read_as_written(path).items():
        keys: Keys = {}
        for key in found:
            if key not in UNDERSTOOD and key not in IGNORED and not key.startswith("x-"):
                message = f"{key} is not understood here; {suggest(key, UNDERSTOOD)}"
                problems.append(Problem(path, 0, 0, f"services.{name}.{key}", message))
        for key in (key for key in UNDERSTOOD if found.get(key) is not None):
            try:
                keys = merged(keys, UNDERSTOOD[key](found[key], path.parent))
            except ValueError as error:
                problems.append(Problem(path, 0, 0, f"services.{name}.{key}", str(error)))
        services[name] = keys
    if problems:
        raise InvalidFile(sorted(problems))
    return services


def merged(keys: Keys, over: Keys) -> Keys:
    """`over` comes before `keys`; environments are put together name by name."""
    env = {**keys.get("env", {}), **over.get("env", {})}
    return {**keys, **over, **({"env": env} if env else {})}


def _build(found: Any, folder: Path) -> Keys:  # noqa: ARG001
    if isinstance(found, str):
        return {"build": {"context": found}}
    known = {"context", "dockerfile", "args", "target"}
    for key in found.keys() - known:
        raise ValueError(f"{key} is not understood here; {suggest(key, known)}")
    args = {"args": environment(found["args"])} if found.get("args") else {}
    return {"build": {**{key: found[key] for key in known - {"args"} if found.get(key)}, **args}}


def _command(found: Any, folder: Path) -> Keys:  # noqa: ARG001
    return {"command": shlex.join(map(str, found)) if isinstance(found, list) else str(found)}


def _env_files(found: Any, folder: Path) -> Keys:
    env: dict[str, str] = {}
    for each in entries(found) or [found]:
        path = folder / str(mapping(each).get("path", each))
        if not path.is_file():
            raise ValueError(f"there is no file {path}")
        env.update(env_file(path))
    return {"env": env}


def _ports(found: Any, folder: Path) -> Keys:  # noqa: ARG001
    """The first is the one that links lead to; on this machine it gets a free one, on loopback."""
    inside = next((each.inside for each in ports(found) if each.inside is not None), None)
    return {} if inside is None else {"port": inside}


def _tmpfs(found: Any, folder: Path) -> Keys:  # noqa: ARG001
    pairs = [str(each).partition(":") for each in entries(found) or [found]]
    sizes = {path: dict(_options(options)).get("size", "") for path, _, options in pairs}
    return {"tmpfs": {path: _size(size) if size else _DEFAULT_TMPFS for path, size in sizes.items()}}


def _volumes(found: Any, folder: Path) -> Keys:  # noqa: ARG001
    """Small file systems in memory. What a named volume would keep is kept by the container itself for as long as there
    is one; folders of this machine are not handed to a container that is going to be broken.
    """
    tmpfs = {}
    for each in entries(found):
        kind = mapping(each).get("type") or ("bind" if str(each).startswith((".", "/", "~")) else "volume")
        if kind == "bind":
            raise ValueError(f"{each} is a folder of this machine; copy it into the image, or use a volume")
        if kind == "tmpfs":
            size = str(mapping(each.get("tmpfs")).get("size", ""))
            tmpfs[str(each["target"])] = _size(size) if size else _DEFAULT_TMPFS
    return {"tmpfs": tmpfs} if tmpfs else {}


def _healthcheck(found: Any, folder: Path) -> Keys:  # noqa: ARG001
    """One that asks for a page is asked by us; any other is the engine's."""
    known = {"interval", "timeout", "retries", "start_period"}
    test = found.get("test")
    words = [str(each) for each in entries(test)]
    if found.get("disable") == "true" or not test or words[:1] == ["NONE"]:
        return {}
    if health_path(test):
        return {"ready": {"get": health_path(test)}}
    ours = words[1] if words[:1] == ["CMD-SHELL"] else words[1:] or str(test)
    times: dict[str, Any] = {key: _duration(str(found[key])) for key in known - {"retries"} if key in found}
    if "retries" in found:
        times["retries"] = int(found["retries"])
    return {"healthcheck": {"test": ours, **times}}


UNDERSTOOD: Final[Mapping[str, Callable[[Any, Path], Keys]]] = {
    "image": lambda found, _: {"image": str(found)},
    "build": _build,
    "command": _command,
    "env_file": _env_files,
    "environment": lambda found, _: {"env": environment(found)},
    "expose": _ports,
    "ports": _ports,
    "labels": lambda found, _: {"labels": environment(found)},
    "networks": lambda found, _: {"networks": list(names(found))},
    "depends_on": lambda found, _: {"depends_on": list(names(found))},
    "healthcheck": _healthcheck,
    "tmpfs": _tmpfs,
    "volumes": _volumes,
}
"""In this order: what comes later goes before what came earlier."""


def _options(text: str) -> Iterator[tuple[str, str]]:
    for each in text.split(","):
        name, _, value = each.partition("=")
        yield name, value


def _size(text: str) -> str:
    """`64m` as `64MiB`."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no size; write it like 64m")
    return f"{match[1]}{_UNITS[match[2].lower()]}"


def _duration(text: str) -> str:
    """`1m30s` as `90s`."""
    parts = _DURATION.findall(text)
    if "".join(map("".join, parts)) != text:
        raise ValueError(f"{text!r} is no duration; write it like 1m30s")
    return f"{sum(float(number) * _SECONDS[unit] for number, unit in parts):g}s"
