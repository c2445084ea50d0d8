"""Probes over HTTP: an endpoint of the app's own, or a query to Prometheus."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import aiohttp
import jmespath
from jmespath.exceptions import JMESPathError

from chaos.experiment.probe import Probe
from chaos.probes.ask import Place, ProbeFailed, as_figure

LARGEST: Final = 4 * 1024 * 1024


async def ask_http(probe: Probe, place: Place) -> float:
    """1 or 0 by its status, or by its `text`; with a `value`, what the JSON answer holds there."""
    status, body = await _get(place.addresses.round_links(probe.get or ""), probe.headers, {})
    if probe.text is not None:
        return float(status < 400 and probe.text.casefold() in body.decode(errors="replace").casefold())
    if probe.value is None:
        return float(status < 400)
    if status >= 400:
        raise ProbeFailed(f"it answered {status}")
    try:
        return as_figure(jmespath.search(probe.value, _read(body)))
    except JMESPathError as error:
        raise ProbeFailed(str(error).splitlines()[0]) from None


async def ask_prometheus(probe: Probe, place: Place) -> float:
    """The single value that the query yields now."""
    url = place.addresses.round_links(f"service:{probe.prometheus}:/api/v1/query")
    _, body = await _get(url, {}, {"query": probe.query or ""})
    answer = _read(body)
    if not isinstance(answer, dict) or answer.get("status") != "success":
        error = answer.get("error") if isinstance(answer, dict) else None
        raise ProbeFailed(f"Prometheus refused the query: {error or 'no reason was given'}")
    try:
        return as_figure(float(_only_value(answer["data"])))
    except (KeyError, IndexError, TypeError, ValueError):
        raise ProbeFailed("this is not an answer of Prometheus") from None


def _only_value(data: Mapping[str, Any]) -> str:
    if data["resultType"] == "scalar":
        return str(data["result"][1])
    series = data["result"]
    if data["resultType"] != "vector" or len(series) != 1:
        found = f"{len(series)} series" if data["resultType"] == "vector" else f"a {data['resultType']}"
        raise ProbeFailed(f"the query yields {found}, not a single value; aggregate it, like sum(...)")
    return str(series[0]["value"][1])


async def _get(url: str, headers: Mapping[str, str], query: Mapping[str, str]) -> tuple[int, bytes]:
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(url, headers=headers, params=query, allow_redirects=False) as response,
        ):
            body = await response.content.read(LARGEST)
            return response.status, body
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise ProbeFailed(str(error) or type(error).__name__) from None


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise ProbeFailed("its answer is not JSON") from None
