"""Field types of the files' models: quantities with units, and the strict base class.

A model holds amounts in base units (seconds, bytes, ratios); dumped to JSON an amount is text with its unit again, so
that a dumped model can be validated back to the very same one.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

from chaos import units


class Strict(BaseModel):
    """What comes from outside: frozen, and a key that isn't known is an error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        validate_by_name=True,
        validate_by_alias=True,
        defer_build=True,  # most models are only ever parts of the two that are used
    )


def _schema(kind: units.Kind) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "description": f"a {kind.name} with its unit", "examples": [kind.example]})


Duration = Annotated[
    float,
    BeforeValidator(units.parse_duration),
    PlainSerializer(lambda amount: units.exact(amount, "s"), return_type=str),
    _schema(units.DURATION),
]
"""Seconds, written like `400ms`."""

Size = Annotated[
    int,
    BeforeValidator(units.parse_size),
    PlainSerializer(lambda amount: units.exact(amount, "B"), return_type=str),
    _schema(units.SIZE),
]
"""Bytes, written like `64KiB`."""

ByteRate = Annotated[
    float,
    BeforeValidator(units.parse_byte_rate),
    PlainSerializer(lambda amount: units.exact(amount, "B/s"), return_type=str),
    _schema(units.BYTE_RATE),
]
"""Bytes per second, written like `1MB/s`."""

Rate = Annotated[
    float,
    BeforeValidator(units.parse_rate),
    PlainSerializer(lambda amount: units.exact(amount, "/s"), return_type=str),
    _schema(units.RATE),
]
"""Per second, written like `10/s`."""

Share = Annotated[
    float,
    BeforeValidator(units.parse_share),
    PlainSerializer(units.exact_share, return_type=str),
    _schema(units.SHARE),
]
"""A ratio from 0 to 1, written like `30%`."""


def _single(found: Any) -> Any:
    if found is None or isinstance(found, (dict, list)):
        raise ValueError("a single value was expected: a text, a number, true or false")
    return found


Scalar = Annotated[Any, AfterValidator(_single), WithJsonSchema({"type": ["string", "number", "boolean"]})]
"""The value of a var: text, number or boolean."""
