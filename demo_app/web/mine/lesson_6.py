"""Lesson 6: what becomes of a clip that `media` does not take, or of which nobody knows whether it did."""

from demo_app.web.identity import new_id
from demo_app.web.model import Clip, ClipState
from demo_app.web.spool import Spool


def id_of(user: str, key: str | None) -> str:
    """The id of a clip that `user` sends. A phone that sends it again sends the same `key` with it."""
    return new_id()


def key_for(clip: Clip) -> str | None:
    """What `media` knows the clip by: the same key again stores nothing twice. None: it can't tell."""
    return None


def when_not_stored(clip: Clip, shelf: Spool, failure: Exception) -> ClipState:
    """Returns what its sender is told, or raises. What is added to the shelf is brought to `media` later."""
    raise failure
