"""Lesson 7: how often a service that fails is asked."""

import contextlib
from collections.abc import Callable
from typing import TypeVar

from demo_app.web.client import DependencyFailed
from demo_app.web.guard import Guard

T = TypeVar("T")


def call(ask: Callable[[float | None], T], guard: Guard, patience_s: float | None) -> T:
    """What `ask(seconds)` returns. A guard asks for you: few at once, at most twice, and not while it is hopeless."""
    for _ in range(3):
        with contextlib.suppress(DependencyFailed):
            return ask(patience_s)
    return ask(patience_s)
