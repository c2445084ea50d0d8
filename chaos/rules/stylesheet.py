"""Which elements a page's own style elements hide. The small part of CSS that decides it in practice.

Read are rules outside of at-rules whose selector is one compound of tag, id and classes, and in them `display` and
`visibility`. External stylesheets are not fetched; class names that everywhere mean hidden are known instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

_HIDDEN_BY_CUSTOM: Final = frozenset({"hidden", "d-none", "is-hidden", "hide", "invisible", "display-none", "u-hidden"})
_SELECTOR: Final = re.compile(r"([a-z][a-z0-9-]{0,30})?((?:[.#][\w-]{1,60}){0,6})", re.IGNORECASE)
_PART: Final = re.compile(r"[.#][\w-]{1,60}")
_BRACE: Final = re.compile(r"[{}]")
_MOST_RULES: Final = 100
_LONGEST: Final = 200_000


class _Rule(NamedTuple):
    weight: tuple[int, int, int, int]
    tag: str
    id: str
    classes: frozenset[str]
    hides: bool


@dataclass(frozen=True)
class Stylesheet:
    rules: tuple[_Rule, ...] = ()

    @classmethod
    def of(cls, sources: Iterable[str]) -> Stylesheet:
        return _stylesheet("\n".join(sources)[:_LONGEST])

    @cached_property
    def _by_key(self) -> Mapping[str, Sequence[_Rule]]:
        """Rules under one thing that each asks for, so that an element meets only those that may concern it."""
        index: dict[str, list[_Rule]] = {}
        for rule in self.rules:
            key = f"#{rule.id}" if rule.id else f".{min(rule.classes)}" if rule.classes else rule.tag
            index.setdefault(key, []).append(rule)
        return index

    def hides(self, tag: str, id_: str, classes: Sequence[str]) -> bool:
        if not self.rules and not classes:
            return False
        has = frozenset(classes)
        keys = (tag, f"#{id_}", *(f".{name}" for name in has)) if self.rules else ()
        matching = [
            rule
            for key in keys
            for rule in self._by_key.get(key, ())
            if rule.tag in {"", tag} and rule.id in {"", id_} and rule.classes <= has
        ]
        if matching:
            return max(matching).hides
        return bool(has & _HIDDEN_BY_CUSTOM) and not any(":" in name for name in classes)


@lru_cache(maxsize=8)
def _stylesheet(source: str) -> Stylesheet:
    """The pages of an app differ, its styles hardly ever do."""
    found: list[_Rule] = []
    for selectors, declarations in _rules(source):
        hides = _hides(declarations)
        if hides is None:
            continue
        for selector in selectors.split(",")[:20]:
            match = _SELECTOR.fullmatch(selector.strip())
            if match is None or not match[0]:
                continue
            parts = _PART.findall(match[2])
            ids = [part[1:] for part in parts if part[0] == "#"]
            classes = frozenset(part[1:] for part in parts if part[0] == ".")
            weight = (len(ids), len(classes), bool(match[1]), len(found))
            found.append(_Rule(weight, (match[1] or "").lower(), ids[0] if ids else "", classes, hides))
        if len(found) >= _MOST_RULES:
            break
    return Stylesheet(tuple(found) if any(rule.hides for rule in found) else ())


def _rules(source: str) -> Iterable[tuple[str, str]]:
    """Selector list and declarations of every rule at the top level; at-rules with a block are passed over."""
    source = re.sub(r"/\*.*?(?:\*/|\Z)", " ", source, flags=re.DOTALL)
    position = 0
    while (opening := source.find("{", position)) >= 0:
        selectors = source[position:opening].rpartition(";")[2].strip()
        end = _end_of_block(source, opening) if selectors.startswith("@") else source.find("}", opening)
        if end < 0:
            return
        if not selectors.startswith("@"):
            yield selectors, source[opening + 1 : end]
        position = end + 1


def _end_of_block(source: str, opening: int) -> int:
    depth = 0
    for brace in _BRACE.finditer(source, opening):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.start()
    return -1


def _hides(declarations: str) -> bool | None:
    """None: these declarations say nothing about it."""
    verdict: bool | None = None
    for declaration in declarations.lower().split(";"):
        name, _, value = declaration.partition(":")
        value = value.replace("!important", "").strip()
        if name.strip() == "display":
            verdict = value == "none"
        elif name.strip() == "visibility" and value in {"hidden", "collapse"}:
            verdict = True
    return verdict
