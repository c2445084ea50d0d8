"""What stands to be undone, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chaos.undo.undo import Undo


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoRecorded:
    """Written before the act that it undoes."""

    event: Literal["undo_recorded"] = "undo_recorded"
    at_s: float
    undo: Undo


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoDone:
    event: Literal["undo_done"] = "undo_done"
    at_s: float
    undo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoFailed:
    """Something may still be broken."""

    event: Literal["undo_failed"] = "undo_failed"
    at_s: float
    undo: Undo
    reason: str
