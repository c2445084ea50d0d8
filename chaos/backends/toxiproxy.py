"""`toxiproxy-python`, made safe. It keeps its server's address on a class, has no time-outs, and reports a refusal as
a `KeyError`; all of that ends here. Calls block: the runner makes them in a thread.
"""

from __future__ import annotations

import importlib.util
import itertools
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final
from urllib.parse import quote

import requests

from chaos.backends.metrics import received_bytes
from chaos.backends.wire import to_wire
from chaos.errors import EnvironmentFailed
from chaos.faults.fault import ToxicSpec

DEADLINE_S: Final = 5.0
ANY_PORT: Final = "127.0.0.1:0"
_numbers = itertools.count()


class ToxiproxyClient:
    """One server. Each client has a copy of the library of its own, so that several servers can be talked to."""

    def __init__(self, host: str, port: int) -> None:
        self.api = f"http://{host}:{port}"
        self._library = _own_copy("toxiproxy")
        calls = _Calls()
        sys.modules[f"{self._library.__name__}.api"].requests = calls  # type: ignore[attr-defined]
        self._session = calls.session
        self._server = self._library.Toxiproxy()
        self._server.update_api_consumer(host, port)

    def create(self, name: str, upstream: str, listen: str = ANY_PORT) -> str:
        """A new proxy; returns its `host:port`."""
        with self._failing(f"the proxy {name!r} could not be created"):
            return str(self._server.create(name=name, upstream=upstream, listen=listen).listen)

    def delete(self, name: str) -> None:
        """It is gone, with its toxics and connections, when this returns."""
        with self._failing(f"the proxy {name!r} could not be deleted"):
            self._proxy(name).destroy()

    def add_toxic(self, proxy: str, name: str, toxic: ToxicSpec, toxicity: float) -> None:
        with self._failing(f"the toxic {name!r} could not be set on {proxy!r}"):
            self._proxy(proxy).add_toxic(
                name=name, type=toxic.type, stream=toxic.stream, toxicity=toxicity, attributes=to_wire(toxic)
            )

    def update_toxic(self, proxy: str, name: str, toxic: ToxicSpec) -> None:
        """The library knows no such call. `POST` is what every version of the server understands."""
        with self._failing(f"the toxic {name!r} on {proxy!r} could not be changed"):
            url = f"{self.api}/proxies/{proxy}/toxics/{name}"
            body: Any = {"attributes": to_wire(toxic)}
            answer = self._session.post(url, json=body, timeout=DEADLINE_S)
            answer.raise_for_status()

    def disable(self, proxy: str) -> None:
        with self._failing(f"{proxy!r} could not be taken down"):
            self._proxy(proxy).disable()

    def toxics(self, proxy: str) -> dict[str, Any]:
        """Those that the proxy really has, by name."""
        with self._failing(f"the toxics of {proxy!r} could not be read"):
            return dict(self._proxy(proxy).toxics())

    def version(self) -> str:
        """Also tells whether anybody is there."""
        with self._failing("it is no Toxiproxy"):
            answer = self._session.get(f"{self.api}/version", timeout=DEADLINE_S)
            answer.raise_for_status()
            return str(answer.text).strip()

    def effects(self) -> dict[str, Any]:
        """The live counters of the embedded proxy, by proxy name."""
        with self._failing("its counters could not be read"):
            answer = self._session.get(f"{self.api}/gatecrash/v1/effects", timeout=DEADLINE_S)
            answer.raise_for_status()
            counters: dict[str, Any] = answer.json()["proxies"]
            return counters

    def has_effects(self) -> bool:
        """Whether it counts as the embedded proxy does."""
        with self._failing("it could not be asked for its counters"):
            return self._session.get(f"{self.api}/gatecrash/v1/effects", timeout=DEADLINE_S).status_code == 200

    def received(self) -> Mapping[str, Mapping[str, int]] | None:
        """Bytes that have entered each proxy, by stream; None when the server was not started to tell."""
        with self._failing("its metrics could not be read"):
            answer = self._session.get(f"{self.api}/metrics", timeout=DEADLINE_S)
            if answer.status_code == 404:
                return None
            answer.raise_for_status()
            return received_bytes(answer.text)

    def enabled_proxy(self, name: str) -> str:
        """Where somebody else's proxy listens. Raises `EnvironmentFailed` when it is not there, or down."""
        with self._failing(f"its proxy {name!r} can't be used"):
            answer = self._session.get(f"{self.api}/proxies/{quote(name, safe='')}", timeout=DEADLINE_S)
            if answer.status_code == 404:
                raise EnvironmentFailed("there is no such proxy")
            answer.raise_for_status()
            found = answer.json()
            if not found["enabled"]:
                raise EnvironmentFailed("it is disabled")
            return str(found["listen"])

    def _proxy(self, name: str) -> Any:
        """Without asking the server for it first, as the library would."""
        return self._library.Proxy(name=name, upstream="", enabled=True, listen="")

    @contextmanager
    def _failing(self, what: str) -> Iterator[None]:
        """Whatever the library raises, as one error that says what could not be done and why."""
        try:
            yield
        except Exception as error:
            reason = _reason(error)
            raise EnvironmentFailed(f"the proxy server at {self.api}: {what}: {reason}") from error


class _Calls:
    """Stands in for the module `requests` inside the library: one session, and a deadline on every call."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.session.trust_env = False
        self.get = self._with_deadline(self.session.get)
        self.post = self._with_deadline(self.session.post)
        self.delete = self._with_deadline(self.session.delete)

    def _with_deadline(self, call: Callable[..., requests.Response]) -> Callable[..., requests.Response]:
        def checked(*args: Any, **options: Any) -> requests.Response:
            answer = call(*args, timeout=DEADLINE_S, **options)
            if answer.status_code >= 400 and answer.status_code not in {400, 404, 409}:  # these the library knows
                raise EnvironmentFailed(f"{answer.status_code} {answer.text.strip()[:200]}")
            return answer

        return checked


def _reason(error: Exception) -> str:
    if isinstance(error, requests.Timeout):
        return f"no answer within {DEADLINE_S:g}s"
    if isinstance(error, requests.ConnectionError):
        return "it can't be reached"
    if isinstance(error, EnvironmentFailed):
        return str(error)
    if isinstance(error, (ValueError, LookupError, TypeError)):
        return "what it answered is no Toxiproxy's answer"
    said = error.args[0] if error.args else ""
    return said.decode(errors="replace").strip() if isinstance(said, bytes) else str(error) or type(error).__name__


def _own_copy(package: str) -> ModuleType:
    """The package imported afresh under a name of its own, so that its class state is shared with nobody."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise EnvironmentFailed(f"the package {package} is not installed")
    name = f"_{package}_{next(_numbers)}"
    spec = importlib.util.spec_from_file_location(
        name, found.origin, submodule_search_locations=found.submodule_search_locations
    )
    if spec is None or spec.loader is None:
        raise EnvironmentFailed(f"the package {package} can't be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
