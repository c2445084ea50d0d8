"""A fault's entry as a person would write it: only what is not usual, and amounts in the shortest of their units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chaos.experiment.experiment import FaultEntry
from chaos.units import shortened

_AMOUNTS: Final = frozenset({"at", "for", "every", "until", "share"})


def settings_of(entry: FaultEntry) -> Mapping[str, Any]:
    """What stands under the fault's key."""
    fault = entry.fault
    properties = type(fault).model_json_schema(by_alias=True)["properties"] if type(fault).model_fields else {}
    written = fault.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {name: _amount(value) if _is_amount(properties[name]) else value for name, value in written.items()}


def entry_as_written(entry: FaultEntry) -> Mapping[str, Any]:
    """The whole entry, in the order of the file."""
    rest = entry.model_dump(
        mode="json", by_alias=True, exclude_defaults=True, exclude={"name", entry.place, entry.kind}
    )
    return {
        entry.place: entry.on,
        entry.kind: settings_of(entry),
        **{name: _amount(value) if name in _AMOUNTS else value for name, value in rest.items()},
    }


def _is_amount(schema: Mapping[str, Any]) -> bool:
    """The model of a file says by an example how an amount is written, and of nothing else."""
    return "examples" in schema or any(_is_amount(each) for each in schema.get("anyOf", ()))


def _amount(value: Any) -> Any:
    return shortened(value) if isinstance(value, str) else value
