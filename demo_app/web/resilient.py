"""The app as it should have been: what `profile` and `media` can't do now is bounded, remembered, kept or said.

Compare with `fragile.py`, method by method. Where safety and availability disagree, safety wins: whoever is not known
to be old enough is not let in.
"""

import contextlib
import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final, Generic, TypeVar

from demo_app.reference import new_reference
from demo_app.seeds import FeedClip
from demo_app.web import messages
from demo_app.web.client import DependencyFailed, NotReached
from demo_app.web.delivery import Delivery
from demo_app.web.dependencies import Media, Profile
from demo_app.web.guard import Guard
from demo_app.web.identity import id_for_key, new_id
from demo_app.web.ledger import Entry, Ledger, hash_of
from demo_app.web.model import Age, Clip, ClipState, Feed, KeyReused, MyClip, NotNow, Part, Upload, Visit
from demo_app.web.spool import Spool, SpoolFull
from demo_app.web.watch import Watch

logger = logging.getLogger("clipshare.resilient")

T = TypeVar("T")

PAGE_S: Final = 0.7
"""What `profile` and `media` together may take of one page; the rest of 800 ms is for the page itself."""
UPLOAD_S: Final = 0.35
"""For handing a clip to `media`: a whole try, and a second one only if the first was refused at once."""


class Resilient:
    name: ClassVar[str] = "resilient"
    threads: ClassVar[int] = 20  # more than both guards together let wait
    remembers: ClassVar[bool] = True
    guard_class: ClassVar[type[Guard]] = Guard

    def __init__(self, profile: Profile, media: Media, data: Path) -> None:
        self.profile_guard = self.guard_class("profile")
        self.media_guard = self.guard_class("media")
        self._profile = profile
        self._media = media
        self._last_feed = LastFeed(data / "last-feed.json")
        self._spool = Spool(data / "spool")
        self._ledger = Ledger(data / "web.db")
        self._keys = KeyLocks()
        self._delivery = Delivery(self._spool, media, self.media_guard)
        self._background = (
            self._delivery,
            Watch(self.profile_guard, lambda timeout_s: profile.age_of("probe", new_reference(), timeout_s=timeout_s)),
            Watch(self.media_guard, lambda timeout_s: media.feed(new_reference(), timeout_s=timeout_s)),
        )

    def start(self) -> None:
        for thread in self._background:
            thread.start()

    def close(self) -> None:
        for thread in self._background:
            thread.end()
        self._ledger.close()

    def age_of(self, visit: Visit) -> Age:
        if visit.busy and visit.remembered:
            return Age.OLD_ENOUGH
        try:
            age = self.profile_guard.call(
                lambda timeout_s: self._profile.age_of(visit.user, visit.reference, timeout_s=timeout_s),
                budget_s=visit.left_of(PAGE_S),
            )
        except DependencyFailed as failure:
            if visit.remembered:
                return Age.OLD_ENOUGH
            raise NotNow(messages.FEED) from failure
        if age is Age.UNKNOWN and visit.remembered:
            return Age.OLD_ENOUGH  # it was known before: losing it is our trouble, not the user's
        return age

    def age_for_upload(self, visit: Visit) -> Age:
        if visit.remembered:
            return Age.OLD_ENOUGH
        try:
            return self.age_of(visit)
        except NotNow as failure:
            raise NotNow(messages.CLIP_NOT_CHECKED) from failure

    def save_age(self, visit: Visit, born: str) -> Age:
        saving = Effect(
            lambda timeout_s: self._profile.save_age(visit.user, born, visit.reference, timeout_s=timeout_s)
        )
        try:
            return self.profile_guard.call(saving, budget_s=visit.left_of(PAGE_S))
        except DependencyFailed as failure:
            raise NotNow(messages.AGE_UNKNOWN if saving.perhaps_done else messages.AGE_NOT_SAVED) from failure

    def feed(self, visit: Visit) -> Feed:
        if visit.busy and self._last_feed.clips:
            return Feed(self._last_feed.clips, remembered=True)
        try:
            clips = self.media_guard.call(
                lambda timeout_s: self._believable(self._media.feed(visit.reference, timeout_s=timeout_s)),
                budget_s=visit.left_of(PAGE_S),
            )
        except DependencyFailed as failure:
            if not self._last_feed.clips:
                raise NotNow(messages.FEED) from failure
            return Feed(self._last_feed.clips, remembered=True)
        self._last_feed.remember(clips)
        return Feed(clips)

    def _believable(self, clips: Sequence[FeedClip]) -> Sequence[FeedClip]:
        if not clips:
            raise DependencyFailed("an empty feed: clips are never taken away")
        return clips

    def store_clip(self, visit: Visit, upload: Upload) -> MyClip:
        if upload.key is None:
            return self._store(visit, Clip(new_id(), visit.user, upload.caption, upload.content))
        clip_id = id_for_key(visit.user, upload.key)
        with self._keys.held(clip_id):
            earlier = self._ledger.entry(clip_id)
            if earlier is None:
                return self._store(visit, Clip(clip_id, visit.user, upload.caption, upload.content))
        if earlier.sha256 != hash_of(upload.content):
            raise KeyReused
        return MyClip(clip_id, earlier.answered, earlier.caption)

    def _store(self, visit: Visit, clip: Clip) -> MyClip:
        state: ClipState = "stored"
        storing = Effect(lambda timeout_s: self._media.store(clip, visit.reference, key=clip.id, timeout_s=timeout_s))
        try:
            self.media_guard.call(storing, budget_s=min(UPLOAD_S, visit.left_of(PAGE_S)))
        except DependencyFailed:
            state = "pending"
            self._spool_clip(clip, perhaps_stored=storing.perhaps_done)
        self._ledger.record(Entry(clip.id, clip.owner, clip.caption, hash_of(clip.content), state))
        return MyClip(clip.id, state, clip.caption)

    def _spool_clip(self, clip: Clip, *, perhaps_stored: bool) -> None:
        try:
            self._spool.add(clip)
        except SpoolFull as failure:
            logger.warning("spool full id=%s reason=%s", clip.id, failure)
            raise NotNow(messages.CLIP_UNKNOWN if perhaps_stored else messages.CLIP_NO_ROOM) from failure
        self._delivery.wake()

    def clips(self, visit: Visit) -> Sequence[MyClip]:
        return [self._as_of_now(entry) for entry in self._ledger.of(visit.user)]

    def clip(self, _: Visit, clip_id: str) -> MyClip | None:
        entry = self._ledger.entry(clip_id)
        return self._as_of_now(entry) if entry else None

    def _as_of_now(self, entry: Entry) -> MyClip:
        return MyClip(entry.id, "pending" if entry.id in self._spool else "stored", entry.caption)

    def pending(self) -> Sequence[str]:
        return self._spool.ids()

    def notices(self) -> Sequence[str]:
        return [part.text for part in self.parts() if not part.well]

    def parts(self) -> Sequence[Part]:
        posting_well = self.media_guard.well and not self._delivery.failing
        posting = _part("Posting", posting_well, messages.CLIPS_LATE, self.media_guard.failing_since_s)
        if posting_well and len(self._spool):
            posting = Part("Posting", True, messages.CLIPS_ON_THEIR_WAY)
        return [
            _part("Watching", self.media_guard.well, messages.CLIPS_OLD, self.media_guard.failing_since_s),
            posting,
            _part("Joining", self.profile_guard.well, messages.MEMBERS_WAIT, self.profile_guard.failing_since_s),
        ]

    def bug_page(self, _: Exception) -> tuple[str, int, Mapping[str, str]] | None:
        return None  # the page that everyone else gets, too; the trace is in the log


