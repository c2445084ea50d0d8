"""What a toxic is: told of data, ends and time on one link, it answers with effects. No I/O, no waiting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal, final

if TYPE_CHECKING:
    import random

Stream = Literal["upstream", "downstream"]  # upstream: what the client sends; downstream: what the server answers


@final
@dataclass(slots=True)
class Send:
    """Pass `data` on at `at_s`; `math.inf`: not before the toxic is changed or removed.

    Made for every chunk, and alone of its kind not frozen: that would double what it costs.
    """

    data: bytes
    at_s: float


@final
@dataclass(frozen=True, slots=True)
class Close:
    """Pass the end of this direction on at `at_s`. `full`: the whole connection ends, data behind it is lost."""

    at_s: float
    full: bool = False


@final
@dataclass(frozen=True, slots=True)
class Reset:
    """Reset both sockets of the connection at `at_s`."""

    at_s: float


@final
@dataclass(frozen=True, slots=True)
class Answer:
    """Send `data` back to where this direction's bytes come from, at `at_s`: to the client, for the upstream direction.

    It reaches the same toxic's twin in the other direction (`on_answer`) when the toxic is `two_sided`; otherwise it
    leaves behind whatever the other direction has already sent.
    """

    data: bytes
    at_s: float


@final
@dataclass(frozen=True, slots=True)
class Wake:
    """Call `on_wake` at `at_s`; a later Wake takes the place of an earlier one."""

    at_s: float


@final
@dataclass(frozen=True, slots=True)
class Acted:
    """Counts what the chain cannot see for itself: bytes swallowed or changed, requests answered, connections ended."""

    bytes: int = 0
    requests: int = 0
    closes: int = 0


@final
@dataclass(frozen=True, slots=True)
class Foreign:
    """Counts a direction that is not in the protocol which the toxic understands, and passes untouched."""


Effect = Send | Close | Reset | Answer | Wake | Acted | Foreign
Effects = Iterable[Effect]  # a tuple of one is the cheapest, a generator is asked as late as can be


@dataclass(frozen=True, slots=True)
class Attributes:
    """Base of a toxic's attributes, one set for all its links; in seconds and bytes. Fields are made in `wire`."""

    @property
    def per_request(self) -> bool:
        """Whether `toxicity` is a share of requests, which the toxic draws itself; of connections otherwise."""
        return False


@dataclass(slots=True)
class Common:
    """What one toxic of a proxy has over all its connections, since it was set.

    `only_requests`: the numbers of the requests that it is for, counted from 1; empty: for all of them. `requests` have
    been counted so far. `kept` is what the kind of toxic itself wants to keep; `reader` reads its protocol for it.
    """

    toxicity: float = 1.0
    only_requests: frozenset[int] = frozenset()
    requests: int = 0
    kept: object = None
    reader: object = None


@dataclass(slots=True)
class Site:
    """Where a toxic sits: one direction of one connection.

    `shared` is the same dictionary for both directions of the connection, for toxics that must see both. `seed` names
    the place, so that equal seeds and an equal order of connections give equal draws. `home` is the direction that the
    toxic was set on; a two-sided one has a twin in the other. `late`: data may have passed before it came.
    """

    stream: Stream
    connection: int
    seed: str
    shared: dict[str, object] = field(default_factory=dict)
    name: str = ""
    home: Stream = "downstream"
    late: bool = False
    common: Common = field(default_factory=Common)
    _rng: random.Random | None = None

    @property
    def rng(self) -> random.Random:
        if self._rng is None:
            from random import Random

            self._rng = Random(self.seed)
        return self._rng


class Toxic:
    """One toxic on one link. Effects come in the order in which they must happen; none overtakes one before it.

    `now_s` is when the chunk arrived, the source ended, or the time woken at. The chain asks about the next chunk only
    when the effects of the one before have all happened; a generator may rely on that. `attributes` is replaced by an
    update; what else an instance keeps survives that.
    """

    __slots__ = ("attributes", "site")

    attributes: Attributes
    site: Site

    schema: ClassVar[type[Attributes]] = Attributes
    # Put into both directions of a connection, under one name; nearest to the server, in each.
    two_sided: ClassVar[bool] = False
    # It looks at what clients send, whichever stream it was set on.
    upstream_only: ClassVar[bool] = False
    quick: ClassVar[bool] = False  # it mostly lets data pass as it comes: worth a try before the data waits in a queue
    own: ClassVar[bool] = False  # no Toxiproxy but this one has it
    reads: ClassVar[bool] = False  # it understands a protocol; what it can't read is counted as foreign
    # Bytes that may wait here before the source is no longer read.
    limit_bytes: ClassVar[int] = 64 * 1024

    def __init__(self, attributes: Attributes, site: Site) -> None:
        self.attributes = attributes
        self.site = site

    @classmethod
    def load(cls, attributes: Attributes) -> None:
        """Import what only this toxic needs. Called before it is set; raises ImportError."""

    def connect_delay_s(self) -> float:
        """How long to wait before the server is dialled. Asked once, when a client was accepted."""
        return 0.0

    def on_start(self, now_s: float) -> Effects:  # noqa: ARG002
        """The link opened, or the toxic was added, updated or disturbed by an edit of its neighbour. Only for Wake."""
        return ()

    def on_data(self, data: bytes, now_s: float) -> Effects | None:  # noqa: ARG002
        """None: the data passes as it came, at once; that costs the least."""
        return None

    def on_close(self, now_s: float) -> Effects:
        """The source ended, or a toxic before this one ended the connection."""
        return (Close(now_s),)

    def on_wake(self, now_s: float) -> Effects:  # noqa: ARG002
        return ()

    def on_answer(self, data: bytes, now_s: float) -> Effects:
        """The twin in the other direction answers; two-sided toxics decide when that may leave."""
        return (Send(data, now_s),)

    def on_retire(self) -> None:
        """It is to be removed: begin nothing new."""

    @property
    def busy(self) -> bool:
        """Whether, though it is to be removed, it must see through what it has begun. Until then it is still asked."""
        return False

    def let_go(self) -> bytes:
        """What it keeps of the stream, when it is removed: that passes before anything that came later."""
        return b""

    def on_remove(self, now_s: float) -> Effects:  # noqa: ARG002
        """The toxic is being removed; what it held has been passed on already."""
        return ()
