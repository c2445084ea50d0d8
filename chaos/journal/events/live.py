"""What somebody did to a live system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chaos.experiment.experiment import FaultEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersCame:
    """From now on users of this journey come to a live system: so many a second, or so many clients."""

    event: Literal["users_came"] = "users_came"
    at_s: float
    users: str
    """Their name, which no others had before."""
    journey: str
    rate_per_s: float | None = None
    clients: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersLeft:
    """None of these users came after `at_s`."""

    event: Literal["users_left"] = "users_left"
    at_s: float
    users: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultChosen:
    """What somebody breaks on a live system, under a name that nothing had before. In other journals the plan says."""

    event: Literal["fault_chosen"] = "fault_chosen"
    at_s: float
    fault: str
    entry: FaultEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRestarted:
    """Somebody had a service of a live system started again, or it had to be because it had ended by itself."""

    event: Literal["service_restarted"] = "service_restarted"
    at_s: float
    service: str
    fallen: bool
    """It had ended by itself."""
