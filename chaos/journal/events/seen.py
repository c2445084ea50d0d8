"""What was asked of links, probes, stores and logs, beside what users met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksCarried:
    """Users' bytes on each link over the baseline, both directions, from the proxy's own counters."""

    event: Literal["links_carried"] = "links_carried"
    at_s: float
    bytes_by_link: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksCounted:
    """Connections that each link has taken since it was made, whoever opened them."""

    event: Literal["links_counted"] = "links_counted"
    at_s: float
    connections_by_link: Mapping[str, int]
    requests_by_link: Mapping[str, int] = field(default_factory=dict)
    """Of the links that something is claimed of, as far as all that came by could be read as HTTP."""


STATUS_PAGE = "detect/status"
"""The probe that asks the app's status page: 1 while it says that all is well."""
HEALTH = "health/"
"""Followed by a service's name: the probe that says when it is ready again, round the proxies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeTaken:
    """What a probe said. `at_s` is when it had answered, or when its time was over."""

    event: Literal["probe_taken"] = "probe_taken"
    at_s: float
    probe: str
    took_s: float
    figure: float | None = None
    failure: str | None = None
    """Why there is no figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTaken:
    """What is stored where it should have ended up, when the audit had seen enough."""

    event: Literal["audit_taken"] = "audit_taken"
    at_s: float
    audit: str
    stored: tuple[str, ...]
    """Ids in the store's order, with repetitions."""
    pending: tuple[str, ...]
    waited_s: float
    checksums: tuple[str, ...] = ()
    """SHA-256 of each, in the same order; empty when the audit did not ask for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferencesLookedUp:
    """Ids that unserved answers gave their users to quote, and whether the output of a service has them."""

    event: Literal["references_looked_up"] = "references_looked_up"
    at_s: float
    found: Mapping[str, bool]
