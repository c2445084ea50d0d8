"""Why an engine did not do what it was asked for, in plain words, whatever the library raised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from typing import Final
from urllib.parse import urlsplit

import requests

from chaos.errors import EnvironmentFailed
from chaos.experiment.servers import LOCAL_HOSTS
from chaos.undo.engine import EngineRefused

DEADLINE_S: Final = 30.0
"""For one call; a machine that copies images file by file needs seconds to make a container."""
NOT_RUNNING: Final = "no engine is running there; start Docker, or say with DOCKER_HOST where one runs"
NOT_ALLOWED: Final = "this user may not use it; join the group docker (and log in again), or use an engine of your own"
HINTS: Final[Mapping[str, str]] = {
    "port is already allocated": "another container has that port; run again",
    "address already in use": "another program has that port; run again",
    "unable to set memory limit": "it uses more than that now; give it a higher limit",
}
UNREACHABLE: Final[Mapping[type[BaseException], str]] = {
    PermissionError: NOT_ALLOWED,
    FileNotFoundError: NOT_RUNNING,
    ConnectionRefusedError: NOT_RUNNING,
    TimeoutError: f"no answer within {DEADLINE_S:g}s",
    requests.Timeout: f"no answer within {DEADLINE_S:g}s",
    ConnectionError: "the connection broke: it was stopped or restarted",
}


@contextmanager
def failing(address: str, what: str, *, missing: str = "it is not there") -> Iterator[None]:
    """Whatever the library raises, as one error that says what could not be done and why."""
    from docker.errors import APIError, DockerException, NotFound

    try:
        yield
    except NotFound:
        raise EnvironmentFailed(f"the container engine at {address}: {what}: {missing}") from None
    except APIError as error:
        said = str(error.explanation or error).strip()
        raise EnvironmentFailed(f"the container engine at {address}: {what}: {_with_advice(said)}") from None
    except EngineRefused as error:
        raise EnvironmentFailed(f"the container engine at {address}: {what}: {_with_advice(error.said)}") from None
    except (DockerException, requests.RequestException, HTTPException, OSError) as error:
        raise EnvironmentFailed(f"the container engine at {address}: {what}: {_unreachable(error)}") from None


def _with_advice(text: str) -> str:
    """What the engine says, with what to do where that is known."""
    return next((f"{text}; {do}" for part, do in HINTS.items() if part in text), text)


def _unreachable(error: BaseException) -> str:
    """The library wraps what really happened several times over."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        for kind, says in UNREACHABLE.items():
            if isinstance(cause, kind):
                return says
        inner = [each for each in cause.args if isinstance(each, BaseException)]
        cause = cause.__cause__ or cause.__context__ or next(iter(inner), None)
    return str(error) or type(error).__name__


def refuse_remote(address: str) -> None:
    parts = urlsplit(address)
    local = parts.scheme == "unix" or (parts.scheme in {"tcp", "http"} and parts.hostname in LOCAL_HOSTS)
    if not local:
        raise EnvironmentFailed(
            f"the container engine at {address} (DOCKER_HOST) is on another machine: containers would be published on "
            "its loopback interface and could not reach the proxies here; run gatecrash on that machine"
        )
