"""How much a service can do in a second, and what becomes of those who come on top of it.

A request holds one of a few workers for a fixed time, as a query holds a connection to a database. All others lie in
the queue, which has no end. Whoever lay there too long gets an error *after* the work was done: as with a statement
that runs into its limit, the work is thrown away. That is what lets retries keep an overload alive.
"""

import argparse
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from demo_app import deadline
from demo_app.arrival import since_complete_s

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

WORKERS: Final = 2
PATIENCE_S: Final = 0.75

_WRITTEN: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)/s")


class TooLate(Exception):
    """Its caller won't wait for the answer, so the work was not begun."""


class TookTooLong(Exception):
    """The work was done, but the request had waited too long before."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """`cost_s`: how long a request holds its worker. `clock` is monotonic, in seconds."""

    cost_s: float = 0.0
    patience_s: float = PATIENCE_S
    clock: Callable[[], float] = time.monotonic
    work: Callable[[float], None] = time.sleep

    def spend(self, environ: "WSGIEnvironment") -> None:
        """What every request takes of its worker; raises `TooLate` or `TookTooLong`."""
        left_s = deadline.left_s(environ, self.clock())
        if left_s is not None and left_s <= self.cost_s:
            raise TooLate
        if not self.cost_s:
            return
        self.work(self.cost_s)
        if since_complete_s(environ, self.clock()) - self.cost_s > self.patience_s:
            raise TookTooLong


UNLIMITED: Final = Capacity()


def capacity_option(written: str) -> Capacity:
    """As the command line has it: `100/s`, or `none`."""
    if written == "none":
        return UNLIMITED
    match = _WRITTEN.fullmatch(written)
    if not match or not float(match[1]):
        raise argparse.ArgumentTypeError(f"{written!r} is no capacity; write requests per second like 100/s, or none")
    return Capacity(cost_s=WORKERS / float(match[1]))
