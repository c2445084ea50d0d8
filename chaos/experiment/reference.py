"""The reference page of the two files, made from their models: every key with its type, default and meaning."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from chaos import units
from chaos.experiment.experiment import Experiment
from chaos.experiment.placeholders import MATRIX, VAR
from chaos.experiment.system import System

_WRITTEN: Final[Mapping[str, Callable[[float], str]]] = {
    units.DURATION.example: units.format_duration,
    units.SIZE.example: units.format_size,
    units.SHARE.example: units.format_share,
}
"""A schema says by its example which kind of quantity it is."""

HEAD = """# The files

Made from the models that files are checked by; a test keeps it true. Durations, sizes, rates and shares are always
written with their unit. In a system file, `{vars.x}` is replaced before the file is read; `{links.x}`,
`{services.x}`, `{port}`, `{workdir}`, `{python}` and `{env.X}` are replaced in commands and environment values when a
service is started.
"""


_PUT_IN: Final[Mapping[type[BaseModel], re.Pattern[str]]] = {System: VAR, Experiment: MATRIX}
"""What stands for a value in such a file, and is replaced before the file is held against its model."""
_BROUGHT_BY: Final[Mapping[str, Sequence[str]]] = {"services": ("include", "compose")}
"""Keys that may stand in place of a required one, because they bring it from another file; for others, `include`."""


def json_schema(model: type[BaseModel]) -> str:
    """The JSON Schema of a file as it is written, for editors."""
    schema = _with_placeholders(model.model_json_schema(by_alias=True), f"^{_PUT_IN[model].pattern}$")
    needed = [[name, *_BROUGHT_BY.get(name, ("include",))] for name in schema.pop("required")]
    schema["allOf"] = [{"anyOf": [{"required": [name]} for name in names]} for names in needed]
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=2) + "\n"


def _with_placeholders(schema: dict[str, Any], pattern: str) -> dict[str, Any]:
    """A text that is a placeholder is accepted wherever a single value is; other texts are where they were before."""
    opened = {key: _opened(key, value, pattern) for key, value in schema.items()}
    kinds = opened.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if "enum" in opened or "const" in opened:
        choice = {key: opened.pop(key) for key in ("enum", "const", "type") if key in opened}
        return {**opened, "anyOf": [choice, {"type": "string", "pattern": pattern}]}
    if "string" not in kinds and {"integer", "number", "boolean"}.intersection(kinds):
        return {**opened, "type": [*kinds, "string"], "pattern": pattern}
    return opened


def _opened(key: str, value: Any, pattern: str) -> Any:
    """What stands under a key of a schema, with the schemas in it opened."""
    if key in {"properties", "$defs"}:
        return {name: _with_placeholders(each, pattern) for name, each in value.items()}
    if key == "anyOf":
        return [_with_placeholders(each, pattern) for each in value]
    if key in {"items", "additionalProperties"} and isinstance(value, dict):
        return _with_placeholders(value, pattern)
    return value


def as_markdown() -> str:
    """Both files, each model once, in the order in which a reader meets them."""
    sections = [HEAD]
    for title, model in (("The system file", System), ("The experiment file", Experiment)):
        schema = model.model_json_schema(by_alias=True)
        sections.append(f"## {title}\n")
        sections.append(_section(schema))
        sections.extend(_definitions(schema))
    return "\n".join(sections)


def _definitions(schema: dict[str, Any]) -> Iterator[str]:
    found: dict[str, dict[str, Any]] = schema.get("$defs", {})
    for name in _in_reading_order(schema, found):
        yield f"### {name}\n"
        yield _section(found[name])


def _section(schema: dict[str, Any]) -> str:
    text = " ".join(schema.get("description", "").split())
    return "\n".join([*([f"{text}\n"] if text else []), keys_of(schema) if schema.get("properties") else ""])


def keys_of(schema: dict[str, Any]) -> str:
    """The table of a model's keys; models in it are links to sections of their names."""
    required = set(schema.get("required", ()))
    lines = ["| key | type | default | meaning |", "| --- | --- | --- | --- |"]
    lines += [_row(key, each, key in required) for key, each in schema["properties"].items()]
    return "\n".join(lines) + "\n"


def _row(key: str, schema: dict[str, Any], required: bool) -> str:
    default = "**required**" if required else _default(schema)
    return f"| `{key}` | {_type(schema)} | {default} | {_meaning(schema)} |"


def _default(schema: dict[str, Any]) -> str:
    """As one would write it in the file."""
    value = schema.get("default", PydanticUndefined)
    if value is PydanticUndefined or value is None or value in ("", [], {}):
        return ""
    example = schema.get("examples", [""])[0]
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{_WRITTEN[example](value) if example in _WRITTEN else value}`"


def _meaning(schema: dict[str, Any]) -> str:
    texts = [schema.get("description", ""), *(each.get("description", "") for each in schema.get("anyOf", ()))]
    return next((" ".join(text.split()).replace("|", "\\|") for text in texts if text), "")


def _type(schema: dict[str, Any]) -> str:
    """In words; a model is a link to its own table."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    for word in ("anyOf", "allOf", "oneOf"):
        if word in schema:
            return " or ".join(_type(each) for each in schema[word] if each.get("type") != "null")
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("examples"):
        return f"like `{schema['examples'][0]}`"
    kind = schema.get("type")
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"name: {_type(schema['additionalProperties'])}"
    return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(str(kind), "any value")


def _in_reading_order(schema: dict[str, Any], definitions: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Depth first along the references, each definition once."""
    seen: set[str] = set()
    waiting = list(_references(schema.get("properties", {})))
    while waiting:
        name = waiting.pop(0)
        if name not in seen:
            seen.add(name)
            yield name
            waiting = [*_references(definitions[name]), *waiting]


def _references(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        if isinstance(found.get("$ref"), str):
            yield found["$ref"].rpartition("/")[2]
        for value in found.values():
            yield from _references(value)
    elif isinstance(found, list):
        for value in found:
            yield from _references(value)
