"""Undoing on a Toxiproxy, by its plain HTTP API and with a deadline on every call.

Standard library only and one call each: this also runs in the guardian, long after the runner is gone.
"""

from __future__ import annotations

import http.client
import json
from urllib.parse import quote, urlsplit

DEADLINE_S = 2.0


def remove_toxic(api: str, proxy: str, toxic: str, *, listen: str = "", upstream: str = "") -> None:
    """Already gone is fine, and so is a server that is gone: its toxics died with it.

    A real Toxiproxy may wait for ever for a connection that nobody reads. Then the proxy is deleted, which cuts its
    connections, and made anew at the same address. One of somebody else's (without `listen`) is taken down and up again
    instead: that cuts connections as well, and leaves all its other toxics.
    """
    path = f"{_path(proxy)}/toxics/{quote(toxic, safe='')}"
    try:
        _call(api, "DELETE", path)
    except TimeoutError:
        if listen:
            delete_proxy(api, proxy)
            _call(api, "POST", "/proxies", {"name": proxy, "listen": listen, "upstream": upstream})
            return
        try:
            _call(api, "POST", _path(proxy), {"enabled": False})
        finally:
            enable_proxy(api, proxy)
        _call(api, "DELETE", path)


def enable_proxy(api: str, proxy: str) -> None:
    _call(api, "POST", _path(proxy), {"enabled": True})


def delete_proxy(api: str, proxy: str) -> None:
    _call(api, "DELETE", _path(proxy))


def _path(proxy: str) -> str:
    return f"/proxies/{quote(proxy, safe='')}"


def _call(api: str, method: str, path: str, body: object | None = None) -> None:
    """`RuntimeError`: the server answers otherwise than "done" or "not here"; `TimeoutError`: not in time."""
    connection = http.client.HTTPConnection(urlsplit(api).netloc, timeout=DEADLINE_S)
    try:
        connection.request(method, path, None if body is None else json.dumps(body))
        answer = connection.getresponse()
        said = answer.read()
    except ConnectionRefusedError:
        return
    except TimeoutError:
        raise TimeoutError(f"{method} {api}{path}: no answer within {DEADLINE_S:g}s") from None
    except (OSError, http.client.HTTPException) as error:
        raise RuntimeError(f"{method} {api}{path}: {error or type(error).__name__}") from error
    finally:
        connection.close()
    if answer.status >= 400 and answer.status != 404:
        raise RuntimeError(f"{method} {api}{path}: {answer.status} {said[:200].decode(errors='replace').strip()}")
