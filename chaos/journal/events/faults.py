"""What was broken, when that was in force, and what shows that it was met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultInjected:
    """The fault was confirmed; it may act from `issued_s` on. In a muted plan this is when it would have been.

    A fault that comes and goes is injected, and undone, each time.
    """

    event: Literal["fault_injected"] = "fault_injected"
    at_s: float
    issued_s: float
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultStepped:
    """A step of a fault's ramp is in force; the first is number 1, after the value that it began with."""

    event: Literal["fault_stepped"] = "fault_stepped"
    at_s: float
    fault: str
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultTookEffect:
    """What the fault provably touched, from the backend's counters; all zero means it was never met.

    A fault of a journey leaves no trace in counters: it is proven by the samples.
    """

    event: Literal["fault_took_effect"] = "fault_took_effect"
    at_s: float
    fault: str
    connections: int
    requests: int
    bytes: int
    closes: int
    canary: str | None = None
    """What a canary saw, for faults that leave no trace in counters ("refused")."""
    link_bytes: int = 0
    """Bytes that the link carried while the fault was on."""
    state: str | None = None
    """How a service's processes were seen: `gone`, `stopped`, `running`, or `another process` than before."""
    stopped_ratio: float = 0.0
    """Share of the time in which a service's processes were seen stopped."""
    sent_bytes: int = 0
    """What a service's container had sent before, since it was found ready; where its callers may come round links."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultUndone:
    """The last word on a fault, until it comes again: undoing was issued at `issued_s` and confirmed at `at_s`."""

    event: Literal["fault_undone"] = "fault_undone"
    at_s: float
    issued_s: float
    fault: str
