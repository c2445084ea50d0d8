"""http_rate_limit: above a rate, requests are answered with 429 (or 503) and Retry-After instead of by the server."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaos.proxy.http1.reply import reason
from chaos.proxy.own_wire import duration, headers, real, text, whole
from chaos.proxy.toxics.http_act import Act
from chaos.proxy.toxics.http_base import HttpAttributes, HttpToxic
from chaos.proxy.toxics.http_error import answered

if TYPE_CHECKING:
    from chaos.proxy.http1.exchange import Exchange
    from chaos.proxy.http1.heads import RequestHead


@dataclass(frozen=True, slots=True)
class HttpRateLimitAttributes(HttpAttributes):
    """`burst`: so many requests may come at once; 0: as many as one second allows, at least one.

    `retry_after_s`: 0: until the next request would be let through. It is written in whole seconds, rounded up.
    """

    rate_per_s: float = real("rate", 10, 0, 1e9)
    burst: int = whole("burst", 0, 0, 1 << 31)
    status: int = whole("status", 429, 200, 599)
    retry_after_s: float = duration("retry_after")
    body: bytes = text("body")
    content_type: str = text("content_type", line=True)
    headers: tuple[tuple[str, str], ...] = headers("headers")


@dataclass(slots=True)
class Bucket:
    """Tokens come in at the rate, up to the burst; each request let through takes one."""

    tokens: float
    at_s: float

    def take(self, rate_per_s: float, burst: float, now_s: float) -> float:
        """0: the request may pass. Otherwise the seconds until one may."""
        self.tokens = min(burst, self.tokens + max(now_s - self.at_s, 0.0) * rate_per_s)
        self.at_s = max(self.at_s, now_s)
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / rate_per_s if rate_per_s else math.inf


class HttpRateLimit(HttpToxic):
    """The bucket is the proxy's: all connections draw from it. At rate 0 no request passes."""

    __slots__ = ()

    attributes: HttpRateLimitAttributes
    schema = HttpRateLimitAttributes

    def on_request(self, request: RequestHead, exchange: Exchange, now_s: float) -> Act | None:
        asked = self.attributes
        burst = asked.burst or max(1.0, asked.rate_per_s)
        bucket = self.site.common.kept
        if not isinstance(bucket, Bucket):
            bucket = self.site.common.kept = Bucket(burst if asked.rate_per_s else 0.0, now_s)
        wait_s = bucket.take(asked.rate_per_s, burst, now_s)
        if not wait_s:
            return None
        seconds = max(1, math.ceil(asked.retry_after_s or min(wait_s, 3600.0)))
        body = asked.body or f"{asked.status} {reason(asked.status)}\n".encode()
        fields = asked.headers
        if not any(name == "Retry-After" for name, _ in fields):
            fields = (("Retry-After", str(seconds)), *fields)
        return answered(request, exchange, asked.status, fields, asked.content_type, body)
