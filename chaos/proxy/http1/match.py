"""Which requests an HTTP toxic is for: method, path and headers. Without matchers: all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chaos.proxy.body import BadBody
from chaos.proxy.http1.heads import path_of, values_of
from chaos.proxy.own_wire import canonical, checked_object, custom, refused

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping


_KEYS: Final = ("method", "path", "header")


@dataclass(frozen=True, slots=True)
class Match:
    """`path` is matched without the query; `*` stands for any text, slashes too. Every header named must be there."""

    methods: frozenset[bytes] = frozenset()
    path: re.Pattern[str] | None = None
    path_begins: bytes = b""  # what can be told sooner than that the pattern fits
    headers: tuple[tuple[bytes, re.Pattern[str]], ...] = ()

    def fits(self, method: bytes, target: bytes, head: bytes) -> bool:
        """`head`: of the request, as it came; a body may follow."""
        if self.methods and method not in self.methods:
            return False
        if self.path is not None:
            if target[:1] == b"/" and not target.startswith(self.path_begins):
                return False
            if not self.path.match(path_of(target)):
                return False
        return not self.headers or self._headers_fit(head)

    def _headers_fit(self, head: bytes) -> bool:
        return all(
            any(pattern.match(value.decode("latin-1")) for value in values_of(name, head))
            for name, pattern in self.headers
        )


def match_field(name: str = "match") -> Any:
    """`{"method": "POST", "path": "/upload*", "header": {"X-Kind": "video*"}}`; a list of methods is possible."""
    return custom(name, {}, _check, _convert)


def _check(value: object, key: str) -> Mapping[str, object]:
    fields = checked_object(value, key, _KEYS)
    checked: dict[str, object] = {}
    if (method := fields.get("method")) is not None:
        methods = [_method(each, f"{key}.method") for each in (method if isinstance(method, list) else [method])]
        if not methods:
            raise _no_method(method, f"{key}.method")
        checked["method"] = methods if isinstance(method, list) else methods[0]
    if (path := fields.get("path")) is not None:
        if not isinstance(path, str) or not path.startswith(("/", "*")):
            raise refused(path, f"{key}.path", 'a pattern like "/upload*"')
        checked["path"] = path
    if (headers := fields.get("header")) is not None:
        if not isinstance(headers, dict):
            raise refused(headers, f"{key}.header", "an object of names and patterns")
        for each, pattern in headers.items():
            if not isinstance(pattern, str):
                raise refused(pattern, f"{key}.header.{each}", 'a pattern like "video*"')
        checked["header"] = {canonical(each): pattern for each, pattern in headers.items()}
    return checked


def _method(value: object, key: str) -> str:
    if not isinstance(value, str) or not value.isascii() or not value.replace("-", "").isalpha():
        raise _no_method(value, key)
    return value.upper()


def _no_method(value: object, key: str) -> BadBody:
    return refused(value, key, 'a method like "POST", or a list of them,')


def _convert(value: Mapping[str, Any]) -> Match:
    if not value:
        return Match()
    methods = value.get("method", ())
    return Match(
        frozenset(each.encode() for each in ([methods] if isinstance(methods, str) else methods)),
        _pattern(value["path"]) if "path" in value else None,
        _literal_beginning(value.get("path", "")),
        tuple((each.lower().encode(), _pattern(inner)) for each, inner in value.get("header", {}).items()),
    )


def _literal_beginning(glob: str) -> bytes:
    """As far as it surely stands for itself."""
    import re

    found = re.match(r"[\w/.~%-]*", glob, re.ASCII)
    return found[0].encode() if found else b""


def _pattern(glob: str) -> re.Pattern[str]:
    import re
    from fnmatch import translate

    return re.compile(translate(glob))
