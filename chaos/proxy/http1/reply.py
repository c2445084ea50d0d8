"""Answers that the proxy gives in a server's place, and heads of its answers written anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chaos.proxy.http1.heads import RequestHead, ResponseHead


def reply(
    request: RequestHead, status: int, fields: Iterable[tuple[str, str]], body: bytes, *, keep_alive: bool
) -> bytes:
    """A complete response to that request. `fields` without those that frame the body."""
    lines = [f"HTTP/1.1 {status} {reason(status)}", *(f"{name}: {value}" for name, value in fields)]
    if status != 204 and status != 304:
        lines.append(f"Content-Length: {len(body)}")
    else:
        body = b""
    if not keep_alive:
        lines.append("Connection: close")
    elif request.version == b"1.0":
        lines.append("Connection: keep-alive")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
    return head if request.method == b"HEAD" else head + body


def reason(status: int) -> str:
    from http import HTTPStatus

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def with_fields(head: ResponseHead, dropped: Collection[bytes], added: Iterable[tuple[str, str]]) -> bytes:
    """The head again, without the `dropped` names (in lower case); its other lines are kept as they came."""
    lines = head.raw.lstrip(b"\r\n")[:-4].split(b"\r\n")
    kept = [lines[0], *(line for line in lines[1:] if line.partition(b":")[0].strip().lower() not in dropped)]
    kept += [f"{name}: {value}".encode("latin-1", "replace") for name, value in added]
    return b"\r\n".join(kept) + b"\r\n\r\n"
