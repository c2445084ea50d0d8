"""HTML as its source: tags one after the other, in linear time whatever the input.

This is for what a parser hides, because it repairs everything: is the page cut off, and how deep is it nested?
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple


def names(listed: str) -> frozenset[str]:
    """A set of names that are written with spaces between them."""
    return frozenset(listed.split())


_TAG: Final = re.compile(r"<!--|<(/?)([a-zA-Z][a-zA-Z0-9-]{0,40})([^<>]*)(>?)")
_END_OF_DOCUMENT: Final = re.compile(r"</(?:body|html)\s{0,100}>\s{0,100}$")
_RAW_TEXT: Final = frozenset({"script", "style", "textarea", "title", "xmp"})
_SELF_CLOSING: Final = (" /", '"/', "'/")
_VOID: Final = names("area base br col embed hr img input link meta param source track wbr")
_END_IS_OPTIONAL: Final = names(
    "html head body p li dt dd option optgroup tr td th thead tbody tfoot colgroup caption rt rp"
)
_FORMATTING: Final = names("a b big code em font i nobr s small strike strong tt u")

_FORMATTING_START: Final = re.compile(rf"<(?:{'|'.join(sorted(_FORMATTING))})(?![a-z0-9-])", re.IGNORECASE)

MOST_TAGS: Final = 8_000
"""A page is read as far as this. An error page of 50 kB has some hundred tags."""
_DEEPEST: Final = 400
_MOST_FORMATTING: Final = 60


class Tag(NamedTuple):
    name: str
    start: int
    closing: bool
    self_closing: bool
    ended: bool
    """False: the source ends, or another tag begins, before its `>`."""


class CutOff(NamedTuple):
    """The source ends inside `what`: a tag, a comment or a raw text element that has no end."""

    what: str
    start: int


def tags(source: str) -> Iterator[Tag | CutOff]:
    """Every tag in order; what stands in comments, scripts and styles is passed over."""
    position = 0
    while match := _TAG.search(source, position):
        position = match.end()
        if match[0] == "<!--":
            end = source.find("-->", position)
            if end < 0:
                yield CutOff("a comment", match.start())
                return
            position = end + 3
            continue
        name, closing, ended = match[2].lower(), bool(match[1]), bool(match[4])
        if not ended and position >= len(source):
            yield CutOff(f"the tag <{match[1]}{name}", match.start())
            return
        yield Tag(name, match.start(), closing, match[3].endswith(_SELF_CLOSING) or match[3] == "/", ended)
        if name in _RAW_TEXT and not closing:
            end_tag = re.compile(rf"</{name}[\s/>]", re.IGNORECASE).search(source, position)
            if end_tag is None:
                yield CutOff(f"<{name}>", match.start())
                return
            position = end_tag.start()


def cut_off_inside(source: str) -> str | None:
    """What the page ends in the middle of, as words for a message; None when it has an end.

    HTML lets a page leave out `</html>` and `</p>`, so a missing one proves nothing; an element whose end tag must be
    written and is missing does, unless `</body>` or `</html>` shows that this was the page's end all the same.
    """
    if _END_OF_DOCUMENT.search(source[-200:].lower()):
        return None
    still_open: dict[str, int] = {}
    for tag in tags(source):
        if isinstance(tag, CutOff):
            return tag.what
        if tag.closing:
            if tag.name in {"body", "html"}:
                return None
            still_open[tag.name] = max(0, still_open.get(tag.name, 0) - 1)
        elif tag.name not in _VOID and tag.name not in _END_IS_OPTIONAL and not tag.self_closing:
            still_open[tag.name] = still_open.get(tag.name, 0) + 1
    if re.search(r"<[/!]?$", source.rstrip()[-3:]):
        return "a tag"
    return next((f"<{name}>" for name, count in still_open.items() if count), None)


def without_noscript(source: str) -> str:
    """The page of a browser that runs scripts: parsers without scripts take what stands in noscript for content."""
    if "<noscript" not in source.lower():
        return source
    kept: list[str] = []
    start: int | None = 0
    for tag in tags(source):
        if isinstance(tag, CutOff) or tag.name != "noscript":
            continue
        if tag.closing:
            start = tag.start if start is None else start
        elif start is not None:
            kept.append(source[start : tag.start])
            start = None
    return "".join(kept) + (source[start:] if start is not None else "")


def readable_part(source: str) -> str:
    """The beginning of `source` that can be parsed in reasonable time and memory.

    Parsers take quadratic time for elements nested thousands deep and for unclosed formatting elements; browsers stop
    at a depth of 512 too. What a person sees first comes first.
    """
    if source.count("<") <= _DEEPEST and len(_FORMATTING_START.findall(source)) <= _MOST_FORMATTING:
        return source  # whichever of its tags are closed
    depth = formatting = 0
    for count, tag in enumerate(tags(source)):
        if isinstance(tag, CutOff):
            return source
        if count >= MOST_TAGS or depth > _DEEPEST or formatting > _MOST_FORMATTING:
            return source[: tag.start]
        if tag.name in _VOID or tag.self_closing:
            continue
        step = -1 if tag.closing else 1
        if tag.name in _FORMATTING:
            formatting = max(0, formatting + step)
        if tag.name not in _END_IS_OPTIONAL:
            depth = max(0, depth + step)
    return source
