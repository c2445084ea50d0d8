"""The word lists by which rules judge, from `words.toml` and, laid over it, a file of the user's."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final, Literal

from chaos.errors import InvalidFile
from chaos.rules.markup import names

_SHIPPED: Final = Path(__file__).with_name("words.toml")
_LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "jargon": ("terms", "patterns"),
    "status_digits": ("codes", "before", "after", "never_before"),
    "blame": ("phrases", "reassuring_before", "reassuring_after"),
    "next_step": ("times", "routes", "not_a_route"),
    "error_page": ("phrases", "filler"),
    "fate": ("unknown", "not_saved", "saved", "not_done"),
    "retry_time": ("again", "vague"),
    "empty_words": ("phrases", "courtesies"),
    "tone": ("exclamations", "colour"),
    "headline": ("trouble",),
    "input_kept": ("choose_again",),
    "counts": ("nouns", "names"),
}
_PATTERNS: Final = names(
    "patterns reassuring_before reassuring_after times routes unknown not_saved saved not_done again vague courtesies "
    "colour trouble choose_again"
)
_MORE_PATTERNS: Final = frozenset({("error_page", "phrases"), ("empty_words", "phrases")})
_LEAK_KEYS: Final = frozenset({"name", "hints", "pattern", "where", "served", "address"})


@dataclass(frozen=True, slots=True)
class Signature:
    """What one kind of leak looks like. `address`: what is found is compared with the addresses that users may see."""

    name: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    where: Literal["anywhere", "words"]
    served: bool
    address: bool = False


@dataclass(frozen=True, eq=False)
class Words:
    """All lists, compiled once. What each is for stands in `words.toml`."""

    jargon: tuple[re.Pattern[str], ...]
    blame: tuple[re.Pattern[str], ...]
    reassuring_before: tuple[re.Pattern[str], ...]
    reassuring_after: tuple[re.Pattern[str], ...]
    status_codes: frozenset[str]
    before_status: frozenset[str]
    after_status: frozenset[str]
    never_before_status: frozenset[str]
    times: tuple[re.Pattern[str], ...]
    routes: tuple[re.Pattern[str], ...]
    not_a_route: frozenset[str]
    error_page: re.Pattern[str]
    fate_unknown: tuple[re.Pattern[str], ...]
    fate_not_saved: tuple[re.Pattern[str], ...]
    fate_saved: tuple[re.Pattern[str], ...]
    fate_not_done: tuple[re.Pattern[str], ...]
    again: tuple[re.Pattern[str], ...]
    vague_times: tuple[re.Pattern[str], ...]
    empty_words: tuple[re.Pattern[str], ...]
    courtesies: tuple[re.Pattern[str], ...]
    exclamations: tuple[re.Pattern[str], ...]
    colour_alone: tuple[re.Pattern[str], ...]
    trouble: tuple[re.Pattern[str], ...]
    choose_again: tuple[re.Pattern[str], ...]
    counted: re.Pattern[str]
    count_names: frozenset[str]
    leaks: tuple[Signature, ...]

    @cached_property
    def leak_hints(self) -> tuple[str, ...]:
        """Of all leaks, each once."""
        return tuple(dict.fromkeys(hint for signature in self.leaks for hint in signature.hints))

    @staticmethod
    def load(extra: Path | None = None) -> Words:
        """The shipped lists with those of `extra` laid over them. Raises InvalidFile with all its problems."""
        return _load(extra)


@cache
def _load(extra: Path | None) -> Words:
    lists = _read(_SHIPPED)
    return _compile(lists if extra is None else _laid_over(lists, _read(extra)))


@dataclass(frozen=True, slots=True)
class _Lists:
    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    leaks: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class _Problem:
    path: Path
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def _read(path: Path) -> _Lists:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidFile([_Problem(path, f"can't be read: {error.strerror}")]) from error
    except ValueError as error:
        raise InvalidFile([_Problem(path, f"is not TOML: {error}")]) from error
    problems: list[_Problem] = []
    words: dict[str, Mapping[str, tuple[str, ...]]] = {}
    leaks: list[Signature] = []
    for table, content in document.items():
        if table == "leak":
            for number, entry in enumerate(content if isinstance(content, list) else [content], start=1):
                signature = _signature(entry)
                if isinstance(signature, str):
                    problems.append(_Problem(path, f"leak {number}: {signature}"))
                else:
                    leaks.append(signature)
        elif table not in _LISTS or not isinstance(content, dict):
            known = ", ".join((*_LISTS, "leak"))
            problems.append(_Problem(path, f"{table} is no table of word lists; there are {known}"))
        else:
            words[table] = _table(path, table, content, problems)
    if problems:
        raise InvalidFile(problems)
    return _Lists(words, tuple(leaks))


def _table(
    path: Path, table: str, content: Mapping[str, object], problems: list[_Problem]
) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    known = (*_LISTS[table], "allow")
    for name, entries in content.items():
        where = f"{table}.{name}"
        if name not in known:
            problems.append(_Problem(path, f"{where} is no list; there are {', '.join(known)}"))
        elif not isinstance(entries, list) or not all(isinstance(entry, str | int) and str(entry) for entry in entries):
            problems.append(_Problem(path, f"{where} must be a list of words, none of them empty"))
        else:
            found[name] = tuple(str(entry) for entry in entries)
            if name in _PATTERNS or (table, name) in _MORE_PATTERNS:
                problems.extend(
                    _Problem(path, f"{where}: {entry!r} is no regular expression: {reason}")
                    for entry in found[name]
                    if (reason := _why_no_pattern(entry))
                )
    return found


def _signature(entry: object) -> Signature | str:
    """A signature, or what is wrong with the entry."""
    if not isinstance(entry, dict):
        return "must be a table: [[leak]]"
    if unknown := set(entry) - _LEAK_KEYS:
        return f"{min(unknown)} is unknown; there are {', '.join(sorted(_LEAK_KEYS))}"
    name, pattern, hints = entry.get("name"), entry.get("pattern"), entry.get("hints", [])
    where, served, address = entry.get("where", "anywhere"), entry.get("served", False), entry.get("address", False)
    if not isinstance(name, str) or not isinstance(pattern, str):
        return "needs a name and a pattern"
    if not isinstance(hints, list) or not all(isinstance(hint, str) for hint in hints):
        return "hints must be a list of strings"
    if where not in {"anywhere", "words"} or not isinstance(served, bool) or not isinstance(address, bool):
        return 'where must be "anywhere" or "words", served and address true or false'
    if reason := _why_no_pattern(pattern):
        return f"pattern is no regular expression: {reason}"
    return Signature(name, tuple(hints), re.compile(pattern, re.MULTILINE), where, served, address)


def _why_no_pattern(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return None


def _laid_over(below: _Lists, above: _Lists) -> _Lists:
    words: dict[str, Mapping[str, tuple[str, ...]]] = {}
    for table in _LISTS:
        base, own = below.words.get(table, {}), above.words.get(table, {})
        allowed = frozenset(own.get("allow", ()))
        words[table] = {
            name: tuple(entry for entry in (*base.get(name, ()), *own.get(name, ())) if entry not in allowed)
            for name in _LISTS[table]
        }
    return _Lists(words, (*below.leaks, *above.leaks))


def _compile(lists: _Lists) -> Words:
    jargon, digits, blame = lists.words["jargon"], lists.words["status_digits"], lists.words["blame"]
    step, page, fate = lists.words["next_step"], lists.words["error_page"], lists.words["fate"]
    empty, counts = lists.words["empty_words"], lists.words["counts"]
    filler = "|".join(sorted(map(re.escape, page["filler"]), key=len, reverse=True))
    return Words(
        jargon=(*_of_terms(jargon["terms"]), *_of_patterns(jargon["patterns"])),
        blame=_of_terms(blame["phrases"]),
        reassuring_before=_of_patterns(blame["reassuring_before"]),
        reassuring_after=_of_patterns(blame["reassuring_after"]),
        status_codes=frozenset(digits["codes"]),
        before_status=frozenset(digits["before"]),
        after_status=frozenset(digits["after"]),
        never_before_status=frozenset(digits["never_before"]),
        times=_of_patterns(step["times"]),
        routes=_of_patterns(step["routes"]),
        not_a_route=frozenset(step["not_a_route"]),
        error_page=re.compile(rf"(?:(?:{filler}) ){{0,12}}(?:{'|'.join(page['phrases'])})(?: (?:{filler})){{0,12}}"),
        fate_unknown=_of_patterns(fate["unknown"]),
        fate_not_saved=_of_patterns(fate["not_saved"]),
        fate_saved=_of_patterns(fate["saved"]),
        fate_not_done=_of_patterns(fate["not_done"]),
        again=_of_patterns(lists.words["retry_time"]["again"]),
        vague_times=_of_patterns(lists.words["retry_time"]["vague"]),
        empty_words=_of_patterns(empty["phrases"]),
        courtesies=_of_patterns(empty["courtesies"]),
        exclamations=_of_terms(lists.words["tone"]["exclamations"]),
        colour_alone=_of_patterns(lists.words["tone"]["colour"]),
        trouble=_of_patterns(lists.words["headline"]["trouble"]),
        choose_again=_of_patterns(lists.words["input_kept"]["choose_again"]),
        counted=_of_counted(counts["nouns"]),
        count_names=frozenset(name.lower() for name in counts["names"]),
        leaks=lists.leaks,
    )


def _of_counted(nouns: Sequence[str]) -> re.Pattern[str]:
    """A number and what it counts: "12 followers", "1,204 likes", "3.4k views", "no results"."""
    either = "|".join(map(_of_term, _longest_first(nouns))) or "(?!)"
    number = r"(?<![\w.,])([0-9]{1,3}(?:[,' ][0-9]{3}){1,4}|[0-9]{1,12}(?:\.[0-9]{1,3})?|no) ?([km])?"
    return re.compile(rf"{number} ({either})\b", re.IGNORECASE)


def _of_terms(terms: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    """One pattern for the terms that match in any case, one for those with a capital letter."""
    any_case = [term for term in terms if term == term.lower()]
    as_written = [term for term in terms if term != term.lower()]
    return tuple(
        re.compile(rf"(?<![\w@./-])(?:{'|'.join(map(_of_term, _longest_first(group)))})(?![\w@]|[./]\w)", flags)
        for group, flags in ((any_case, re.IGNORECASE), (as_written, re.NOFLAG))
        if group
    )


def _of_term(term: str) -> str:
    return r"[\s-]{1,3}".join(re.escape(word) for word in term.split())


def _longest_first(terms: Iterable[str]) -> list[str]:
    return sorted(terms, key=len, reverse=True)


def _of_patterns(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
