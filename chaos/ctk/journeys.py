"""An HTTP probe as a journey: whom the original asked once before and once after is what users ask all the time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from chaos.ctk.model import Provider
from chaos.ctk.places import Places
from chaos.drafts.entry import Block, Entry, Listed
from chaos.experiment.request import METHODS

PATIENCE_S: Final = 5.0
"""How long users wait where the original would wait for ever."""
_BODILESS: Final = ("get", "head")


def journey_of(name: str, provider: Provider, expect: Mapping[str, object], places: Places, rate: str) -> Entry | None:
    """None when no journey can send this."""
    parts, method = urlsplit(provider.url), provider.method.lower()
    body = _body(provider)
    if parts.scheme != "http" or method not in METHODS or body is None or (method in _BODILESS and body):
        return None
    query = "&".join(filter(None, (parts.query, _query(provider))))
    try:
        target = places.target(provider.url, (parts.path or "/") + (f"?{query}" if query else ""))
    except ValueError:
        return None
    headers = {key: str(value) for key, value in provider.headers.items()}
    step = (
        Entry(method, target),
        *((Entry("headers", headers),) if headers else ()),
        *(Entry(key, value) for key, value in body.items()),
        Entry("follow", True),
        Entry("expect", expect, "" if expect else "change: any status below 400 will do"),
    )
    return Entry(
        name,
        Block(
            (
                Entry("rate", rate, "change: arrivals, whether or not earlier ones were answered"),
                Entry(
                    "timeout",
                    f"{patience_s(provider):g}s",
                    "no complete answer by then is broken"
                    if provider.timeout_s
                    else "change: the original waits for ever",
                ),
                Entry("steps", Listed((Block(step),))),
            )
        ),
    )


def patience_s(provider: Provider) -> float:
    return provider.timeout_s or PATIENCE_S


def _query(provider: Provider) -> str:
    """Chaos Toolkit puts the arguments of a GET into its query. The braces of `{env.X}` stay."""
    if provider.method.upper() != "GET" or not provider.named_arguments:
        return ""
    return urlencode(dict(provider.named_arguments), doseq=True, safe="{}")


def _body(provider: Provider) -> Mapping[str, Any] | None:
    """As a step has it; None: it can't say that."""
    if provider.method.upper() == "GET" or provider.arguments is None:
        return {} if provider.arguments is None or isinstance(provider.arguments, Mapping) else None
    if provider.headers.get("Content-Type") == "application/json":
        return {"json": provider.arguments}
    if not isinstance(provider.arguments, Mapping):
        return None
    return {"form": {key: str(value) for key, value in provider.arguments.items()}}
