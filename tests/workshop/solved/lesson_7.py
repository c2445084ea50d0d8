from collections.abc import Callable
from typing import TypeVar

from demo_app.web.guard import Guard

T = TypeVar("T")


def call(ask: Callable[[float | None], T], guard: Guard, patience_s: float | None) -> T:
    return guard.call(ask, budget_s=0.7, try_s=patience_s or 0.25)
