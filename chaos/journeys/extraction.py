"""Taking values out of an answer: what a step saves, and the id of what it acknowledges."""

from __future__ import annotations

from typing import cast

import jmespath
from jmespath.exceptions import JMESPathError
from selectolax.lexbor import LexborHTMLParser

from chaos.experiment.placeholders import Saved
from chaos.experiment.request import Acknowledge
from chaos.experiment.saving import Place
from chaos.rules.markup import readable_part
from chaos.rules.reading import Reading


def search(query: str, reading: Reading) -> object:
    """What a JMESPath query finds; None when there is nothing, or the body is no JSON."""
    if reading.json.problem is not None:
        return None
    try:
        return cast(object, jmespath.search(query, reading.json.value))
    except JMESPathError:  # such as length() of a number
        return None


def extract(place: Place, reading: Reading) -> Saved | None:
    """The value that stands there; None when the answer has none, or no single one, or an empty text."""
    if place.query is not None:
        found = search(place.query, reading)
    elif place.header is not None:
        found = reading.answer.header(place.header)
    else:
        found = _by_selector(place.css or "", place.attribute, reading)
    if isinstance(found, str):
        return found.strip() or None
    return found if isinstance(found, (bool, int, float)) else None


def extract_all(places: dict[str, Place], reading: Reading) -> tuple[dict[str, Saved], str | None]:
    """What was found by name, and the first that is missing, as an expectation in words."""
    found: dict[str, Saved] = {}
    for name, place in places.items():
        value = extract(place, reading)
        if value is None:
            return found, f"the answer should hold {name} at {described(place)}"
        found[name] = value
    return found, None


def described(place: Place) -> str:
    """As it is written in the file."""
    if place.query is not None:
        return f"json {place.query!r}"
    if place.header is not None:
        return f"the header {place.header}"
    return f"{place.css!r}" + (f", attribute {place.attribute}" if place.attribute else "")


def acknowledged_id(acknowledge: Acknowledge, reading: Reading) -> str | None:
    """The id in a JSON answer: a text or a number; None when it is no JSON or holds none (or an empty one) there."""
    found = search(acknowledge.query, reading)
    return str(found) or None if isinstance(found, (str, int)) and not isinstance(found, bool) else None


def _by_selector(selector: str, attribute: str | None, reading: Reading) -> str | None:
    if reading.kind != "html":
        return None
    node = LexborHTMLParser(readable_part(reading.text)).css_first(selector)
    if node is None:
        return None
    return node.attributes.get(attribute) if attribute else " ".join(node.text().split())
