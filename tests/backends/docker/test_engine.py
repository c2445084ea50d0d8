"""The library's errors, in words that say what to do; no engine is needed for them."""

from __future__ import annotations

from typing import Any

import docker
import pytest
import requests

from chaos.backends.docker.engine import Engine
from chaos.backends.docker.reasons import NOT_ALLOWED, NOT_RUNNING
from chaos.errors import EnvironmentFailed


class Refusing:
    """A client all of whose calls raise the same."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any, **options: Any) -> Any:
            raise self._error

        return call


def wrapped(inner: BaseException) -> Exception:
    """As the library hands on what happened to its socket."""
    outer = docker.errors.DockerException("Error while fetching server API version")
    outer.__cause__ = requests.ConnectionError(inner)
    return outer


def api_error(text: str) -> Exception:
    response = requests.Response()
    response.status_code = 500
    return docker.errors.APIError("500 Server Error", response=response, explanation=text)


ERRORS = {
    "not running": (wrapped(FileNotFoundError(2, "No such file")), NOT_RUNNING),
    "refused": (wrapped(ConnectionRefusedError(111, "refused")), NOT_RUNNING),
    "not allowed": (wrapped(PermissionError(13, "Permission denied")), NOT_ALLOWED),
    "too slow": (requests.ReadTimeout(), "no answer within 30s"),
    "cut": (wrapped(ConnectionResetError(104, "reset")), "the connection broke: it was stopped or restarted"),
    "gone": (docker.errors.NotFound("404", explanation="No such container"), "it is not there any more"),
    "port of another container": (
        api_error("driver failed: Bind for 127.0.0.1:8000 failed: port is already allocated"),
        "another container has that port; run again",
    ),
    "port of another program": (
        api_error("listen tcp4 127.0.0.1:8000: bind: address already in use"),
        "another program has that port; run again",
    ),
    "memory in use": (api_error("unable to set memory limit to 1 (current usage: 2)"), "give it a higher limit"),
    "anything else": (api_error("no space left on device"), "no space left on device"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_what_the_library_raises_is_told_in_plain_words(case: str) -> None:
    error, says = ERRORS[case]
    engine = Engine("unix:///x.sock", Refusing(error), None)
    with pytest.raises(EnvironmentFailed) as failed:
        engine.start("id", "web")
    assert str(failed.value).startswith(
        "the container engine at unix:///x.sock: the container of web can't be started: "
    )
    assert says in str(failed.value)


def test_a_disk_is_full_when_the_engine_says_so() -> None:
    Engine("unix:///x.sock", Refusing(api_error("write /data/x: no space left on device")), None).fill(
        "id", "/data", 10
    )


def test_a_disk_that_takes_everything_is_not_full() -> None:
    class Taking:
        def put_archive(self, *args: Any) -> bool:
            return True

    with pytest.raises(EnvironmentFailed, match="/data can't be filled: 10 bytes did fit"):
        Engine("unix:///x.sock", Taking(), None).fill("id", "/data", 10)


@pytest.mark.parametrize("address", ["tcp://192.0.2.1:2375", "ssh://me@there", "https://engine.example"])
def test_an_engine_on_another_machine_is_refused_before_it_is_asked(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DOCKER_HOST", address)
    with pytest.raises(EnvironmentFailed, match="is on another machine"):
        Engine.connect()
