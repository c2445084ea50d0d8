"""A page as a person sees it: blocks of visible text, and the controls that lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from chaos.rules.markup import names, readable_part, without_noscript
from chaos.rules.stylesheet import Stylesheet

Live = Literal["", "status", "alert"]

_LONGEST_TOLD: Final = 20_000
LONG_PAGE_WORDS: Final = 250
"""A page with more words than this has content of its own; then only its alert is read as the error."""

_UNSEEN: Final = names(
    "script style template noscript iframe object embed video audio canvas svg map datalist select textarea rp head"
)
_BLOCKS: Final = names(
    "address article aside blockquote body button caption center dd details dialog div dl dt fieldset figcaption "
    "figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr label legend li main menu nav ol output p pre "
    "search section summary table tbody td tfoot th thead tr ul"
)
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CHROME_ROLES: Final = frozenset({"navigation", "banner", "contentinfo", "complementary", "search"})
_ABBREVIATIONS: Final = names(
    "mr mrs ms dr prof st e.g i.e etc vs no nos approx incl a.m p.m u.k u.s inc ltd co fig min max tel ext"
)
_SENTENCE_END: Final = re.compile(r"[.!?\u2026]{1,5}[\"'\u201d\u2019)\]]{0,3}(?=\s)")
_WORD: Final = re.compile(r"[^\W_][\w'\u2019.,:/@-]*")


class Block(NamedTuple):
    """A run of text that stands by itself: a paragraph, a heading, a list item, a cell, a button's name.

    White space is collapsed; a newline stands for a `<br>`. `kind` is the element it stands in (the heading, if it is
    in one). `chrome` is what frames every page of a site: navigation, its header and footer.
    """

    text: str
    kind: str
    main: bool = False
    chrome: bool = False
    live: Live = ""
    live_id: int = 0


class Control(NamedTuple):
    """A link or button that has a name and works without scripts of the page."""

    kind: Literal["link", "button"]
    name: str
    target: str
    main: bool
    chrome: bool
    live: Live
    live_id: int


class _Place(NamedTuple):
    kind: str = "body"
    main: bool = False
    chrome: bool = False
    live: Live = ""
    live_id: int = 0
    form: bool = False
    sectioned: bool = False
    preformatted: bool = False


@dataclass(frozen=True)
class Page:
    """`language` is what the html element says (None: nothing)."""

    title: str
    language: str | None
    blocks: tuple[Block, ...]
    controls: tuple[Control, ...]

    @classmethod
    def of_html(cls, source: str) -> Page:
        tree = LexborHTMLParser(without_noscript(readable_part(source)))
        root, body = tree.root, tree.body
        title = tree.css_first("head title")
        language = root.attributes.get("lang") if root is not None else None
        walk = _Walk(Stylesheet.of(node.text() for node in tree.css("style")))
        if body is not None:
            walk.run(body)
        return cls(
            title=_collapse(title.text() if title is not None else ""),
            language=language,
            blocks=tuple(walk.blocks),
            controls=tuple(walk.controls),
        )

    @classmethod
    def of_lines(cls, lines: Iterable[str]) -> Page:
        """A body that is no HTML: a browser shows it line by line."""
        blocks = tuple(Block(text, "body") for line in lines if (text := _collapse(line)))
        return cls(title="", language=None, blocks=blocks, controls=())

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
        region = self.error_region
        lives = {b.live_id for b in region if b.live}
        outside = any(not b.live for b in region)
        in_main = any(b.main for b in region)
        return tuple(
            c
            for c in self.controls
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


class _Walk:
    """One pass over the tree, without recursion: pages can be nested deeply."""

    def __init__(self, stylesheet: Stylesheet) -> None:
        self.blocks: list[Block] = []
        self.controls: list[Control] = []
        self._stylesheet = stylesheet
        self._buffer: list[str] = []
        self._names: list[list[str]] = []
        self._live_count = 0

    def run(self, body: LexborNode) -> None:
        todo: list[tuple[LexborNode | None, _Place, dict[str, str | None] | None]] = [(body, _Place(), None)]
        while todo:
            node, place, leaving = todo.pop()
            if leaving is not None:
                self._leave(leaving, place)
                continue
            if node is None:
                continue
            if node is not body and (following := node.next) is not None:
                todo.append((following, place, None))
            tag = node.tag or ""
            if tag == "-text":
                self._say(node.text_content or "", place)
                continue
            if tag.startswith(("-", "!")) or tag in _UNSEEN:
                continue
            attributes = node.attributes
            if self._is_hidden(tag, attributes):
                continue
            if tag == "br":
                self._buffer.append("\n")
                continue
            if tag == "img":
                for name in self._names:
                    name.append(attributes.get("alt") or "")
                continue
            if tag == "input":
                self._input(attributes, place)
                continue
            inside = self._enter(tag, attributes, place)
            if tag in _BLOCKS:
                self._flush(place)
            if tag in {"a", "button"}:
                self._names.append([])
            if tag in _BLOCKS or tag == "a":
                todo.append((None, inside, {**attributes, "<tag": tag}))
            child = node.child
            if tag == "details" and "open" not in attributes:
                child = _summary(child)
                if child is not None:
                    self._closed_details(child, inside, todo)
                continue
            if child is not None:
                todo.append((child, inside, None))
        self._flush(_Place())

    def _closed_details(
        self,
        summary: LexborNode,
        place: _Place,
        todo: list[tuple[LexborNode | None, _Place, dict[str, str | None] | None]],
    ) -> None:
        """Of details that are not open a person sees the summary only, so its siblings are not queued."""
        within = place._replace(kind="summary")
        todo.append((None, within, {"<tag": "summary"}))
        if summary.child is not None:
            todo.append((summary.child, within, None))

    def _enter(self, tag: str, attributes: dict[str, str | None], place: _Place) -> _Place:
        role = (attributes.get("role") or "").strip().lower()
        live = place.live
        announced = (attributes.get("aria-live") or "").strip().lower()
        if role in {"alert", "alertdialog"} or announced == "assertive":
            live = "alert"
        elif (role == "status" or announced == "polite" or tag == "output") and live != "alert":
            live = "status"
        main = place.main or tag == "main" or role == "main"
        sectioned = place.sectioned or main or tag in {"article", "section"}
        chrome = (
            place.chrome
            or tag in {"nav", "aside"}
            or role in _CHROME_ROLES
            or (tag in {"header", "footer"} and not sectioned)
        )
        if live != place.live:
            self._live_count += 1
        return _Place(
            kind=place.kind if place.kind in _HEADINGS or tag not in _BLOCKS else tag,
            main=main,
            chrome=chrome,
            live=live,
            live_id=self._live_count if live != place.live else place.live_id,
            form=place.form or tag == "form",
            sectioned=sectioned,
            preformatted=place.preformatted or tag == "pre",
        )

    def _leave(self, attributes: dict[str, str | None], place: _Place) -> None:
        tag = attributes["<tag"]
        if tag in {"a", "button"}:
            name = _collapse("".join(self._names.pop()))
            name = (attributes.get("aria-label") or "").strip() or name or (attributes.get("title") or "").strip()
            if tag == "a":
                self._link(name, attributes, place)
            else:
                self._button(name, attributes, place)
        if tag in _BLOCKS:
            self._flush(place)

    def _say(self, text: str, place: _Place) -> None:
        self._buffer.append(text if place.preformatted else text.replace("\n", " "))
        for name in self._names:
            name.append(text)

    def _flush(self, place: _Place) -> None:
        if not self._buffer:
            return
        text = "\n".join(line for part in "".join(self._buffer).split("\n") if (line := _collapse(part)))
        self._buffer.clear()
        if text:
            self.blocks.append(Block(text, place.kind, place.main, place.chrome, place.live, place.live_id))

    def _input(self, attributes: dict[str, str | None], place: _Place) -> None:
        kind = (attributes.get("type") or "text").lower()
        if kind not in {"submit", "image", "button", "reset"}:
            return
        name = attributes.get("value") or attributes.get("alt") or ("Submit" if kind == "submit" else "")
        self._flush(place)
        self._buffer.append(name)
        self._flush(place._replace(kind="button"))
        self._button(attributes.get("aria-label") or name, {**attributes, "type": kind}, place)

    def _link(self, name: str, attributes: dict[str, str | None], place: _Place) -> None:
        target = (attributes.get("href") or "").strip()
        nowhere = not target or target.startswith("#") or target.lower().startswith("javascript:")
        if name and not nowhere and (attributes.get("aria-disabled") or "") != "true":
            self.controls.append(
                Control("link", name, target, place.main, place.chrome, place.live, place.live_id),
            )

    def _button(self, name: str, attributes: dict[str, str | None], place: _Place) -> None:
        kind = (attributes.get("type") or "submit").lower()
        submits = kind not in {"button", "reset"} and (place.form or "form" in attributes)
        disabled = "disabled" in attributes or (attributes.get("aria-disabled") or "") == "true"
        if name and not disabled and (submits or attributes.get("onclick")):
            target = attributes.get("formaction") or ""
            self.controls.append(
                Control("button", name, target, place.main, place.chrome, place.live, place.live_id),
            )

    def _is_hidden(self, tag: str, attributes: dict[str, str | None]) -> bool:
        if "hidden" in attributes or (tag == "dialog" and "open" not in attributes):
            return True
        style = attributes.get("style")
        if style:
            compact = "".join(style.lower().split())
            if "display:none" in compact or "visibility:hidden" in compact or "visibility:collapse" in compact:
                return True
            if "display:" in compact:
                return False
        return self._stylesheet.hides(tag, attributes.get("id") or "", (attributes.get("class") or "").split())


def _summary(child: LexborNode | None) -> LexborNode | None:
    while child is not None and child.tag != "summary":
        child = child.next
    return child


def _collapse(text: str) -> str:
    return " ".join(text.split())


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
    return sum(1 for _ in _WORD.finditer(text))


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
