"""One direction of a connection, split into messages. The parts of what was fed cover it exactly, in order."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, final

from chaos.proxy.http1.body import Body, NotHttp, UntilClose
from chaos.proxy.http1.heads import (
    LONGEST_HEAD_BYTES,
    Head,
    HeadReader,
    RequestHead,
    ResponseHead,
    request_head,
    response_head,
)

if TYPE_CHECKING:
    from chaos.proxy.http1.whole import WholeRequests, WholeResponses

_ENDLESS: Final = 1 << 62
_VERSIONS: Final = (b"HTTP/1.1", b"HTTP/1.0")


@final
@dataclass(slots=True)
class Piece:
    """Bytes of the body at hand, with the framing of its chunks; `payload_bytes` of them are content."""

    raw: bytes
    payload_bytes: int


@final
class End:
    """The message is complete. Interim responses have none: they are heads and no more."""

    __slots__ = ()


END: Final = End()
Part = Head | Piece | End | bytes  # bytes: they belong to no message, and are none of our business


class Framing:
    """`feed` what comes, `close` at its end. The beginning of a head is kept until the rest of it has come.

    `opaque`: what comes is no HTTP (any more), and passes as bytes. `foreign`: because it could not be read.
    `split_at_bytes`: the piece in which the payload of the body at hand reaches that size ends there.
    """

    __slots__ = ("_body", "_held", "_late", "_reader", "foreign", "opaque", "payload_bytes", "split_at_bytes")

    _of_responses: ClassVar[bool] = False

    def __init__(self) -> None:
        self.opaque = False
        self.foreign = False
        self.split_at_bytes = _ENDLESS
        self.payload_bytes = 0  # of the body at hand, so far
        self._late = False  # what comes first may be the rest of a message
        self._held = b""
        self._reader: HeadReader | None = None  # has seen what is held
        self._body: Body | None = None

    def let_go(self) -> bytes:
        """What is kept; the framing is of no more use after that."""
        held, self._held = self._held, b""
        self.opaque = True
        return held

    def feed(self, data: bytes) -> Iterator[Part]:
        at, end = 0, len(data)
        while at < end:
            if self.opaque:
                yield data[at:]
                return
            try:
                if self._body is not None:
                    at = yield from self._go_on(self._body, data, at)
                elif not self._held and not self._expects_head(data, at):
                    yield data[at:]
                    return
                else:
                    head = self._read_head(data, at)
                    if head is None:
                        return
                    begun, self._held = len(self._held), b""
                    at += len(head.raw) - begun
                    yield from self._begin(head)
            except NotHttp:
                rest, self._held = self._held + data[at:], b""
                self.foreign = self.opaque = not self._late
                yield rest
                return

    def close(self) -> Iterator[Part]:
        """The source has ended."""
        if self._held:
            yield self.let_go()
        elif type(self._body) is UntilClose:
            self._body = None
            yield END

    def _expects_head(self, data: bytes, at: int) -> bool:
        """Asked where a message may begin."""
        raise NotImplementedError

    def _make_head(self, raw: bytes) -> Head:
        raise NotImplementedError

    def _begin(self, head: Head) -> Iterator[Part]:
        self._body = head.body
        self.split_at_bytes, self.payload_bytes = _ENDLESS, 0
        yield head
        if head.body is None and not _is_interim(head):
            yield END

    def _read_head(self, data: bytes, at: int) -> Head | None:
        """None: the rest of it is yet to come. Raises NotHttp."""
        held = self._held
        text = held + data[at:] if held or at else data
        begin = 0
        while begin < len(text) and text[begin] in b"\r\n":
            begin += 1
        end = text.find(b"\r\n\r\n", max(begin, len(held) - 3)) + 4
        if end > LONGEST_HEAD_BYTES or (end < 4 and len(text) > LONGEST_HEAD_BYTES):
            raise NotHttp("an endless head")
        reader = self._reader
        if reader is None or not held:
            reader = self._reader = HeadReader(of_responses=self._of_responses)
        if end < 4:
            reader.feed(text[len(held) :])
            if reader.complete:
                raise NotHttp("a head without an empty line behind it")
            self._held = text
            return None
        reader.feed(text[len(held) : end])
        if not reader.complete:
            raise NotHttp("an empty line within a head")
        self._reader = None
        return self._make_head(text[:end])

    def _go_on(self, body: Body, data: bytes, at: int) -> Generator[Part, None, int]:
        end, payload_bytes = body.take(data, at, self.split_at_bytes - self.payload_bytes)
        self.payload_bytes += payload_bytes
        raw = data[at:end]
        if body.done:
            self._body = None
        yield Piece(raw, payload_bytes)
        if body.done:
            yield END
        return end


def _is_interim(head: Head) -> bool:
    return isinstance(head, ResponseHead) and head.interim


class RequestFraming(Framing):
    """Of what a client sends. `late`: it may begin in the middle of a message; wait for a request to begin."""

    __slots__ = ("_whole",)

    def __init__(self, whole: WholeRequests, *, late: bool = False) -> None:
        super().__init__()
        self._late = late
        self._whole = whole

    def whole(self, data: bytes) -> tuple[bytes, bytes] | None:
        """Method and target if it is exactly one message, which does not upgrade; then it is done with. None: nothing
        is, `feed` it. The quick way."""
        if self._body is not None or self._held or self._late or self.opaque:
            return None
        return self._whole.read(data)

    def pause(self) -> None:
        """The last request asked for another protocol: what follows it may be no HTTP."""
        self.opaque = True

    def resume(self) -> None:
        """It was refused."""
        self.opaque = False
        self._late = True

    def _expects_head(self, data: bytes, at: int) -> bool:
        if self._late:
            words = data[at : at + LONGEST_HEAD_BYTES].partition(b"\r\n")[0].split(b" ")
            if len(words) != 3 or words[2] not in _VERSIONS or not (words[0].isalpha() and words[0].isupper()):
                return False
        return True

    def _make_head(self, raw: bytes) -> RequestHead:
        head = request_head(raw)
        self._late = False
        return head


class ResponseFraming(Framing):
    """Of what a server answers. `method` gives that of the request to be answered next; None: there is none."""

    __slots__ = ("_method", "_whole")

    _of_responses: ClassVar[bool] = True

    def __init__(self, whole: WholeResponses, method: Callable[[], bytes | None]) -> None:
        super().__init__()
        self._method = method
        self._whole = whole

    def whole(self, data: bytes) -> bool:
        """Whether it is exactly one message, to a request with a method other than HEAD and CONNECT; then it is done
        with, and otherwise nothing is: `feed` it. The quick way."""
        if self._body is not None or self._held or self.opaque:
            return False
        return self._whole.read(data)

    def _expects_head(self, data: bytes, at: int) -> bool:  # noqa: ARG002
        return self._method() is not None

    def _make_head(self, raw: bytes) -> ResponseHead:
        return response_head(raw, self._method() or b"GET")
