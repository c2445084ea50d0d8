"""Undoing in a container engine, by its plain HTTP API, over its socket or loopback.

Standard library only: this also runs in the guardian, long after the runner is gone. Undoing what is undone already is
fine, and so is a container that is gone.
"""

from __future__ import annotations

import http.client
import io
import json
import os
import socket
import tarfile
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from chaos.undo.standing import differences
from chaos.undo.standing import standing as standing_of
from chaos.undo.state import leases_folder

DEFAULT_ENGINE: Final = "unix:///var/run/docker.sock"
RUN_LABEL: Final = "gatecrash.run"
MARK_LABEL: Final = "gatecrash.mark"
STATE_LABEL: Final = "gatecrash.state"
"""Everything that is made in an engine carries these: the run, the mark of the running system that it belongs to, and
the folder where its run's lease is.
"""
PROJECT_LABEL: Final = "com.docker.compose.project"
DEADLINE_S: Final = 10.0
GONE_WITHIN_S: Final = 20.0
"""Also long enough for an engine that is being restarted."""
QUIET_S: Final = 1.0
"""What was asked for by a runner that is gone has turned up by then."""
_POLL_S: Final = 0.05
_GONE: Final = 404
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Thing:
    """A container, network or volume of ours; `path` is its address in the API."""

    kind: str
    name: str
    path: str
    labels: Mapping[str, str]

    def __str__(self) -> str:
        return f"the {self.kind} {self.name}"


class EngineRefused(RuntimeError):
    """What the engine answered instead of doing it."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"the container engine answered {status}: {said}")
        self.status = status
        self.said = said


def engine_address() -> str:
    """That of `DOCKER_HOST`, by default the local one."""
    return os.environ.get("DOCKER_HOST") or DEFAULT_ENGINE


def labels_of(mark: str) -> Mapping[str, str]:
    """What carries them is removed by an undo for that mark."""
    return {RUN_LABEL: mark.partition("/")[0], MARK_LABEL: mark, STATE_LABEL: str(leases_folder())}


def things(engine: str, label: str) -> tuple[Thing, ...]:
    """What carries that label (`name` or `name=value`), in an order in which it can be removed."""
    query = urlencode({"all": "1", "filters": json.dumps({"label": [label]})})
    containers = call(engine, "GET", f"/containers/json?{query}")
    networks = call(engine, "GET", f"/networks?{query}")
    volumes = call(engine, "GET", f"/volumes?{query}")["Volumes"] or ()
    return (
        *(_thing("container", each, each["Names"][0].strip("/"), each["Id"]) for each in containers),
        *(_thing("network", each, each["Name"], each["Id"]) for each in networks),
        *(_thing("volume", each, each["Name"], each["Name"]) for each in volumes),
    )


def running_projects(engine: str) -> tuple[str, ...]:
    """The compose projects of which something runs."""
    query = urlencode({"filters": json.dumps({"label": [PROJECT_LABEL]})})
    return tuple(sorted({each["Labels"][PROJECT_LABEL] for each in call(engine, "GET", f"/containers/json?{query}")}))


def remove_marked(engine: str, mark: str, *, quiet_s: float = 0.0) -> None:
    """Remove everything that carries the mark, and look again until nothing more has turned up for `quiet_s`.

    Raises `RuntimeError` naming what would not go.
    """
    began_s = last_seen_s = time.monotonic()
    while True:
        found = _patiently(engine, lambda: things(engine, f"{MARK_LABEL}={mark}"))
        if not found and time.monotonic() - last_seen_s >= quiet_s:
            return
        if found:
            why = _patiently(engine, partial(_remove, engine, found))
            last_seen_s = time.monotonic()
            if last_seen_s - began_s > GONE_WITHIN_S:
                raise RuntimeError(f"these would not go: {', '.join(map(str, found))}{why}")
        time.sleep(_POLL_S)


def start(engine: str, container: str) -> None:
    _act(engine, "POST", f"/containers/{container}/start")


def unpause(engine: str, container: str) -> None:
    if _inspect(engine, container).get("State", {}).get("Paused"):
        _act(engine, "POST", f"/containers/{container}/unpause")


def update(engine: str, container: str, limits: str) -> None:
    """`limits` is a JSON object, as the engine's API has it."""
    _act(engine, "POST", f"/containers/{container}/update", json.loads(limits))


