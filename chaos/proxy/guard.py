"""Keeps web pages from driving the API through a browser on the same machine."""

from __future__ import annotations

from chaos.proxy.address import BadAddress, is_loopback, numeric_family, split_host_port
from chaos.proxy.http import Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from chaos.proxy.http import Request


def refusal(request: Request, bound_host: str) -> Response | None:
    """The 403 for a request that a web page of another origin may have made; None: let it pass.

    A page that has its own name resolve to our address (DNS rebinding) sends that name as Host. An API that is bound to
    something else than loopback is meant to be called by names that we can't know: there any Host is right.
    """
    host_header = request.headers.get("host", "")
    if host_header and is_loopback(bound_host):
        host = _host(host_header)
        if host != "localhost" and host != bound_host and numeric_family(host) is None:
            return _forbidden(f"Host {host_header!r} not allowed")
    origin = request.headers.get("origin")
    if origin is not None and origin.lower() not in (f"http://{host_header.lower()}", f"https://{host_header.lower()}"):
        return _forbidden("foreign Origin not allowed")
    return None


def unauthorised(request: Request, token: str) -> Response | None:
    """The 401 for a call without the token; None when it is right, or none is wanted."""
    if not token:
        return None
    from hmac import compare_digest

    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and compare_digest(given.strip().encode(), token.encode()):
        return None
    response = Response(401, b"a token is needed: Authorization: Bearer <token>\n", "text/plain; charset=utf-8")
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _host(header: str) -> str:
    """Without the port; in lower case."""
    try:
        return split_host_port(header)[0].lower()
    except BadAddress:
        return header.strip("[]").lower()


def _forbidden(text: str) -> Response:
    return Response(403, f"{text}\n".encode("latin-1", "replace"), "text/plain; charset=utf-8")
