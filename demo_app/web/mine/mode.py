"""What the lessons' files say, as a mode of the app. Nothing here has to be changed."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, TypeVar

from demo_app.reference import new_reference
from demo_app.seeds import FeedClip
from demo_app.web import messages
from demo_app.web.client import DependencyFailed
from demo_app.web.delivery import Delivery
from demo_app.web.dependencies import Media, Profile
from demo_app.web.fragile import trace_page
from demo_app.web.guard import Guard
from demo_app.web.ledger import Entry, Ledger, hash_of
from demo_app.web.mine import lesson_3, lesson_4, lesson_5, lesson_6, lesson_7, lesson_8
from demo_app.web.model import Age, Clip, Feed, KeyReused, Message, MyClip, NotNow, Part, Upload, Visit
from demo_app.web.spool import Spool
from demo_app.web.watch import Watch

T = TypeVar("T")


class Mine:
    name: ClassVar[str] = "mine"
    threads: ClassVar[int] = 100
    remembers: ClassVar[bool] = lesson_5.REMEMBERS

    def __init__(self, profile: Profile, media: Media, data: Path) -> None:
        self._profile, self._media = profile, media
        self._last: Sequence[FeedClip] = ()
        self._profile_guard, self._media_guard = Guard("profile"), Guard("media")
        self._shelf = Spool(data / "spool")
        self._ledger = Ledger(data / "web.db")
        self._delivery = Delivery(self._shelf, media, self._media_guard)
        self._watch = Watch(
            self._media_guard, lambda timeout_s: media.feed(new_reference(), timeout_s=timeout_s)
        )  # so that the shelf is emptied also when nobody opens the app

    def start(self) -> None:
        self._delivery.start()
        self._watch.start()

    def close(self) -> None:
        self._delivery.end()
        self._watch.end()
        self._ledger.close()

    def age_of(self, visit: Visit) -> Age:
        try:
            return self._ask(
                self._profile_guard,
                lambda within_s: self._profile.age_of(visit.user, visit.reference, timeout_s=within_s),
            )
        except DependencyFailed as failure:
            not_now = NotNow(messages.FEED)
            not_now.__cause__ = failure
            return lesson_5.when_nobody_answers(visit, not_now)

    def age_for_upload(self, visit: Visit) -> Age:
        try:
            return self.age_of(visit)
        except NotNow as failure:
            raise NotNow(messages.CLIP_NOT_CHECKED) from failure

    def save_age(self, visit: Visit, born: str) -> Age:
        try:
            return self._profile.save_age(visit.user, born, visit.reference, timeout_s=lesson_4.PATIENCE_S)
        except DependencyFailed as error:
            failure = error
        words = Message("answer-not-saved", lesson_3.TITLE, lesson_3.WHAT, lesson_3.FATE, "not-saved")
        raise _told(words, failure, lesson_3.TRY_AGAIN_IN_S)

    def feed(self, visit: Visit) -> Feed:
        try:
            self._last = self._ask(
                self._media_guard, lambda within_s: self._media.feed(visit.reference, timeout_s=within_s)
            )
        except DependencyFailed as failure:
            return lesson_8.when_no_feed(self._last, _told(messages.FEED, failure))
        return Feed(self._last)

    def store_clip(self, visit: Visit, upload: Upload) -> MyClip:
        clip = Clip(lesson_6.id_of(visit.user, upload.key), visit.user, upload.caption, upload.content)
        earlier = self._ledger.entry(clip.id)
        if earlier is None:
            return self._store(visit, clip)
        if earlier.sha256 != hash_of(upload.content):
            raise KeyReused
        return MyClip(clip.id, earlier.answered, earlier.caption)

    def _store(self, visit: Visit, clip: Clip) -> MyClip:
        key = lesson_6.key_for(clip)
        state = MyClip(clip.id, "stored", clip.caption)
        try:
            self._media.store(clip, visit.reference, key=key, timeout_s=lesson_4.PATIENCE_S)
        except DependencyFailed as failure:
            told = _told(messages.CLIP_UNKNOWN, failure)
            state = MyClip(clip.id, lesson_6.when_not_stored(clip, self._shelf, told), clip.caption)
            self._delivery.wake()
        self._ledger.record(Entry(clip.id, clip.owner, clip.caption, hash_of(clip.content), state.state))
        return state

    def clips(self, visit: Visit) -> Sequence[MyClip]:
        return [self._as_of_now(entry) for entry in self._ledger.of(visit.user)]

    def clip(self, _: Visit, clip_id: str) -> MyClip | None:
        entry = self._ledger.entry(clip_id)
        return self._as_of_now(entry) if entry else None

    def _as_of_now(self, entry: Entry) -> MyClip:
        return MyClip(entry.id, "pending" if entry.id in self._shelf else "stored", entry.caption)

    def pending(self) -> Sequence[str]:
        return self._shelf.ids()

    def notices(self) -> Sequence[str]:
        return []

    def parts(self) -> Sequence[Part]:
        return [Part("Clipshare", True, "Everything is running.")]

    def bug_page(self, error: Exception) -> tuple[str, int, Mapping[str, str]] | None:
        # None: the page that everyone else gets, too; the trace is in the log
        return trace_page(error) if lesson_3.SHOWS_THE_TRACE else None

    @staticmethod
    def _ask(guard: Guard, ask: Callable[[float | None], T]) -> T:
        return lesson_7.call(ask, guard, lesson_4.PATIENCE_S)


def _told(words: Message, failure: DependencyFailed, retry_after_s: int | None = 1) -> Exception:
    """What is raised for it: words, or until lesson 3 the failure itself, which becomes a page with its trace."""
    if lesson_3.SHOWS_THE_TRACE:
        return failure
    told = NotNow(words, retry_after_s)
    told.__cause__ = failure
    return told
