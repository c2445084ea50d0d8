"""http_error: the request never reaches the server; the proxy answers it with an error, in its turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaos.proxy.http1.reply import reason, reply
from chaos.proxy.own_wire import headers, text, whole
from chaos.proxy.toxics.http_act import Act, Swallow
from chaos.proxy.toxics.http_base import HttpAttributes, HttpToxic

if TYPE_CHECKING:
    from chaos.proxy.http1.exchange import Exchange
    from chaos.proxy.http1.heads import RequestHead


@dataclass(frozen=True, slots=True)
class HttpErrorAttributes(HttpAttributes):
    """An empty body is answered with the status in words."""

    status: int = whole("status", 503, 200, 599)
    body: bytes = text("body")
    content_type: str = text("content_type", line=True)
    headers: tuple[tuple[str, str], ...] = headers("headers")


class HttpError(HttpToxic):
    __slots__ = ()

    attributes: HttpErrorAttributes
    schema = HttpErrorAttributes

    def on_request(self, request: RequestHead, exchange: Exchange, now_s: float) -> Act | None:  # noqa: ARG002
        asked = self.attributes
        body = asked.body or f"{asked.status} {reason(asked.status)}\n".encode()
        return answered(request, exchange, asked.status, asked.headers, asked.content_type, body)


def answered(
    request: RequestHead,
    exchange: Exchange,
    status: int,
    fields: tuple[tuple[str, str], ...],
    content_type: str,
    body: bytes,
) -> Swallow:
    """The connection is kept if the client keeps it. One that waits for leave to send a body gets none: whether it
    sends it nevertheless can't be known, so what follows the answer could not be read."""
    if not any(name == "Content-Type" for name, _ in fields) and status not in (204, 304):
        fields = (("Content-Type", content_type or "text/plain; charset=utf-8"), *fields)
    last = request.expects_continue or not request.keep_alive
    answer = reply(request, status, fields, body, keep_alive=not last)
    return Swallow(exchange, answer, at_once=request.expects_continue, last=last)
