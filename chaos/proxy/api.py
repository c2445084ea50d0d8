"""Toxiproxy's REST API: what each request does, and in which order it is checked. No handler ever waits."""

from __future__ import annotations

from chaos.proxy.body import BadBody, as_object, boolean, decode, string
from chaos.proxy.dispatch import ApiError, json_response
from chaos.proxy.http import Response
from chaos.proxy.listener import ListenError
from chaos.proxy.log import quote
from chaos.proxy.proxy_body import new_proxy, populate_specs
from chaos.proxy.registry import ProxyExists

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from chaos.proxy.http import Request
    from chaos.proxy.log import Log
    from chaos.proxy.proxy import Proxy
    from chaos.proxy.registry import Registry
    from chaos.proxy.routing import Handler
    from chaos.proxy.toxic_set import ToxicEntry


class Api:
    def __init__(self, registry: Registry, log: Log, *, version: str, strict: bool = False) -> None:
        """`version` is what is reported; `strict` refuses toxics that make no sense, which a real Toxiproxy accepts."""
        self._registry = registry
        self._log = log
        self._version = version
        self._strict = strict

    def routes(self, metrics: Handler | None) -> dict[str, dict[str, Handler]]:
        """Handlers by path and method; without `metrics` that path is unknown."""
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
        return json_response(200, {proxy.name: proxy.as_json() for proxy in self._registry})

    def _create(self, request: Request) -> Response:
        spec = new_proxy(decode(request.body))
        try:
            return json_response(201, self._registry.create(spec).as_json())
        except ProxyExists:
            raise ApiError(409, "proxy already exists") from None

    def _show(self, _: Request, name: str) -> Response:
        return json_response(200, self._proxy(name).as_json())

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
        return json_response(200, proxy.as_json())

    def _delete(self, _: Request, name: str) -> Response:
        self._registry.delete(self._proxy(name))
        return Response(204)

    def _populate(self, request: Request) -> Response:
        done: list[Proxy] = []
        try:
            self._registry.populate(populate_specs(decode(request.body)), done)
        except BadBody as error:
            return _populated(400, done, f"bad request body: {error}")
        except ApiError as error:
            return _populated(error.status, done, str(error))
        except ListenError as error:
            self._log.warn("Error did not include status code", error=str(error))
            return _populated(500, done, str(error))
        return _populated(201, done)

    def _reset(self, _: Request) -> Response:
        self._registry.reset()
        return Response(204)

    # Toxics

    def _list_toxics(self, _: Request, name: str) -> Response:
        return json_response(200, [toxic.as_json() for toxic in self._proxy(name).toxics])

    def _create_toxic(self, request: Request, name: str) -> Response:
        proxy = self._proxy(name)
        body = as_object(decode(request.body), "a toxic")
        from chaos.proxy.toxic_body import new_toxic

        entry = new_toxic(body, proxy)
        self._refuse_nonsense(body, entry)
        proxy.add_toxic(entry)
        return json_response(200, entry.as_json())

    def _show_toxic(self, _: Request, name: str, toxic: str) -> Response:
        return json_response(200, self._toxic(self._proxy(name), toxic).as_json())

    def _update_toxic(self, request: Request, name: str, toxic: str) -> Response:
        proxy = self._proxy(name)
        entry = self._toxic(proxy, toxic)
        from chaos.proxy.toxic_body import change_toxic

        body = as_object(decode(request.body), "a toxic")
        self._refuse_nonsense(body, entry)
        change_toxic(body, entry)
        proxy.update_toxic(entry)
        return json_response(200, entry.as_json())

    def _delete_toxic(self, _: Request, name: str, toxic: str) -> Response:
        proxy = self._proxy(name)
        proxy.remove_toxic(self._toxic(proxy, toxic))
        return Response(204)

    def _refuse_nonsense(self, body: Mapping[str, object], entry: ToxicEntry) -> None:
        if self._strict:
            from chaos.proxy.strict import refuse_nonsense

            refuse_nonsense(body, entry.kind)

    # The rest

    def _show_version(self, _: Request) -> Response:
        body = f'{{"version": {quote(self._version)}}}\n'.encode()
        return Response(200, body, "application/json;charset=utf-8")

    def _effects(self, _: Request) -> Response:
        return json_response(200, {"proxies": {proxy.name: proxy.effects_as_json() for proxy in self._registry}})

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


def _populated(status: int, done: list[Proxy], error: str = "") -> Response:
    said: dict[str, object] = {"error": error, "status": status} if error else {}
    return json_response(status, {**said, "proxies": [proxy.as_json() for proxy in done]})
