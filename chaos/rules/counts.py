"""How many of what an answer shows: entries of lists, "12 followers", lists and counts in JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from chaos.rules.page import Page, straight
from chaos.rules.reading import Reading
from chaos.rules.wordlist import Words

LIST: Final = "entries of "
"""Keys that begin so are lengths of lists: a list that is not there at all has no entries."""
_LISTS: Final = "ul, ol, tbody, [role=list], [role=feed]"
_ENTRIES: Final = frozenset({"li", "tr", "article"})
_CHROME: Final = frozenset({"nav", "header", "footer", "aside"})
_MOST_LISTS: Final = 200
_MOST_ENTRIES: Final = 10_000
_MOST_TEXT: Final = 50_000
_MOST_VALUES: Final = 20_000
_MOST_KEYS: Final = 200
_DEEPEST: Final = 60


def counts_of(reading: Reading, words: Words) -> Mapping[str, float]:
    """What is counted, in words for a message, to how many there are; equal names are added up."""
    if reading.kind == "json" and reading.json.problem is None:
        pairs = _in_json(reading.json.value, words)
    elif reading.page.tree is not None:
        return _counts_of_page(reading.page, words, foreign=reading.is_foreign)
    else:
        return {}
    return _added_up(pairs)


@lru_cache(maxsize=32)
def _counts_of_page(page: Page, words: Words, *, foreign: bool) -> Mapping[str, float]:
    """Many users get the same page: it is counted once."""
    return {} if page.tree is None else _added_up(_on_page(page, page.tree, words, foreign=foreign))


def _added_up(pairs: Iterable[tuple[str, float]]) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for key, count in pairs:
        if key in found or len(found) < _MOST_KEYS:
            found[key] = found.get(key, 0) + count
    return found


def _on_page(page: Page, tree: LexborHTMLParser, words: Words, *, foreign: bool) -> Iterator[tuple[str, float]]:
    room = _MOST_ENTRIES
    for node in tree.css(_LISTS)[:_MOST_LISTS]:
        if not _is_chrome(node):
            count = _entries(node, room)
            room -= count
            yield f"{LIST}{_named(node)}", count
    for article in tree.css("article")[:_MOST_LISTS]:
        yield f"{LIST}{_named(article)}", 1
    if foreign:
        return
    room = _MOST_TEXT
    for block in page.blocks:
        room -= len(block.text)
        if room < 0:
            return
        if not block.chrome:
            for number, thousands, noun in words.counted.findall(straight(block.text)):
                yield noun.lower().rstrip("s"), _number(number, thousands)


def _in_json(value: object, words: Words) -> Iterator[tuple[str, float]]:
    waiting: list[tuple[str, str, object]] = [("the answer", "", value)]
    for _ in range(_MOST_VALUES):
        if not waiting:
            return
        path, name, value = waiting.pop()
        if isinstance(value, dict):
            inside = "" if path == "the answer" else f"{path}."
            waiting.extend((f"{inside}{key}", str(key), each) for key, each in value.items())
        elif isinstance(value, list):
            yield f"{LIST}{path}", len(value)
            waiting.extend((f"{path}[]", "", each) for each in value if isinstance(each, (dict, list)))
        elif isinstance(value, (int, float)) and not isinstance(value, bool) and _is_count(name, words):
            yield path, value


def _is_count(name: str, words: Words) -> bool:
    plain = name.lower()
    return plain in words.count_names or plain.endswith(("_count", "_total")) or name.endswith(("Count", "Total"))


def _entries(node: LexborNode, room: int) -> int:
    count = 0
    child = node.child
    while child is not None and count < room:
        count += child.tag in _ENTRIES or child.attributes.get("role") in {"listitem", "article"}
        child = child.next
    return count


def _is_chrome(node: LexborNode) -> bool:
    parent = node.parent
    for _ in range(_DEEPEST):
        if parent is None or parent.tag == "main":
            return False
        if parent.tag in _CHROME:
            return True
        parent = parent.parent
    return False


def _named(node: LexborNode) -> str:
    id_, classes = node.attributes.get("id"), (node.attributes.get("class") or "").split()
    return f"{node.tag}#{id_}" if id_ else f"{node.tag}.{classes[0]}" if classes else str(node.tag)


def _number(text: str, thousands: str) -> float:
    if text.lower() == "no":
        return 0.0
    plain = text.replace(",", "").replace("'", "").replace(" ", "")
    return float(plain) * {"k": 1e3, "m": 1e6}.get(thousands.lower(), 1.0)
