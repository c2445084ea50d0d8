"""What asking a probe needs, and what comes of it."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from chaos.experiment.probe import Probe
from chaos.system.addresses import Addresses


class ProbeFailed(Exception):
    """It gave no figure; the message says why, in a clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it is asked. `folder` is the system file's; children carry the mark, by which they are ended at last."""

    addresses: Addresses
    folder: Path
    workdir: Path
    mark: str


Ask = Callable[[Probe, Place], Awaitable[float]]
"""Raises `ProbeFailed`, also for an answer that is no number. When cancelled it leaves nothing running."""


def as_figure(found: object) -> float:
    """A number or a truth. Raises `ProbeFailed`."""
    if isinstance(found, (bool, int, float)) and math.isfinite(found):
        return float(found)
    shown = repr(found)
    raise ProbeFailed(f"{shown[:60]}{'...' if len(shown) > 60 else ''} is neither a number nor true or false")
