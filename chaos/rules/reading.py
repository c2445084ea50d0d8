"""An answer as its reader gets it: decoded, parsed as JSON, or seen as a page. Each is worked out once."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, Literal

from chaos.journeys.answer import Answer
from chaos.rules.page import Page

Kind = Literal["html", "json", "text", "code", "binary", "empty"]

HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
_CODE_TYPES: Final = frozenset(
    {"text/css", "text/javascript", "application/javascript", "application/x-javascript", "application/wasm"},
)
_BINARY_TYPES: Final = ("image/", "audio/", "video/", "font/")
_META_CHARSET: Final = re.compile(
    rb"<meta[^<>]{1,200}?charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([\w.:-]{1,40})", re.IGNORECASE
)
_HEADER_CHARSET: Final = re.compile(r"charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([\w.:-]{1,40})", re.IGNORECASE)
_ENCODINGS: Final = {
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8"), "utf-8"),
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "us-ascii", "ascii", "windows-1252", "cp1252"), "cp1252"),
    **dict.fromkeys(("utf-16", "utf-16le"), "utf-16-le"),
    **{f"windows-{page}": f"cp{page}" for page in (874, 1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258)},
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{name: name for name in ("utf-16be", "shift_jis", "euc-jp", "iso-2022-jp", "euc-kr", "big5", "koi8-r", "koi8-u")},
    **dict.fromkeys(("gbk", "gb2312", "gb18030"), "gb18030"),
}
"""Labels that browsers know. Python's own codecs are not looked up: some are no encodings, some take quadratic time."""


@dataclass(frozen=True, slots=True)
class JsonBody:
    """A parsed JSON body; `problem` says why there is none."""

    value: object = None
    problem: str | None = None


class Reading:
    """One answer, read. It lives as long as one judging."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    @cached_property
    def kind(self) -> Kind:
        """What the body is, by its Content-Type; without one, by its first characters."""
        body, media_type = self.answer.body, self.answer.media_type
        if not body.strip():
            return "empty"
        if media_type in HTML_TYPES:
            return "html"
        if media_type == "application/json" or media_type.endswith("+json"):
            return "json"
        if media_type in _CODE_TYPES:
            return "code"
        if media_type.startswith(_BINARY_TYPES):
            return "binary"
        head = body[:1024]
        if b"\0" in head or sum(byte >= 0x80 for byte in head) > len(head) // 2:
            return "binary"
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        if media_type in {"", "application/octet-stream"}:
            if start.startswith(b"<"):
                return "html"
            if start.startswith((b"{", b"[")):
                return "json"
        return "text"

    @cached_property
    def charset(self) -> str | None:
        """The character encoding that the answer declares (header, byte order mark, or meta element), in lower case."""
        if declared := _HEADER_CHARSET.search(self.answer.header("content-type") or ""):
            return declared[1].lower()
        if self.answer.body.startswith(b"\xef\xbb\xbf"):
            return "utf-8"
        if self.kind == "html" and (declared_in_page := _META_CHARSET.search(self.answer.body[:1024])):
            return declared_in_page[1].decode("ascii", "replace").lower()
        return None

    @property
    def encoding(self) -> str | None:
        """The codec to read the body with; None when the declared charset is none that browsers know."""
        return _ENCODINGS.get(self.charset or "utf-8")

    @cached_property
    def text(self) -> str:
        """The whole body as text; what can't be decoded becomes U+FFFD."""
        return self.answer.body.decode(self.encoding or "utf-8", errors="replace").removeprefix("\ufeff")

    @cached_property
    def json(self) -> JsonBody:
        try:
            text = self.answer.body.decode("utf-8").removeprefix("\ufeff")
            return JsonBody(json.loads(text, parse_constant=_refuse))
        except UnicodeDecodeError:
            return JsonBody(problem="it is not UTF-8")
        except RecursionError:
            return JsonBody(problem="it is nested too deeply")
        except ValueError as error:
            return JsonBody(problem=str(error))

    @cached_property
    def strings(self) -> tuple[str, ...]:
        """The words of a JSON body: every string value, keys left out, in order of appearance."""
        found: list[str] = []
        waiting: list[object] = [self.json.value]
        while waiting:
            value = waiting.pop()
            if isinstance(value, str):
                found.append(value)
            elif isinstance(value, dict):
                waiting.extend(reversed(value.values()))
            elif isinstance(value, list):
                waiting.extend(reversed(value))
        return tuple(found)

    @cached_property
    def page(self) -> Page:
        """What a person with a browser sees: also JSON and plain text are shown, as they are."""
        if self.kind == "html":
            return _page_of(self.text)
        if self.kind in {"empty", "binary", "code"}:
            return Page.of_lines(())
        if self.kind == "json" and self.json.problem is None:
            return Page.of_lines(self.strings)
        return Page.of_lines(self.text[:200_000].splitlines())

    @property
    def is_foreign(self) -> bool:
        """The answer says that it is in another language than English, so word lists can't judge it."""
        language = (self.page.language or self.answer.header("content-language") or "en").strip().lower()
        return not language.startswith("en")


@lru_cache(maxsize=32)
def _page_of(html: str) -> Page:
    """Many users get the same page: it is read once."""
    return Page.of_html(html)


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")
