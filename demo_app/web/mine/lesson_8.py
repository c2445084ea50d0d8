"""Lesson 8: what those get for whom there are no new clips, because `media` has more to do than it can."""

from collections.abc import Sequence

from demo_app.seeds import FeedClip
from demo_app.web.model import Feed


def when_no_feed(last: Sequence[FeedClip], failure: Exception) -> Feed:
    """Returns what is shown, or raises. `last`: the clips that were shown a moment ago; there may be none."""
    raise failure
