"""The one tree of errors. The command prints these in a line or two; anything else is a bug and keeps its traceback."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, Protocol

UNDO_FAILED: Final = 6
BUG: Final = 70
SIGNALLED: Final = 128
"""Exit codes that no verdict has: something may still be broken; a bug in Gatecrash; ended by signal N is 128+N."""


class ChaosError(Exception):
    """Something that a user can act on; `exit_code` is what the command ends with."""

    exit_code: ClassVar[int] = 3


class Located(Protocol):
    """A problem that can say where it is, what was found, what was expected and what to do."""

    def __str__(self) -> str: ...


class InvalidFile(ChaosError):
    """A file can't be planned; `problems` holds every reason, in file order. Nothing was touched."""

    exit_code: ClassVar[int] = 2

    def __init__(self, problems: Sequence[Located]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class InvalidOption(ChaosError):
    """An option of the command makes no sense, or nothing was selected. Nothing was touched."""

    exit_code: ClassVar[int] = 2


class EnvironmentFailed(ChaosError):
    """The environment failed, not the app under test: a service did not start, the proxy was lost, a disk is full."""

    exit_code: ClassVar[int] = 3


class UndoFailed(ChaosError):
    """Something may still be broken; the message says what, and how to repair it."""

    exit_code: ClassVar[int] = UNDO_FAILED


class Inconclusive(ChaosError):
    """Nothing can be concluded from what was seen."""

    exit_code: ClassVar[int] = 4


class NothingSeen(Inconclusive):
    """No user has got anything yet, or fewer than were waited for."""


class FaultNotMet(Inconclusive):
    """Nobody provably met a fault, so whatever held while it was on proves nothing."""
