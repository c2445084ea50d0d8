"""A user as Locust counts them: somebody sits there, and who plays it is none of Locust's business."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count
from typing import Any

from chaos.traffic.locust.orders import NO_PATCHES


def seat_class(sits: Callable[[int], None], rises: Callable[[int], None]) -> type[Any]:
    """Master and workers must know it by the same name. Both are told the seat's number, in Locust's thread."""
    os.environ.update(NO_PATCHES)
    from gevent.event import Event
    from locust import User, task

    numbers = count()

    class Seat(User):  # type: ignore[misc]
        @task  # type: ignore[untyped-decorator]
        def taken(self) -> None:
            number = next(numbers)
            sits(number)
            try:
                Event().wait()  # until Locust wants it free
            finally:
                rises(number)

    return Seat


def environment_of(seat: type[Any]) -> Any:
    """Locust's, without its web page and without any event listeners of others."""
    from locust.env import Environment

    return Environment(user_classes=[seat])
