"""A page as a person sees it: blocks of visible text, and the controls that lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeVar

from selectolax.lexbor import LexborHTMLParser

from chaos.rules.blocks import Block, Control, Flaw
from chaos.rules.markup import names, readable_part, without_noscript
from chaos.rules.stylesheet import Stylesheet
from chaos.rules.walk import Walk, collapse

_Operable = TypeVar("_Operable", Control, Flaw)

_LONGEST_TOLD: Final = 20_000
LONG_PAGE_WORDS: Final = 250
"""A page with more words than this has content of its own; then only its alert is read as the error."""

_ABBREVIATIONS: Final = names(
    "mr mrs ms dr prof st e.g i.e etc vs no nos approx incl a.m p.m u.k u.s inc ltd co fig min max tel ext"
)
_SENTENCE_END: Final = re.compile(r"[.!?\u2026]{1,5}[\"'\u201d\u2019)\]]{0,3}(?=\s)")
_WORD: Final = re.compile(r"[^\W_][\w'\u2019.,:/@-]*")


@dataclass(frozen=True, eq=False)
class Page:
    """`language` is what the html element says (None: nothing). `h1_count`: of those that can be seen. `tree` is for
    rules that ask for more than its words; None where the body is no HTML.
    """

    title: str
    language: str | None
    blocks: tuple[Block, ...]
    controls: tuple[Control, ...]
    flaws: tuple[Flaw, ...] = ()
    h1_count: int = 0
    tree: LexborHTMLParser | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of_html(cls, source: str) -> Page:
        tree = LexborHTMLParser(without_noscript(readable_part(source)))
        root, body = tree.root, tree.body
        title = tree.css_first("head title")
        language = root.attributes.get("lang") if root is not None else None
        walk = Walk(Stylesheet.of(node.text() for node in tree.css("style")))
        if body is not None:
            walk.run(body)
        return cls(
            title=collapse(title.text() if title is not None else ""),
            language=language,
            blocks=tuple(walk.blocks),
            controls=tuple(walk.controls),
            flaws=tuple(walk.flaws),
            h1_count=walk.h1_count,
            tree=tree,
        )

    @classmethod
    def of_lines(cls, lines: Iterable[str]) -> Page:
        """A body that is no HTML: a browser shows it line by line."""
        blocks = tuple(Block(text, "body") for line in lines if (text := collapse(line)))
        return cls(title="", language=None, blocks=blocks, controls=())

    @cached_property
    def text(self) -> str:
        """All that a person sees, on one line; no markup, no script, nothing hidden."""
        return " ".join(" ".join(block.text for block in self.blocks).split())

    @cached_property
    def folded(self) -> str:
        """The same, for looking a text up whatever its case."""
        return self.text.casefold()

    @cached_property
    def headlines(self) -> tuple[str, ...]:
        """The title and every h1, with words in them."""
        return tuple(text for text in (self.title, *(b.text for b in self.blocks if b.kind == "h1")) if text)

    @cached_property
    def content(self) -> tuple[Block, ...]:
        """What this page has for itself: its main element, else all but the site's frame; and every live region."""
        own = [b for b in self.blocks if not b.chrome]
        if any(b.main for b in own):
            return tuple(b for b in self.blocks if (b.main and not b.chrome) or b.live)
        return tuple(b for b in self.blocks if not b.chrome or b.live) if own else self.blocks

    @cached_property
    def is_long(self) -> bool:
        return sum(count_words(b.text) for b in self.content) > LONG_PAGE_WORDS

    @cached_property
    def error_region(self) -> tuple[Block, ...]:
        """Where the page says what is wrong: all it has for itself; on a long page its alerts, or else its statuses."""
        if self.is_long:
            for live in ("alert", "status"):
                if found := [b for b in self.blocks if b.live == live]:
                    return _beginning(found)
        return _beginning(self.content)

    @cached_property
    def error_controls(self) -> tuple[Control, ...]:
        """The controls inside the error region."""
        return self._in_error_region(self.controls)

    @cached_property
    def error_flaws(self) -> tuple[Flaw, ...]:
        """What looks like a control inside the error region, and is none for everybody."""
        return self._in_error_region(self.flaws)

    def _in_error_region(self, operable: tuple[_Operable, ...]) -> tuple[_Operable, ...]:
        region = self.error_region
        lives = {b.live_id for b in region if b.live}
        outside = any(not b.live for b in region)
        in_main = any(b.main for b in region)
        return tuple(
            c
            for c in operable
            if (c.live and c.live_id in lives) or (outside and not c.chrome and (c.main or not in_main))
        )

    @cached_property
    def told(self) -> tuple[str, ...]:
        """What the user is told about the error, piece by piece: title, h1, error region. No piece comes twice."""
        headlines = (headline[:_LONGEST_TOLD] for headline in self.headlines[:20])
        return tuple(dict.fromkeys((*headlines, *(block.text for block in self.error_region))))


def _beginning(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """As many blocks as somebody would read; the rules' patterns are not tried on more."""
    found: list[Block] = []
    room = _LONGEST_TOLD
    for block in blocks:
        found.append(block._replace(text=block.text[:room]) if len(block.text) > room else block)
        room -= len(block.text)
        if room <= 0:
            break
    return tuple(found)


def straight(text: str) -> str:
    """Text with typographic quotation marks, dashes and spaces as on a keyboard, so that one spelling matches all."""
    return text.translate(_STRAIGHT)


_STRAIGHT: Final = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u02bc": "'",
        "\u2032": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2026": "...",
        "\n": " ",
        "\u00a0": " ",
        "\u202f": " ",
        "\u00ad": None,
        "\u200b": None,
        "\ufeff": None,
    }
)


def count_words(text: str) -> int:
    return len(_WORD.findall(text))


def sentences(text: str) -> list[str]:
    """A block's text in sentences. A line break ends one; a dot after an abbreviation or an initial does not."""
    found: list[str] = []
    for line in text.split("\n"):
        start = 0
        for end in _SENTENCE_END.finditer(line):
            following = line[end.end() : end.end() + 8].lstrip()[:1]
            last = (
                line[max(start, end.start() - 12) : end.start()].rpartition(" ")[2].lstrip("(\"'\u201c\u2018").lower()
            )
            if following.islower() or (
                end[0] == "." and (last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha()))
            ):
                continue
            found.append(line[start : end.end()].strip())
            start = end.end()
        if rest := line[start:].strip():
            found.append(rest)
    return found
