"""What must be written nowhere: the values of environment variables that a system names as `{env.X}`.

An app may echo them in any of its answers and logs, plain or as its formats escape them. Each is replaced by the
placeholder that it came from.
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
_WORDS_OF_OURS: Final = frozenset({"event", "phase", "outcome", "fate"})
"""Keys whose values are never an app's."""


class Secrets:
    """`values` by the name of their variable. Raises `EnvironmentFailed` for one that is too short to be replaced."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._names: dict[str, str] = {}
        for name, value in (values or {}).items():
            if value and len(" ".join(value.split())) < SHORTEST:
                raise EnvironmentFailed(
                    f"the environment variable {name} is too short to be kept out of reports ({len(value)} "
                    f"characters, {SHORTEST} are needed); what is no secret can be a var, set with --set"
                )
            for form in _forms(value) if value else ():
                self._names.setdefault(form, name)
        longest_first = sorted(self._names, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        self._bytes = tuple(form.encode() for form in longest_first)

    def __bool__(self) -> bool:
        return bool(self._bytes)

    def found_in(self, data: bytes) -> bool:
        """Whether one, or the beginning of one, may be in it: a quick look."""
        return any(form[:SHORTEST] in data for form in self._bytes)

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
        return Masking(self, max(map(len, self._bytes), default=1) - 1)

    def _without_torn_end(self, text: str) -> str:
        for form, name in self._names.items():
            for length in range(len(form) - 1, SHORTEST - 1, -1):
                if text.endswith(form[:length]):
                    return text[:-length] + _placeholder(name)
        return text


class Masking:
    """Masks what comes in pieces. What could be the beginning of a secret waits for the next piece, or for the end."""

    def __init__(self, secrets: Secrets, keep: int) -> None:
        self._secrets = secrets
        self._keep = keep
        self._waiting = b""

    def feed(self, data: bytes) -> bytes:
        """What can be written now. Secrets are looked for in whole lines; a line without an end does not wait long."""
        whole = self._waiting + data
        cut = max(whole.rfind(b"\n") + 1, len(whole) - max(self._keep, 1 << 16))
        self._waiting = whole[cut:]
        return self._masked(whole[:cut])

    def end(self) -> bytes:
        whole, self._waiting = self._waiting, b""
        return self._masked(whole)

    def _masked(self, data: bytes) -> bytes:
        if not self._secrets.found_in(data):
            return data
        return self._secrets.mask(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _placeholder(name: str) -> str:
    return f"{{env.{name}}}"


def _forms(value: str) -> Collection[str]:
    """As it is, and as JSON, HTML, addresses and headers write it."""
    return frozenset(_written(value))


def _written(value: str) -> Iterator[str]:
    yield value
    yield " ".join(value.split())  # as a page shows it
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    escaped = html.escape(value, quote=True)
    yield escaped
    yield escaped.replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
    yield html.escape(value, quote=False)
    yield quote(value)
    yield quote(value, safe="")
    yield quote_plus(value)
    yield base64.b64encode(value.encode()).decode()
