"""Which handler a request goes to, and what one gets that goes to none; as Toxiproxy's router has it."""

from __future__ import annotations

from chaos.proxy.http import Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final

    from chaos.proxy.http import Request

    Handler = Callable[..., Response]

TEXT: Final = "text/plain; charset=utf-8"


class Router:
    """Routes are paths such as `/proxies/*/toxics`; a handler gets the request and what stands at the stars."""

    def __init__(self, routes: Mapping[str, Mapping[str, Handler]]) -> None:
        """Handlers by path and method; the method `*` stands for all."""
        self._routes = [(path.split("/"), methods) for path, methods in routes.items()]

    def find(self, request: Request) -> tuple[Handler, list[str]] | Response:
        """The handler and its further arguments, or the answer to a request that nothing handles."""
        path = _unquote(request.path)
        clean = _clean(path)
        if clean != path:
            response = Response(301)
            response.headers["Location"] = clean
            return response
        parts = path.split("/")
        for pattern, methods in self._routes:
            if _matches(pattern, parts):
                handler = methods.get(request.method, methods.get("*"))
                if handler is None:
                    return Response(405)
                return handler, [part for part, name in zip(parts, pattern, strict=True) if name == "*"]
        return Response(404, b"404 page not found\n", TEXT)


def _matches(pattern: list[str], parts: list[str]) -> bool:
    if len(pattern) != len(parts):
        return False
    return all(part if name == "*" else part == name for name, part in zip(pattern, parts, strict=True))


def _unquote(path: str) -> str:
    raw = path.encode("latin-1", "replace")
    if b"%" in raw:
        first, *others = raw.split(b"%")
        raw = first + b"".join(map(_unquoted, others))
    return raw.decode("utf-8", "replace")


def _unquoted(part: bytes) -> bytes:
    """What stood behind a percent sign."""
    try:
        return bytes([int(part[:2], 16)]) + part[2:] if part[:2].isalnum() and len(part) > 1 else b"%" + part
    except ValueError:
        return b"%" + part


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
