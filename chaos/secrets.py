"""What must be written nowhere: the values of environment variables that a system names as `{env.X}`.

An app may echo them in any of its answers and logs: whole or a line of them, plain or as its formats escape them. Each
is replaced by the placeholder that it came from.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, quote_plus

from chaos.errors import EnvironmentFailed

SHORTEST: Final = 4
"""A shorter one is in every other word, and replacing it would leave nothing readable."""
LONG_TEXT: Final = 1000
"""A text of that length may have been cut short, in the middle of a secret."""
_CUT_SHORT: Final = ("...", "…")
_OF_ADDRESSES: Final = str.maketrans("+/", "-_")
_WORDS_OF_OURS: Final = frozenset({"event", "phase", "outcome", "fate"})
"""Keys whose values are never an app's."""


class Secrets:
    """`values` by the name of their variable. Raises `EnvironmentFailed` for one that is too short to be replaced."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._names: dict[str, str] = {}
        for name, value in (values or {}).items():
            if value and _too_short(value):
                raise EnvironmentFailed(
                    f"the environment variable {name} is too short to be kept out of reports ({len(value)} "
                    f"characters, {SHORTEST} are needed); what is no secret can be a var, set with --set"
                )
            for form in _forms(value) if value else ():
                self._names.setdefault(form, name)
        longest_first = sorted(self._names, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        self._bytes = tuple(form.encode() for form in longest_first)
        heads = {form[:SHORTEST] for form in self._bytes}
        self._heads = re.compile(b"|".join(map(re.escape, sorted(heads))))

    def __bool__(self) -> bool:
        return bool(self._bytes)

    def found_in(self, data: bytes) -> bool:
        """Whether one, or the beginning of one, may be in it: a quick look."""
        return bool(self._bytes) and self._heads.search(data) is not None

    def mask(self, text: str) -> str:
        if self._pattern is None:
            return text
        masked = self._pattern.sub(lambda match: _placeholder(self._names[match.group()]), text)
        dots = next((dots for dots in _CUT_SHORT if masked.endswith(dots)), "")
        if not dots and len(masked) < LONG_TEXT:
            return masked
        return self._without_torn_end(masked.removesuffix(dots)) + dots

    def mask_all(self, found: Any) -> Any:
        """Every text in a JSON value, its keys too."""
        if isinstance(found, str):
            return self.mask(found)
        if isinstance(found, dict):
            return {
                self.mask(key): value if key in _WORDS_OF_OURS else self.mask_all(value) for key, value in found.items()
            }
        if isinstance(found, list):
            return [self.mask_all(each) for each in found]
        return found

    def stream(self) -> Masking:
        return Masking(self, self._bytes)

    def _without_torn_end(self, text: str) -> str:
        torn, name = max(((_torn(text, form), name) for form, name in self._names.items()), default=(0, ""))
        return text[:-torn] + _placeholder(name) if torn else text


class Masking:
    """Masks what comes in pieces. What could be the beginning of a secret waits for the next piece, or for the end."""

    def __init__(self, secrets: Secrets, forms: Collection[bytes]) -> None:
        self._secrets = secrets
        self._keep = max(max(map(len, forms), default=0) - 1, 1 << 16)
        self._first_lines = {form[: end + 1] for form in forms for end in _line_ends(form)}
        self._waiting = b""

    def feed(self, data: bytes) -> bytes:
        """What can be written now. Secrets are looked for in whole lines; a line without an end does not wait long."""
        whole = self._waiting + data
        cut = max(self._whole_lines(whole), len(whole) - self._keep)
        self._waiting = whole[cut:]
        return self._masked(whole[:cut])

    def end(self) -> bytes:
        whole, self._waiting = self._waiting, b""
        return self._masked(whole)

    def _whole_lines(self, data: bytes) -> int:
        """Where those end that no secret of several lines goes on after."""
        end = data.rfind(b"\n") + 1
        begun = max((len(lines) for lines in self._first_lines if data.endswith(lines, 0, end)), default=0)
        return data.rfind(b"\n", 0, end - begun) + 1 if begun else end

    def _masked(self, data: bytes) -> bytes:
        if not self._secrets.found_in(data):
            return data
        return self._secrets.mask(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _placeholder(name: str) -> str:
    return f"{{env.{name}}}"


def _torn(text: str, form: str) -> int:
    """How much of a form stands at the text's end; 0 when that is none, too little, or all of it."""
    if form[:SHORTEST] not in text[-len(form) :]:
        return 0
    return next((length for length in range(len(form) - 1, SHORTEST - 1, -1) if text.endswith(form[:length])), 0)


def _line_ends(form: bytes) -> Iterator[int]:
    return (place for place, letter in enumerate(form) if letter == ord("\n"))


def _forms(value: str) -> Collection[str]:
    """As it is, and as JSON, HTML, addresses and headers write it; each of its lines, too, that is long enough."""
    lines = value.replace("\\n", "\n").splitlines()  # a key of several lines often stands in one, with "\\n" in between
    pieces = (value, *(line for line in lines if not _too_short(line)))
    return frozenset(form for piece in pieces for form in _written(piece.strip()))


def _too_short(text: str) -> bool:
    return len(_as_shown(text)) < SHORTEST


def _as_shown(text: str) -> str:
    """By a page, whatever stands between its words."""
    return " ".join(text.split())


def _written(value: str) -> Iterator[str]:
    yield value
    yield _as_shown(value)
    yield repr(value)[1:-1]
    for escaped in (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]):
        yield escaped
        yield escaped.replace("/", "\\/")
    escaped = html.escape(value, quote=True)
    yield escaped
    yield escaped.replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
    yield html.escape(value, quote=False)
    for escaped in (quote(value), quote(value, safe=""), quote_plus(value)):
        yield escaped
        yield re.sub("%..", lambda found: found.group().lower(), escaped)
    for encoded in _in_base64(value.encode()):
        yield encoded
        yield encoded.translate(_OF_ADDRESSES)


def _in_base64(value: bytes) -> Iterator[str]:
    """Alone, and inside of something longer, such as `user:password`: what of it is the same whatever is around it."""
    yield base64.b64encode(value).decode()
    for before in range(3):
        first, last = -(-before * 8 // 6), (before + len(value)) * 8 // 6
        yield base64.b64encode(bytes(before) + value).decode()[first:last]
