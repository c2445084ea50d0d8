"""`-strict`: what a real Toxiproxy silently accepts and can't mean anything is refused, with the reason."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from chaos.proxy.body import BadBody, as_object
from chaos.proxy.wire import wire_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chaos.proxy.toxics.base import Toxic

_KEYS = ("name", "type", "stream", "toxicity", "attributes")


def refuse_nonsense(body: Mapping[str, object], kind: type[Toxic]) -> None:
    """A create or update, its keys in lower case: raises BadBody for the first thing in it that makes no sense."""
    _known(body, _KEYS, "key")
    toxicity = body.get("toxicity")
    if isinstance(toxicity, (int, float)) and not 0 <= toxicity <= 1:
        raise BadBody(f"toxicity is {toxicity}; it is a share from 0 to 1")
    attributes = as_object(body.get("attributes"), "attributes")
    refuse_unknown(attributes, kind)
    for name, value in attributes.items():
        if isinstance(value, (int, float)) and value < 0:
            raise BadBody(f"attributes.{name} is {value}; it can't be negative")
    average, variation = attributes.get("average_size"), attributes.get("size_variation")
    if isinstance(average, int) and isinstance(variation, int) and variation > average:
        raise BadBody(f"attributes.size_variation is {variation}, more than the average_size of {average}")


def refuse_unknown(attributes: Iterable[str], kind: type[Toxic]) -> None:
    """Names of attributes that the type does not have. Raises BadBody."""
    _known([name for name in attributes if name != "only"], wire_names(kind.schema), "attribute")


def _known(sent: Iterable[str], known: Iterable[str], what: str) -> None:
    names = list(known)
    for name in sent:
        if name not in names:
            near = get_close_matches(name, names, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are: {', '.join(names) or 'none'}"
            raise BadBody(f"there is no {what} {name!r} here; {hint}")
