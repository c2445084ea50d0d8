from collections.abc import Sequence

from demo_app.seeds import FeedClip
from demo_app.web.model import Feed


def when_no_feed(last: Sequence[FeedClip], failure: Exception) -> Feed:
    if last:
        return Feed(last, remembered=True)
    raise failure
