"""Toxiproxy's REST API: routes, statuses and texts. Every handler answers at once, whatever the links do."""

from __future__ import annotations

import os
from time import monotonic

from chaos.proxy.body import BadBody, as_object, boolean, decode, string
from chaos.proxy.guard import refusal
from chaos.proxy.http import Response
from chaos.proxy.listener import ListenError
from chaos.proxy.registry import ProxyExists, ProxySpec
from chaos.proxy.routing import TEXT, Router

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from chaos.proxy.http import Request
    from chaos.proxy.log import Log
    from chaos.proxy.proxy import Proxy
    from chaos.proxy.registry import Registry
    from chaos.proxy.routing import Handler
    from chaos.proxy.toxic_set import ToxicEntry

_ID_DIGITS: Final = "0123456789abcdefghijklmnopqrstuv"


class ApiError(Exception):
    """An answer that is an error, with Toxiproxy's text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Api:
    """`handle` is the server's handler."""

    def __init__(
        self, registry: Registry, log: Log, *, host: str, version: str, metrics: Callable[[Request], Response] | None
    ) -> None:
        """`host` is the address bound to; `version` what is reported; without `metrics` that path is unknown."""
        self._registry = registry
        self._log = log
        self._host = host
        self._version = version
        self._router = Router(self._routes(metrics))
        self._next_id = int.from_bytes(os.urandom(12), "big") >> 1

    def handle(self, request: Request, client: str) -> Response:
        began_s = monotonic()
        refused = refusal(request, self._host)
        if refused is not None:
            return refused
        found = self._router.find(request)
        if isinstance(found, Response):
            return found
        handler, names = found
        request_id = self._new_id()
        if request.headers.get("user-agent", "").startswith("Mozilla/"):
            response = Response(403, b"User agent not allowed\n", TEXT)
        else:
            response = self._call(handler, request, names)
        response.headers["X-Toxiproxy-Request-Id"] = request_id
        if self._log.debugs:
            self._log.debug(
                "",
                request_id=request_id,
                client=client,
                method=request.method,
                url=request.path,
                user_agent=request.headers.get("user-agent", ""),
                status=response.status,
                size=len(response.body),
                duration=round((monotonic() - began_s) * 1000, 3),
                handler=handler.__name__.strip("_"),
            )
        return response

    def _call(self, handler: Handler, request: Request, names: list[str]) -> Response:
        try:
            return handler(request, *names)
        except ApiError as error:
            return _error(error.status, str(error))
        except BadBody as error:
            return _error(400, f"bad request body: {error}")
        except ListenError as error:
            self._log.warn("Request failed", error=str(error))
            return _error(500, str(error))
        except Exception as error:  # a bug in here must not take the proxies down with it
            self._log.error("Request failed unexpectedly", error=repr(error), url=request.path)
            return _error(500, f"internal error: {error!r}")

    def _routes(self, metrics: Handler | None) -> dict[str, dict[str, Handler]]:
        update, update_toxic = self._update, self._update_toxic
        routes: dict[str, dict[str, Handler]] = {
            "/proxies": {"GET": self._list, "POST": self._create},
            "/proxies/*": {"GET": self._show, "POST": update, "PATCH": update, "DELETE": self._delete},
            "/proxies/*/toxics": {"GET": self._list_toxics, "POST": self._create_toxic},
            "/proxies/*/toxics/*": {
                "GET": self._show_toxic,
                "POST": update_toxic,
                "PATCH": update_toxic,
                "DELETE": self._delete_toxic,
            },
            "/populate": {"POST": self._populate},
            "/reset": {"POST": self._reset},
            "/version": {"GET": self._show_version},
            "/gatecrash/v1/effects": {"GET": self._effects},
        }
        if metrics is not None:
            routes["/metrics"] = {"*": metrics}
        return routes

    # Proxies

    def _list(self, _: Request) -> Response:
        return _json(200, {proxy.name: proxy.as_json() for proxy in self._registry})

    def _create(self, request: Request) -> Response:
        spec = _spec(decode(request.body))
        for field in ("name", "upstream"):
            if not getattr(spec, field):
                raise ApiError(400, f"missing required field: {field}")
        try:
            return _json(201, self._registry.create(spec).as_json())
        except ProxyExists:
            raise ApiError(409, "proxy already exists") from None

    def _show(self, _: Request, name: str) -> Response:
        return _json(200, self._proxy(name).as_json())

    def _update(self, request: Request, name: str) -> Response:
        proxy = self._proxy(name)
        body = as_object(decode(request.body), "a proxy")
        string(body, "name")
        enabled = boolean(body, "enabled")
        self._registry.update(
            proxy,
            string(body, "listen", proxy.listen),
            string(body, "upstream", proxy.upstream),
            proxy.enabled if enabled is None else enabled,
        )
        return _json(200, proxy.as_json())

    def _delete(self, _: Request, name: str) -> Response:
        self._registry.delete(self._proxy(name))
        return Response(204)

    def _populate(self, request: Request) -> Response:
        done: list[Proxy] = []
        try:
            entries = decode(request.body)
            specs = specs_from_json(entries)
            self._registry.populate(specs, done)
        except BadBody as error:
            return _populated(400, done, f"bad request body: {error}")
        except ApiError as error:
            return _populated(error.status, done, str(error))
        except ListenError as error:
            self._log.warn("Populate failed", error=str(error))
            return _populated(500, done, str(error))
        return _populated(201, done)

    def _reset(self, _: Request) -> Response:
        self._registry.reset()
        return Response(204)

    # Toxics

    def _list_toxics(self, _: Request, name: str) -> Response:
        return _json(200, [toxic.as_json() for toxic in self._proxy(name).toxics])

    def _create_toxic(self, request: Request, name: str) -> Response:
        proxy = self._proxy(name)
        body = as_object(decode(request.body), "a toxic")
        from chaos.proxy.toxic_body import new_toxic

        entry = new_toxic(body, proxy)
        proxy.add_toxic(entry)
        return _json(200, entry.as_json())

    def _show_toxic(self, _: Request, name: str, toxic: str) -> Response:
        return _json(200, self._toxic(self._proxy(name), toxic).as_json())

    def _update_toxic(self, request: Request, name: str, toxic: str) -> Response:
        proxy = self._proxy(name)
        entry = self._toxic(proxy, toxic)
        from chaos.proxy.toxic_body import change_toxic

        change_toxic(as_object(decode(request.body), "a toxic"), entry)
        proxy.update_toxic(entry)
        return _json(200, entry.as_json())

    def _delete_toxic(self, _: Request, name: str, toxic: str) -> Response:
        proxy = self._proxy(name)
        proxy.remove_toxic(self._toxic(proxy, toxic))
        return Response(204)

    # The rest

    def _show_version(self, _: Request) -> Response:
        from json import dumps

        body = f'{{"version": {dumps(self._version)}}}\n'.encode()
        return Response(200, body, "application/json;charset=utf-8")

    def _effects(self, _: Request) -> Response:
        return _json(200, {"proxies": {proxy.name: proxy.effects_as_json() for proxy in self._registry}})

    def _proxy(self, name: str) -> Proxy:
        proxy = self._registry.find(name)
        if proxy is None:
            raise ApiError(404, "proxy not found")
        return proxy

    def _toxic(self, proxy: Proxy, name: str) -> ToxicEntry:
        entry = proxy.find_toxic(name)
        if entry is None:
            raise ApiError(404, "toxic not found")
        return entry

    def _new_id(self) -> str:
        self._next_id += 1
        number, digits = self._next_id, []
        for _ in range(20):
            number, digit = divmod(number, 32)
            digits.append(_ID_DIGITS[digit])
        return "".join(reversed(digits))


def specs_from_json(entries: object) -> list[ProxySpec]:
    """The proxies of a populate body or config file. Raises BadBody, or ApiError when one lacks a field."""
    if entries is None:
        entries = []
    if not isinstance(entries, list):
        raise BadBody("an array of proxies was expected")
    specs = [_spec(entry) for entry in entries]
    for number, spec in enumerate(specs, 1):
        for field in ("name", "upstream"):
            if not getattr(spec, field):
                raise ApiError(400, f"missing required field: {field} at proxy {number}")
    return specs


def _spec(value: object) -> ProxySpec:
    body = as_object(value, "a proxy")
    return ProxySpec(string(body, "name"), string(body, "listen"), string(body, "upstream"), boolean(body, "enabled"))


def _json(status: int, value: object) -> Response:
    from json import dumps

    return Response(status, dumps(value, separators=(",", ":")).encode())


def _error(status: int, text: str) -> Response:
    response = _json(status, {"error": text, "status": status})
    response.body += b"\n"
    return response


def _populated(status: int, done: list[Proxy], error: str = "") -> Response:
    said: dict[str, object] = {"error": error, "status": status} if error else {}
    return _json(status, {**said, "proxies": [proxy.as_json() for proxy in done]})
