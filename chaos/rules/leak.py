"""G09: nothing from inside reaches a user. Source: OWASP (improper error handling), CWE-209."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from chaos.rules.reading import Reading
from chaos.rules.rule import Rule, Situation, quote
from chaos.rules.wordlist import Signature, Words

_INLINE_TAG: Final = re.compile(
    r"<!--|-->|</?(?:a|abbr|b|bdi|cite|code|em|font|i|kbd|mark|q|s|samp|small|span|strong|sub|sup|tt|u|var|wbr)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG: Final = re.compile(r"</?[a-zA-Z!?][^<>]*>")
_SCRIPT: Final = re.compile(r"<(script|style)\b[^<>]*>", re.IGNORECASE)
_QUOTED_CODE: Final = re.compile(r"<(pre|code|samp|kbd)\b[^<>]*>", re.IGNORECASE)
_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
_MOST_ENTITIES: Final = 20_000
_REACH: Final = 2_000
"""A match is at most about this far from its hint."""
_LONG_LINE: Final = 500
"""Longer lines are not kept in mind."""
_WHOLE_URL: Final = re.compile(r"https?://\S+", re.IGNORECASE)


def no_leak(reading: Reading, situation: Situation) -> str | None:
    """G09, over the whole body. Canaries are also looked for in the headers, and in bodies that are no text.

    A long page that was served and quotes code is about code: there, code elements are passed over.
    """
    if canary := _canary(reading, situation):
        return canary
    if reading.kind in {"empty", "binary", "code"}:
        return None
    served = situation.served and reading.answer.status < 500
    source = reading.text
    if served and reading.kind == "html" and reading.page.is_long:
        source = _without(_QUOTED_CODE, source)
    strings = reading.strings if reading.kind == "json" and reading.json.problem is None else None
    body = _Body(source, reading.kind == "html", strings, served)
    return _in_body(body, _public_hosts(reading.answer.url, situation.public_hosts), situation.words)


class _Body(NamedTuple):
    """`strings` are those of a JSON body; None where it is none."""

    source: str
    is_html: bool
    strings: tuple[str, ...] | None
    served: bool


@lru_cache(maxsize=32)
def _in_body(body: _Body, public_hosts: frozenset[str], words: Words) -> str | None:
    """Many users get the same body: it is searched once."""
    texts = {"anywhere": _everything(body), "words": _words(body)}
    hints = {text: _hints_in(text, words) for text in {*texts["anywhere"], *texts["words"]}}
    public = _public(public_hosts)
    for signature in words.leaks:
        if signature.served or not body.served:
            for text in texts[signature.where]:
                if found := _find(signature, text, hints[text], public):
                    return f"the body shows {signature.name}: {quote(found)}"
    return None


def _canary(reading: Reading, situation: Situation) -> str | None:
    for canary in filter(None, situation.canaries):
        needle = canary.encode()
        spellings = (needle, html.escape(canary).encode(), json.dumps(canary)[1:-1].encode())
        if any(spelling in reading.answer.body for spelling in spellings):
            return f"the body shows the planted string {quote(canary)}"
        for name, value in reading.answer.headers:
            if canary in value:
                return f"the header {name} shows the planted string {quote(canary)}"
    return None


def _hints_in(text: str, words: Words) -> frozenset[str]:
    """Pages differ from each other in few lines, so that most have been looked at before."""
    over_lines = (hint for hint in words.leak_hints if "\n" in hint and hint in text)
    in_lines = (_hints_in_line(line, words) for line in set(text.split("\n")))
    return frozenset(over_lines).union(*in_lines)


def _hints_in_line(line: str, words: Words) -> frozenset[str]:
    return _hints_in_short_line(line, words) if len(line) <= _LONG_LINE else _search_hints(line, words)


def _search_hints(line: str, words: Words) -> frozenset[str]:
    return frozenset(hint for hint in words.leak_hints if hint in line)


_hints_in_short_line: Final = lru_cache(maxsize=4_000)(_search_hints)


def _find(signature: Signature, text: str, hints: frozenset[str], public: re.Pattern[str] | None) -> str | None:
    """`hints`: all that stand in the text."""
    for start, end in _stretches(signature.hints, hints, text):
        for match in signature.pattern.finditer(text, start, end):
            cut_short = match.end() == end < len(text)
            if not cut_short and not (signature.address and public is not None and public.search(match[0])):
                return _around(text, match)
    return None


def _stretches(wanted: tuple[str, ...], hints: frozenset[str], text: str) -> Iterator[tuple[int, int]]:
    """The parts of `text` near a hint that is wanted, in order and apart; all of it where none is."""
    if not wanted:
        yield 0, len(text)
        return
    found = sorted({place for hint in hints.intersection(wanted) for place in _places(hint, text)})
    start = end = 0
    for place in found:
        if place - _REACH > end:
            if end:
                yield start, end
            start = max(0, place - _REACH)
        end = min(len(text), place + _REACH)
    if end:
        yield start, end


def _places(hint: str, text: str) -> Iterator[int]:
    """Where `hint` occurs, at least half a reach apart: nearer ones share a stretch anyway."""
    place = text.find(hint)
    while place >= 0:
        yield place
        place = text.find(hint, place + _REACH // 2)


@lru_cache(maxsize=256)
def _public_hosts(url: str, handed_in: tuple[str, ...]) -> frozenset[str]:
    """Addresses that users may see: the answer's own (a loopback one in each spelling), and those handed in."""
    hosts = {urlsplit(url).netloc.rpartition("@")[2], *handed_in} - {""}
    for host in tuple(hosts):
        name, _, port = host.rpartition(":")
        if name in _LOOPBACK:
            hosts |= {f"{other}:{port}" for other in _LOOPBACK}
    return frozenset(hosts)


