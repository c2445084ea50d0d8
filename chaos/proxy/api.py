"""Toxiproxy's REST API: routes, statuses and texts. Every handler answers at once, whatever the links do."""

from __future__ import annotations

import os
from time import monotonic

from chaos.proxy.body import BadBody, as_object, boolean, decode, string
from chaos.proxy.guard import refusal
from chaos.proxy.http import Response
from chaos.proxy.listener import ListenError
from chaos.proxy.registry import ProxyExists, ProxySpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final

    from chaos.proxy.http import Request
    from chaos.proxy.log import Log
    from chaos.proxy.proxy import Proxy
    from chaos.proxy.registry import Registry
    from chaos.proxy.toxic_set import ToxicEntry

    Route = Callable[..., Response]

_TEXT: Final = "text/plain; charset=utf-8"
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
        self._metrics = metrics
        self._next_id = int.from_bytes(os.urandom(12), "big") >> 1

    def handle(self, request: Request, client: str) -> Response:
        began_s = monotonic()
        route: Route | None = None
        arguments: list[str] = []
        response = refusal(request, self._host)
        if response is None:
            route, arguments, response = self._find(request)
        if route is not None:
            request_id = self._new_id()
            if request.headers.get("user-agent", "").startswith("Mozilla/"):
                response = Response(403, b"User agent not allowed\n", _TEXT)
            else:
                response = self._call(route, request, arguments)
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
                    handler=route.__name__,
                )
        assert response is not None
        return response

    def _call(self, route: Route, request: Request, arguments: list[str]) -> Response:
        try:
            return route(request, *arguments)
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

    # Routes

    def _find(self, request: Request) -> tuple[Route | None, list[str], Response | None]:
        """The handler and the names in the path, or the answer to a request that nothing handles."""
        path = _unquote(request.path)
        clean = _clean(path)
        if clean != path:
            response = Response(301)
            response.headers["Location"] = clean
            return None, [], response
        methods, names = self._match(path.split("/")[1:])
        if methods is None:
            return None, [], Response(404, b"404 page not found\n", _TEXT)
        route = methods.get(request.method, methods.get("*"))
        return (route, names, None) if route is not None else (None, [], Response(405))

    def _match(self, parts: list[str]) -> tuple[Mapping[str, Route] | None, list[str]]:
        match parts:
            case ["proxies"]:
                return {"GET": self._list, "POST": self._create}, []
            case ["proxies", name] if name:
                return {
                    "GET": self._show,
                    "POST": self._update,
                    "PATCH": self._update,
                    "DELETE": self._delete,
                }, [name]
            case ["proxies", name, "toxics"] if name:
                return {"GET": self._list_toxics, "POST": self._create_toxic}, [name]
            case ["proxies", name, "toxics", toxic] if name and toxic:
                return {
                    "GET": self._show_toxic,
                    "POST": self._update_toxic,
                    "PATCH": self._update_toxic,
                    "DELETE": self._delete_toxic,
                }, [name, toxic]
            case ["populate"]:
                return {"POST": self._populate}, []
            case ["reset"]:
                return {"POST": self._reset}, []
            case ["version"]:
                return {"GET": self._show_version}, []
            case ["metrics"] if self._metrics is not None:
                return {"*": self._metrics}, []
            case ["gatecrash", "v1", "effects"]:
                return {"GET": self._effects}, []
        return None, []

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


def _unquote(path: str) -> str:
    if "%" not in path:
        return path.encode("latin-1", "replace").decode("utf-8", "replace")
    parts = path.encode("latin-1", "replace").split(b"%")
    raw = bytearray(parts[0])
    for part in parts[1:]:
        try:
            raw += bytes.fromhex(part[:2].decode("ascii")) + part[2:]
        except ValueError:
            raw += b"%" + part
    return raw.decode("utf-8", "replace")


def _clean(path: str) -> str:
    """Without empty, `.` and `..` parts, but with a slash at the end where there was one."""
    if "//" not in path and "/." not in path:
        return path
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del kept[-1:]
        elif part not in ("", "."):
            kept.append(part)
    slash = "/" if kept and path.endswith("/") else ""
    return f"/{'/'.join(kept)}{slash}"
