"""The words that the routes and the two modes have in common."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar, Literal, Protocol

from demo_app.seeds import FeedClip

ClipState = Literal["stored", "pending"]


class Age(Enum):
    OLD_ENOUGH = "old enough"
    TOO_YOUNG = "too young"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of one user.

    `remembered`: a cookie that we signed says that this user is old enough. `busy`: so many requests are under way that
    dependencies should be spared.
    """

    user: str
    remembered: bool
    reference: str
    busy: bool = False
    begun_s: float = field(default_factory=time.monotonic)

    def left_of(self, budget_s: float) -> float:
        """Seconds that are left of a budget for the whole request."""
        return budget_s - (time.monotonic() - self.begun_s)


@dataclass(frozen=True, slots=True)
class Feed:
    """`remembered`: these are the clips of an earlier opening, because the newest could not be had."""

    clips: Sequence[FeedClip]
    remembered: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """A clip as a user sends it; `key` is the sender's name for it, so that sending it again has no further effect."""

    content: bytes
    caption: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip that was taken on, and what `media` has to be told with it."""

    id: str
    owner: str
    caption: str
    content: bytes


@dataclass(frozen=True, slots=True)
class MyClip:
    id: str
    state: ClipState
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the app as the status page shows it; `since_s` is a time of the wall clock, None while all is well."""

    name: str
    well: bool
    text: str
    since_s: float | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What someone is told when what they wanted did not happen. Texts have no jargon and blame nobody."""

    name: str
    title: str
    what: str
    fate: str
    outcome: Literal["none", "not-saved", "unknown"]


class NotNow(Exception):
    """What was asked for can't be done at the moment, and trying again after `retry_after_s` is worth while; None: it
    is not said when.
    """

    def __init__(self, message: Message, retry_after_s: int | None = 1) -> None:
        super().__init__(message.name)
        self.message = message
        self.retry_after_s = retry_after_s


class KeyReused(Exception):
    """An idempotency key came again, with another clip."""


class Mode(Protocol):
    """How the app gets along with `profile` and `media`; `remembers`: verdicts on ages are kept in a signed cookie."""

    name: ClassVar[str]
    threads: ClassVar[int]
    remembers: ClassVar[bool]

    def age_of(self, visit: Visit) -> Age: ...
    def age_for_upload(self, visit: Visit) -> Age: ...
    def save_age(self, visit: Visit, born: str) -> Age: ...
    def feed(self, visit: Visit) -> Feed: ...
    def store_clip(self, visit: Visit, upload: Upload) -> MyClip: ...
    def clips(self, visit: Visit) -> Sequence[MyClip]: ...
    def clip(self, visit: Visit, clip_id: str, /) -> MyClip | None: ...
    def pending(self) -> Sequence[str]: ...
    def notices(self) -> Sequence[str]: ...
    def parts(self) -> Sequence[Part]: ...
    def bug_page(self, error: Exception, /) -> tuple[str, int, Mapping[str, str]] | None: ...
    def start(self) -> None: ...
    def close(self) -> None: ...
