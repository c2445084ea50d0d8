"""HTTP/1.x for the API: bytes in, requests out; responses in, bytes out. No I/O."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

_HEAD_BYTES: Final = 32 * 1024
_BODY_BYTES: Final = 16 * 1024 * 1024

_REASONS: Final = {
    200: "OK",
    201: "Created",
    204: "No Content",
    301: "Moved Permanently",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Request Entity Too Large",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    505: "HTTP Version Not Supported",
}


class BadRequest(Exception):
    """What came can't be read as a request. The connection can't go on after it."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Request:
    """`path` as sent, without the query; header names are in lower case, of equal ones the last counts."""

    __slots__ = ("body", "headers", "keep_alive", "method", "path", "version")

    def __init__(
        self, method: str, path: str, headers: Mapping[str, str], keep_alive: bool, version: str = "HTTP/1.1"
    ) -> None:
        self.method = method
        self.path = path
        self.headers = headers
        self.keep_alive = keep_alive
        self.version = version
        self.body = b""


class Response:
    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, body: bytes = b"", content_type: str = "application/json") -> None:
        self.status = status
        self.body = body
        self.headers: dict[str, str] = {"Content-Type": content_type} if body else {}

    def as_bytes(self, *, keep_alive: bool, head_only: bool = False, version: str = "HTTP/1.1") -> bytes:
        """`version` is the request's."""
        lines = [f"{version} {self.status} {_REASONS.get(self.status, 'Unknown')}"]
        lines.extend(f"{name}: {value}" for name, value in self.headers.items())
        if self.status != 204:
            lines.append(f"Content-Length: {len(self.body)}")
        if not keep_alive:
            lines.append("Connection: close")
        elif version == "HTTP/1.0":
            lines.append("Connection: keep-alive")
        head = "\r\n".join(lines) + "\r\n\r\n"
        return head.encode("latin-1", "replace") + (b"" if head_only else self.body)


class Parser:
    """Feed it what arrives, then ask for requests until there is none."""

    def __init__(self) -> None:
        self.expects_continue = False  # the client waits for leave to send its body
        self._data = bytearray()
        self._request: Request | None = None
        self._body_bytes = 0
        self._chunked = False
        self._chunks = bytearray()

    def feed(self, data: bytes) -> None:
        self._data += data

    def next_request(self) -> Request | None:
        """A complete request, or None until more has arrived. Raises BadRequest."""
        if self._request is None:
            self._request = self._read_head()
        request = self._request
        if request is None:
            return None
        body = self._read_chunks() if self._chunked else self._read_sized()
        if body is None:
            return None
        request.body = body
        self._request = None
        self.expects_continue = False
        return request

    def _read_head(self) -> Request | None:
        data = self._data
        while data.startswith(b"\r\n"):
            del data[:2]
        end = data.find(b"\r\n\r\n")
        if end > _HEAD_BYTES or (end < 0 and len(data) > _HEAD_BYTES):
            raise BadRequest(431, "request headers too large")
        if end < 0:
            return None
        lines = data[:end].decode("latin-1").split("\r\n")
        del data[: end + 4]
        method, path, version = _request_line(lines[0])
        headers = _headers(lines[1:])
        if version == "HTTP/1.1" and "host" not in headers:
            raise BadRequest(400, "missing required Host header")
        tokens = headers.get("connection", "").lower()
        keep_alive = "keep-alive" in tokens if version == "HTTP/1.0" else "close" not in tokens
        self._frame(headers)
        return Request(method, path, headers, keep_alive, version)

    def _frame(self, headers: Mapping[str, str]) -> None:
        """How the body's end is found."""
        coding = headers.get("transfer-encoding", "").lower()
        length = headers.get("content-length", "0")
        if coding not in ("", "identity", "chunked"):
            raise BadRequest(501, "unsupported transfer encoding")
        if not (length.isascii() and length.isdigit()) or (coding == "chunked" and "content-length" in headers):
            raise BadRequest(400, "bad Content-Length")
        self._chunked = coding == "chunked"
        self._chunks.clear()
        self._body_bytes = int(length[:20])
        if self._body_bytes > _BODY_BYTES:
            raise BadRequest(413, "request body too large")
        self.expects_continue = headers.get("expect", "").lower() == "100-continue"

    def _read_sized(self) -> bytes | None:
        if len(self._data) < self._body_bytes:
            return None
        body = bytes(self._data[: self._body_bytes])
        del self._data[: self._body_bytes]
        return body

    def _read_chunks(self) -> bytes | None:
        data = self._data
        while True:
            end = data.find(b"\r\n")
            if end < 0:
                if len(data) > 1024:
                    raise BadRequest(400, "bad chunk")
                return None
            size = _chunk_size(bytes(data[:end]))
            if len(self._chunks) + size > _BODY_BYTES:
                raise BadRequest(413, "request body too large")
            if size == 0:
                return self._read_trailers(end)
            if len(data) < end + 2 + size + 2:
                return None
            self._chunks += data[end + 2 : end + 2 + size]
            if data[end + 2 + size : end + 4 + size] != b"\r\n":
                raise BadRequest(400, "bad chunk")
            del data[: end + 4 + size]

    def _read_trailers(self, end: int) -> bytes | None:
        """They are ignored; an empty line ends them. `end` is where the last chunk's size ends."""
        stop = self._data.find(b"\r\n\r\n", end)
        if stop < 0:
            if len(self._data) > _HEAD_BYTES:
                raise BadRequest(431, "trailers too large")
            return None
        del self._data[: stop + 4]
        return bytes(self._chunks)


def _request_line(line: str) -> tuple[str, str, str]:
    parts = line.split(" ")
    if len(parts) != 3 or not parts[0].isascii() or not parts[0].isalpha():
        raise BadRequest(400, "malformed request line")
    method, target, version = parts
    if version not in ("HTTP/1.1", "HTTP/1.0"):
        raise BadRequest(505 if version.startswith("HTTP/") else 400, "unsupported HTTP version")
    if not target.startswith("/"):
        scheme, separator, rest = target.partition("://")
        if not separator or scheme.lower() != "http":
            raise BadRequest(400, "malformed request target")
        target = "/" + rest.partition("/")[2]
    return method, target.partition("?")[0].partition("#")[0], version


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.lower()
        if not colon or not name or name != name.strip() or line[0] in " \t":
            raise BadRequest(400, "malformed header")
        value = value.strip(" \t")
        if name in ("content-length", "host") and headers.get(name, value) != value:
            raise BadRequest(400, f"conflicting {name} headers")
        headers[name] = value
    return headers


def _chunk_size(line: bytes) -> int:
    digits = line.partition(b";")[0].strip()
    if not digits or len(digits) > 16 or not all(digit in b"0123456789abcdefABCDEF" for digit in digits):
        raise BadRequest(400, "bad chunk size")
    return int(digits, 16)
