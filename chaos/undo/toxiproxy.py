"""Undoing on a Toxiproxy, by its plain HTTP API and with a deadline on every call.

Standard library only and one call each: this also runs in the guardian, long after the runner is gone.
"""

from __future__ import annotations

import http.client
import json
from urllib.parse import quote, urlsplit

DEADLINE_S = 2.0


def remove_toxic(api: str, proxy: str, toxic: str) -> None:
    """Already gone is fine, and so is a server that is gone: its toxics died with it."""
    _call(api, "DELETE", f"/proxies/{quote(proxy, safe='')}/toxics/{quote(toxic, safe='')}")


def enable_proxy(api: str, proxy: str) -> None:
    _call(api, "POST", f"/proxies/{quote(proxy, safe='')}", {"enabled": True})


def _call(api: str, method: str, path: str, body: object | None = None) -> None:
    """Raises `RuntimeError` when the server answers otherwise than "done" or "not here", or not in time."""
    connection = http.client.HTTPConnection(urlsplit(api).netloc, timeout=DEADLINE_S)
    try:
        connection.request(method, path, None if body is None else json.dumps(body))
        answer = connection.getresponse()
        said = answer.read()
    except ConnectionRefusedError:
        return
    except (OSError, http.client.HTTPException) as error:
        raise RuntimeError(f"{method} {api}{path}: {error or type(error).__name__}") from error
    finally:
        connection.close()
    if answer.status >= 400 and answer.status != 404:
        raise RuntimeError(f"{method} {api}{path}: {answer.status} {said[:200].decode(errors='replace').strip()}")