def _public(hosts: frozenset[str]) -> re.Pattern[str] | None:
    if not hosts:
        return None
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, sorted(hosts)))})(?![\w-])", re.IGNORECASE)


def _around(text: str, match: re.Match[str]) -> str:
    """The match with the rest of its line, as far as a message has room."""
    line_end = text.find("\n", match.end())
    return text[match.start() : min(match.end() + 40, line_end if line_end >= 0 else len(text))]


def _everything(body: _Body) -> tuple[str, ...]:
    """The body, and the body with entities and escapes undone, as far as it has any."""
    text = body.source
    found = [_unescape(text), _unescape(_INLINE_TAG.sub("", text))] if body.is_html else [text]
    if body.strings is not None:
        found.append("\n".join(body.strings))
    elif "\\" in text:
        found.append(text.replace('\\"', '"').replace("\\/", "/").replace("\\n", "\n").replace("\\\\", "\\"))
    return tuple(dict.fromkeys(found))


def _words(body: _Body) -> tuple[str, ...]:
    """Where words stand: an HTML page with its comments, without tags, scripts and styles; a JSON body's strings.

    On a served answer a JSON string that is a URL from end to end is a link that users follow, on whichever host.
    """
    if body.is_html:
        return (_unescape(_TAG.sub("\n", _INLINE_TAG.sub("", _without(_SCRIPT, body.source)))),)
    if body.strings is not None:
        strings = (s for s in body.strings if not (body.served and _WHOLE_URL.fullmatch(s)))
        return ("\n".join(strings),)
    return (body.source,)


def _unescape(text: str) -> str:
    """Entities undone; in a text that is nothing but entities only the common ones, which is fast."""
    if text.count("&") <= _MOST_ENTITIES:
        return html.unescape(text)
    for entity, letter in (("&quot;", '"'), ("&#34;", '"'), ("&#39;", "'"), ("&#x27;", "'"), ("&lt;", "<")):
        text = text.replace(entity, letter)
    return text.replace("&gt;", ">").replace("&amp;", "&")


def _without(element: re.Pattern[str], source: str) -> str:
    """`source` without the elements whose start tag `element` matches, in linear time."""
    kept: list[str] = []
    position = 0
    lowered = source.lower()
    while match := element.search(source, position):
        kept.append(source[position : match.start()])
        end = lowered.find(f"</{match[1].lower()}", match.end())
        if end < 0:
            return "\n".join(kept)
        position = end
    kept.append(source[position:])
    return "\n".join(kept)


G09: Final = Rule(
    id="G09",
    name="no leak",
    on="HJ",
    level="E",
    always=True,
    passes_when="no traceback, exception class, SQL, file path, internal host:port or debugger; "
    "planted canary strings never appear",
    advice="log the details under a reference and show the user the reference; switch debug pages off",
    source="OWASP, Improper Error Handling; CWE-209",
    check=no_leak,
)
