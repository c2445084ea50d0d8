"""The app as it was that night: it trusts that `profile` and `media` answer, and at once.

No deadline, nothing remembered, nothing said; and what fails is asked again at once, whoever else does the same.
Compare with `resilient.py`, method by method.
"""

import contextlib
import traceback
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import ClassVar, Final, TypeVar

from demo_app.web.client import DependencyFailed
from demo_app.web.dependencies import Media, Profile
from demo_app.web.identity import new_id
from demo_app.web.model import Age, Clip, Feed, MyClip, Part, Upload, Visit

T = TypeVar("T")

TRIES: Final = 4


class Fragile:
    name: ClassVar[str] = "fragile"
    threads: ClassVar[int] = 100  # many hands, all of which may pull at the same service
    remembers: ClassVar[bool] = False

    def __init__(self, profile: Profile, media: Media) -> None:
        self._profile = profile
        self._media = media

    def age_of(self, visit: Visit) -> Age:
        try:
            return insisting(lambda: self._profile.age_of(visit.user, visit.reference))
        except DependencyFailed:
            return Age.UNKNOWN  # the night's wrong question: "I could not find out" became "ask them"

    def age_for_upload(self, visit: Visit) -> Age:
        return self.age_of(visit)

    def save_age(self, visit: Visit, born: str) -> Age:
        return self._profile.save_age(visit.user, born, visit.reference)

    def feed(self, visit: Visit) -> Feed:
        return Feed(insisting(lambda: self._media.feed(visit.reference)))

    def store_clip(self, visit: Visit, upload: Upload) -> MyClip:
        clip = Clip(new_id(), visit.user, upload.caption, upload.content)
        self._media.store(clip, visit.reference, key=None)
        return MyClip(clip.id, "stored", clip.caption)

    def clips(self, visit: Visit) -> Sequence[MyClip]:
        return [MyClip(clip_id, "stored") for clip_id in self._media.clips_of(visit.user, visit.reference)]

    def clip(self, visit: Visit, clip_id: str) -> MyClip | None:
        return MyClip(clip_id, "stored") if self._media.has(clip_id, visit.reference) else None

    def pending(self) -> Sequence[str]:
        return []

    def notices(self) -> Sequence[str]:
        return []

    def parts(self) -> Sequence[Part]:
        return [Part("Clipshare", True, "Everything is running.")]  # it can't know, and says so anyway

    def bug_page(self, error: Exception) -> tuple[str, int, Mapping[str, str]] | None:
        return trace_page(error)

    def start(self) -> None:
        pass

    def close(self) -> None:
        pass


def insisting(ask: Callable[[], T]) -> T:
    """Four times the requests, just when there are too many already: that is how an overload feeds itself."""
    for _ in range(TRIES - 1):
        with contextlib.suppress(DependencyFailed):
            return ask()
    return ask()


def trace_page(error: Exception) -> tuple[str, int, Mapping[str, str]]:
    """What a programmer would want to see, shown to everybody."""
    trace = escape("".join(traceback.format_exception(error)))
    page = f"<!doctype html><title>Server error</title><h1>Server error</h1>\n<pre>{trace}</pre>\n"
    return page, 500, {"Content-Type": "text/html; charset=utf-8"}
