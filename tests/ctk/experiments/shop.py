"""What an experiment of one's own asks in Python."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def waiting(queue: str, configuration: Mapping[str, Any] | None = None) -> int:
    return (configuration or {})["most"] - len(queue) + 1


def is_even(value: int) -> bool:
    return value % 2 == 0