def _part(name: str, well: bool, trouble: str, since_s: float | None) -> Part:
    return Part(name, True, messages.ALL_WELL[name]) if well else Part(name, False, trouble, since_s)


class Effect(Generic[T]):
    """A call that changes something elsewhere; it remembers whether that may have happened though no answer came."""

    def __init__(self, attempt: Callable[[float], T]) -> None:
        self._attempt = attempt
        self.perhaps_done = False

    def __call__(self, timeout_s: float) -> T:
        try:
            return self._attempt(timeout_s)
        except NotReached:
            raise
        except DependencyFailed:
            self.perhaps_done = True
            raise


class LastFeed:
    """The clips of the last good opening, also over a restart."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self.clips: Sequence[FeedClip] = ()
        if path.exists():
            self.clips = json.loads(path.read_text())

    def remember(self, clips: Sequence[FeedClip]) -> None:
        if clips == self.clips:
            return
        self.clips = clips
        if not self._lock.acquire(blocking=False):
            return  # another request is writing; it matters little which of two feeds outlives a restart
        try:
            unfinished = self._path.with_suffix(".part")
            unfinished.write_text(json.dumps(clips))
            unfinished.replace(self._path)
        except OSError as error:
            logger.warning("feed not remembered reason=%s", error)
        finally:
            self._lock.release()


class KeyLocks:
    """One at a time for the same upload, so that a double click can't have two different answers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, tuple[threading.Lock, int]] = {}

    @contextlib.contextmanager
    def held(self, name: str) -> Iterator[None]:
        with self._lock:
            lock, users = self._held.get(name, (threading.Lock(), 0))
            self._held[name] = (lock, users + 1)
        try:
            with lock:
                yield
        finally:
            with self._lock:
                lock, users = self._held[name]
                if users == 1:
                    del self._held[name]
                else:
                    self._held[name] = (lock, users - 1)
