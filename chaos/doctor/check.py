"""One thing to look at, and what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Group = Literal["installed", "limits", "writable", "left over"]
Status = Literal["well", "note", "wrong"]
"""`note`: something is missing that not everybody needs. `wrong`: something needed is missing, or left over."""


@dataclass(frozen=True, slots=True)
class Result:
    """`do` says what to do about it; empty where nothing has to be done."""

    status: Status
    says: str
    do: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """`serves` completes "this is for ...". `look` changes nothing."""

    group: Group
    serves: str
    look: Callable[[], Result]


def well(says: str) -> Result:
    return Result("well", says)


def note(says: str, do: str) -> Result:
    return Result("note", says, do)


def wrong(says: str, do: str) -> Result:
    return Result("wrong", says, do)
