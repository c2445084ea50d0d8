"""What one run is held to, as its project file said when it began; kept with the run, so that it is judged so again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import TypeAdapter

from chaos.compare.slack import Slack
from chaos.gate.budget import Budget


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Without a project file nothing is asked but the verdicts."""

    file: str | None = None
    required: tuple[str, ...] = ()
    """Ids of experiments; patterns are resolved."""
    expired: Mapping[str, str] = field(default_factory=dict)
    """Experiments that may no longer be inconclusive, each with what was allowed and until when."""
    flakes: Budget | None = None
    worse: Mapping[str, Slack] = field(default_factory=dict)
    fail_on_worse: bool = False


_TERMS: Final = TypeAdapter(Terms)


def as_json(terms: Terms) -> dict[str, Any]:
    found: dict[str, Any] = _TERMS.dump_python(terms, mode="json")
    return found


def from_json(found: Any) -> Terms:
    """Raises `ValueError`."""
    return _TERMS.validate_python(found)
