"""From a request to its handler and back to an answer: guard, routes, ids, errors, log."""

from __future__ import annotations

import os
from time import monotonic

from chaos.proxy.body import BadBody
from chaos.proxy.guard import refusal, unauthorised
from chaos.proxy.http import Response
from chaos.proxy.listener import ListenError
from chaos.proxy.names import NameWanted
from chaos.proxy.routing import TEXT, Router

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final

    from chaos.proxy.http import Request
    from chaos.proxy.routing import Handler
    from chaos.proxy.shell import Shell

    Respond = Callable[[Response], None]

_ID_DIGITS: Final = "0123456789abcdefghijklmnopqrstuv"


class ApiError(Exception):
    """An answer that is an error, with Toxiproxy's text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class _Call:
    """One request on its way; `names` stood in its path."""

    __slots__ = ("began_s", "client", "handler", "id", "names", "request", "respond")

    def __init__(
        self, request: Request, client: str, respond: Respond, handler: Handler, names: list[str], request_id: str
    ) -> None:
        self.request = request
        self.client = client
        self.respond = respond
        self.handler = handler
        self.names = names
        self.id = request_id
        self.began_s = monotonic()


class Dispatcher:
    """`handle` is the server's handler. The handlers of the routes return a Response; they may raise

    ApiError, BadBody and ListenError, which become answers, and NameWanted, after which they are called again.
    """

    def __init__(
        self, routes: Mapping[str, Mapping[str, Handler]], shell: Shell, *, host: str, token: str = ""
    ) -> None:
        """`host` is the address that the API is bound to; with a `token`, every call must carry it."""
        self._router = Router(routes)
        self._log = shell.log
        self._names = shell.names
        self._host = host
        self._token = token
        self._next_id = int.from_bytes(os.urandom(12), "big") >> 1

    def handle(self, request: Request, client: str, respond: Respond) -> None:
        """Calls `respond` before it returns, unless a name has to be looked up first."""
        refused = refusal(request, self._host) or unauthorised(request, self._token)
        found = refused or self._router.find(request)
        if isinstance(found, Response):
            respond(found)
        else:
            self._run(_Call(request, client, respond, *found, self._new_id()))

    def _run(self, call: _Call) -> None:
        request = call.request
        if request.headers.get("user-agent", "").startswith("Mozilla/"):
            response = Response(403, b"User agent not allowed\n", TEXT)
        else:
            try:
                response = self._answer(call)
            except NameWanted as wanted:
                self._names.learn(wanted.host, lambda: self._run(call))
                return
        response.headers["X-Toxiproxy-Request-Id"] = call.id
        if self._log.debugs:
            self._log.debug(
                "",
                request_id=call.id,
                client=call.client,
                method=request.method,
                url=request.path,
                user_agent=request.headers.get("user-agent", ""),
                status=response.status,
                size=len(response.body),
                duration=round((monotonic() - call.began_s) * 1000, 3),
                handler=call.handler.__name__.strip("_"),
            )
        call.respond(response)

    def _answer(self, call: _Call) -> Response:
        try:
            return call.handler(call.request, *call.names)
        except NameWanted:
            raise
        except ApiError as error:
            return _error(error.status, str(error))
        except BadBody as error:
            return _error(400, f"bad request body: {error}")
        except ListenError as error:
            self._log.warn("Error did not include status code", error=str(error))
            return _error(500, str(error))
        except Exception as error:  # a bug in here must not take the proxies down with it
            self._log.error("Request failed unexpectedly", error=repr(error), url=call.request.path)
            return _error(500, f"internal error: {error!r}")

    def _new_id(self) -> str:
        self._next_id += 1
        number, digits = self._next_id, []
        for _ in range(20):
            number, digit = divmod(number, 32)
            digits.append(_ID_DIGITS[digit])
        return "".join(reversed(digits))


def json_response(status: int, value: object) -> Response:
    from json import dumps

    return Response(status, dumps(value, separators=(",", ":")).encode())


def _error(status: int, text: str) -> Response:
    response = json_response(status, {"error": text, "status": status})
    response.body += b"\n"
    return response