def connect(engine: str, container: str, network: str, endpoint: str) -> None:
    """`endpoint` is a JSON object, as the engine's API has it."""
    connected = _inspect(engine, container).get("NetworkSettings", {}).get("Networks", {}).values()
    if network not in {each["NetworkID"] for each in connected}:
        body = {"Container": container, "EndpointConfig": json.loads(endpoint)}
        _act(engine, "POST", f"/networks/{network}/connect", body)


def compare(engine: str, container: str, standing: str, reached_at: str) -> None:
    """Raises `RuntimeError` naming what is other than in `standing`, a JSON object of what it was."""
    found = _inspect(engine, container)
    if not found:
        raise RuntimeError("the container is gone")
    differ = differences(json.loads(standing), standing_of(found, reached_at=reached_at))
    if differ:
        raise RuntimeError("; ".join(differ))


def empty(engine: str, container: str, folder: str, name: str) -> None:
    """The file of that name in that folder of the container becomes an empty one."""
    query = urlencode({"path": folder})
    _act(engine, "PUT", f"/containers/{container}/archive?{query}", archive_of(name))


def archive_of(name: str) -> bytes:
    """A tar archive with one empty file."""
    with io.BytesIO() as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            tar.addfile(tarfile.TarInfo(name))
        return file.getvalue()


def call(engine: str, method: str, path: str, body: object | None = None, *, within_s: float = DEADLINE_S) -> Any:
    """The JSON value that it answers, None for an empty answer. Raises `EngineRefused`, `OSError`, `HTTPException`."""
    connection = _connection(engine, within_s)
    try:
        sent = body if body is None or isinstance(body, bytes) else json.dumps(body)
        kind = "application/x-tar" if isinstance(body, bytes) else "application/json"
        connection.request(method, path, sent, {} if sent is None else {"Content-Type": kind})
        answer = connection.getresponse()
        said = answer.read()
    finally:
        connection.close()
    if answer.status >= 400:
        raise EngineRefused(answer.status, _message(said))
    return json.loads(said) if said else None


def reason_of(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


def _patiently(engine: str, act: Callable[[], T]) -> T:
    """An engine that does not answer is waited for. Raises `RuntimeError` when it does not come back."""
    deadline_s = time.monotonic() + GONE_WITHIN_S
    while True:
        try:
            return act()
        except (OSError, http.client.HTTPException) as error:
            if time.monotonic() > deadline_s:
                raise RuntimeError(f"the container engine at {engine}: {reason_of(error)}") from error
        time.sleep(_POLL_S)


def _remove(engine: str, found: Collection[Thing]) -> str:
    """Why the last of those that would not go would not; empty when each of them went."""
    why = ""
    for thing in found:
        try:
            call(engine, "DELETE", thing.path + ("?force=1&v=1" if thing.kind == "container" else ""))
        except EngineRefused as refused:
            why = "" if refused.status == _GONE else f" ({refused})"
    return why


def _act(engine: str, method: str, path: str, body: object | None = None) -> None:
    try:
        _patiently(engine, lambda: call(engine, method, path, body))
    except EngineRefused as refused:
        if refused.status != _GONE:
            raise


def _inspect(engine: str, container: str) -> Mapping[str, Any]:
    """Empty for one that is gone."""
    try:
        found: Mapping[str, Any] = _patiently(engine, lambda: call(engine, "GET", f"/containers/{container}/json"))
    except EngineRefused as refused:
        if refused.status != _GONE:
            raise
        return {}
    return found


class _OverSocket(http.client.HTTPConnection):
    def __init__(self, path: str, within_s: float) -> None:
        super().__init__("localhost", timeout=within_s)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _connection(engine: str, within_s: float) -> http.client.HTTPConnection:
    parts = urlsplit(engine)
    if parts.scheme == "unix":
        return _OverSocket(parts.path, within_s)
    return http.client.HTTPConnection(parts.hostname or "", parts.port or 2375, timeout=within_s)


def _thing(kind: str, found: Mapping[str, Any], name: str, key: str) -> Thing:
    return Thing(kind, name, f"/{kind}s/{quote(key, safe='')}", found.get("Labels") or {})


def _message(said: bytes) -> str:
    try:
        return str(json.loads(said)["message"])
    except (ValueError, KeyError, TypeError):
        return said[:200].decode(errors="replace").strip()
