"""Collecting garbage seldom while users come: what is collected then, they wait for.

A visit leaves next to no cycles behind, and its sample is kept to the end of the run, so looking for garbage again and
again finds nothing, at more cost the longer a run lasts.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

YOUNG: Final = 50_000
"""Objects made since the last look, before there is another."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """What there is at the start is never looked at until the end.

    The collector is the whole process's: where the program around us has settled it for itself, by freezing what there
    is or by never looking of its own accord, or another run has done this already, it is left alone.
    """
    before = gc.get_threshold()
    if gc.get_freeze_count() or not before[0]:
        yield
        return
    gc.freeze()
    gc.set_threshold(max(YOUNG, before[0]), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
