"""G23: nobody has to type it again. Source: WCAG 2.2, 3.3.7 (redundant entry)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from chaos.rules.page import sentences, straight
from chaos.rules.reading import Reading
from chaos.rules.rule import NotChecked, Rule, Situation, quote

_NOT_TYPED: Final = frozenset({"hidden", "submit", "image", "button", "reset"})
_NEVER_SHOWN_AGAIN: Final = frozenset({"password", "file"})
_MOST_FIELDS: Final = 500


def input_kept(reading: Reading, situation: Situation) -> str | NotChecked | None:
    """G23. Judged are the fields that are shown again. Passwords need not come back, and files can't."""
    sent, tree = situation.sent, reading.page.tree
    if sent is None or tree is None or 300 <= reading.answer.status < 400:
        return None
    shown: dict[str, list[LexborNode]] = {}
    for field in tree.css("input[name], textarea[name], select[name]")[:_MOST_FIELDS]:
        if _type(field) not in _NOT_TYPED:
            shown.setdefault(field.attributes.get("name") or "", []).append(field)
    for name, typed in sent.fields.items():
        fields = [field for field in shown.get(name, ()) if _type(field) not in _NEVER_SHOWN_AGAIN]
        if fields and typed.strip() and not any(_same(held, typed) for field in fields for held in _held(field)):
            return f"the form is shown again without what was typed into {quote(name)}"
    if sent.files and _asks_for_a_file(tree):
        return _file_again(reading, situation)
    return None


def _file_again(reading: Reading, situation: Situation) -> str | NotChecked | None:
    if reading.is_foreign:
        return NotChecked("the form asks for a file again, and what it says of it is not in English")
    told = (sentence for text in reading.page.told for sentence in sentences(straight(text)))
    if any(pattern.search(sentence) for sentence in told for pattern in situation.words.choose_again):
        return None
    return "the form asks for the file again and does not say so"


def _asks_for_a_file(tree: LexborHTMLParser) -> bool:
    return tree.css_first("input[type=file i]") is not None


def _held(field: LexborNode) -> Iterator[str]:
    """The values that this field holds as the page is shown."""
    if field.tag == "textarea":
        yield field.text()
    elif field.tag == "select":
        for option in field.css("option[selected]"):
            yield option.attributes.get("value") or option.text()
    elif _type(field) in {"checkbox", "radio"}:
        if "checked" in field.attributes:
            yield field.attributes.get("value") or "on"
    else:
        yield field.attributes.get("value") or ""


def _type(field: LexborNode) -> str:
    return (field.attributes.get("type") or "text").lower() if field.tag == "input" else field.tag or ""


def _same(held: str, typed: str) -> bool:
    return " ".join(held.split()) == " ".join(typed.split())


G23: Final = Rule(
    id="G23",
    name="input kept",
    on="HU",
    level="E",
    passes_when="a form that is shown again holds what was typed; of a file it says that it must be chosen again",
    advice="fill the form with what was sent, and say of a file that it must be chosen again",
    source="WCAG 2.2, 3.3.7",
    check=input_kept,
)
