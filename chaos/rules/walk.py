"""One pass over a page's tree: blocks of visible text, the controls that lead somewhere, and those that do not work."""

from __future__ import annotations

from typing import Final, NamedTuple

from selectolax.lexbor import LexborNode

from chaos.rules.blocks import Block, Control, Flaw, Live, Why
from chaos.rules.markup import names
from chaos.rules.stylesheet import Stylesheet

_UNSEEN: Final = names(
    "script style template noscript iframe object embed video audio canvas svg map datalist select textarea rp head"
)
_BLOCKS: Final = names(
    "address article aside blockquote body button caption center dd details dialog div dl dt fieldset figcaption "
    "figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr label legend li main menu nav ol output p pre "
    "search section summary table tbody td tfoot th thead tr ul"
)
_OPERABLE_ROLES: Final = frozenset({"button", "link"})
_LISTENERS: Final = names("body main form label summary details dialog section article nav header footer ul ol table")
"""Elements with an onclick of their own that nobody takes for a button."""
_PLACES: Final = names("article aside footer form h1 header main nav output pre section")
"""Elements that say more of what is inside than what kind of block it is."""
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CHROME_ROLES: Final = frozenset({"navigation", "banner", "contentinfo", "complementary", "search"})


class _Place(NamedTuple):
    kind: str = "body"
    main: bool = False
    chrome: bool = False
    live: Live = ""
    live_id: int = 0
    form: bool = False
    sectioned: bool = False
    preformatted: bool = False


class Walk:
    """One pass over the tree, without recursion: pages can be nested deeply."""

    def __init__(self, stylesheet: Stylesheet) -> None:
        self.blocks: list[Block] = []
        self.controls: list[Control] = []
        self.flaws: list[Flaw] = []
        self.h1_count = 0
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
            operable = _is_operable(tag, attributes)
            if operable:
                self._names.append([])
            if tag in _BLOCKS or operable:
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
        if tag not in _PLACES and "role" not in attributes and "aria-live" not in attributes:
            kind = place.kind if place.kind in _HEADINGS or tag not in _BLOCKS else tag
            return place if kind == place.kind else place._replace(kind=kind)
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
        if tag == "h1":
            self.h1_count += 1
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
        tag = attributes["<tag"] or ""
        if _is_operable(tag, attributes):
            name = collapse("".join(self._names.pop()))
            name = (attributes.get("aria-label") or "").strip() or name or (attributes.get("title") or "").strip()
            if tag == "a":
                self._link(name, attributes, place)
            elif tag == "button":
                self._button(name, attributes, place)
            else:
                self._pretender(tag, name, attributes, place)
        if tag in _BLOCKS:
            self._flush(place)

    def _say(self, text: str, place: _Place) -> None:
        if self._buffer or not text.isspace():  # a block begins with its first word
            self._buffer.append(text if place.preformatted else text.replace("\n", " "))
        for name in self._names:
            name.append(text)

    def _flush(self, place: _Place) -> None:
        if not self._buffer:
            return
        said = "".join(self._buffer)
        self._buffer.clear()
        text = "\n".join(filter(None, map(collapse, said.split("\n"))))
        if text:
            self.blocks.append(Block(text, place.kind, place.main, place.chrome, place.live, place.live_id, place.form))

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
        if nowhere and (attributes.get("onclick") or target.lower().startswith("javascript:")):
            self._flaw("scripts only" if "href" in attributes else "no key", "a", name, place)
        elif not nowhere:
            self._check_reach("a", name, attributes, place)
        if name and not nowhere and (attributes.get("aria-disabled") or "") != "true":
            self.controls.append(
                Control("link", name, target, place.main, place.chrome, place.live, place.live_id),
            )

    def _button(self, name: str, attributes: dict[str, str | None], place: _Place) -> None:
        kind = (attributes.get("type") or "submit").lower()
        submits = kind not in {"button", "reset"} and (place.form or "form" in attributes)
        disabled = "disabled" in attributes or (attributes.get("aria-disabled") or "") == "true"
        if disabled or not (submits or attributes.get("onclick")):
            return
        self._check_reach("button", name, attributes, place)
        if not submits:
            self._flaw("scripts only", "button", name, place)
        if name:
            target = attributes.get("formaction") or ""
            self.controls.append(
                Control("button", name, target, place.main, place.chrome, place.live, place.live_id),
            )

    def _pretender(self, tag: str, name: str, attributes: dict[str, str | None], place: _Place) -> None:
        tabindex = (attributes.get("tabindex") or "").strip()
        if not tabindex or tabindex.startswith("-"):
            self._flaw("no key", tag, name, place)
        elif (attributes.get("role") or "").strip().lower() not in _OPERABLE_ROLES:
            self._flaw("no role", tag, name, place)
        elif not name:
            self._flaw("no name", tag, name, place)
        self._flaw("scripts only", tag, name, place)

    def _check_reach(self, tag: str, name: str, attributes: dict[str, str | None], place: _Place) -> None:
        if (attributes.get("tabindex") or "").strip().startswith("-"):
            self._flaw("no key", tag, name, place)
        if not name and (attributes.get("aria-hidden") or "") != "true" and "aria-labelledby" not in attributes:
            self._flaw("no name", tag, name, place)

    def _flaw(self, why: Why, tag: str, name: str, place: _Place) -> None:
        self.flaws.append(Flaw(why, tag, name, place.main, place.chrome, place.live, place.live_id))

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


def _is_operable(tag: str, attributes: dict[str, str | None]) -> bool:
    """A link, a button, or anything else that is made to be clicked; what holds controls only listens for them."""
    if tag in {"a", "button"}:
        return True
    if tag in _LISTENERS:
        return False
    return bool(attributes.get("onclick")) or (attributes.get("role") or "").strip().lower() in _OPERABLE_ROLES


def _summary(child: LexborNode | None) -> LexborNode | None:
    while child is not None and child.tag != "summary":
        child = child.next
    return child


def collapse(text: str) -> str:
    return " ".join(text.split())
