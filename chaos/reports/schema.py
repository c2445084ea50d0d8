"""The JSON Schema of `results.json`, made from what is written into it."""

from __future__ import annotations

import json
from typing import Any, Final

from pydantic import TypeAdapter

from chaos.reports.results import FORMAT, NOT_IN_RESULTS
from chaos.verdict.repeats import Repeats
from chaos.verdict.verdict import Verdict

_ADDED: Final[dict[str, dict[str, Any]]] = {
    "conclusive": {"type": "boolean", "description": "whether it passed or failed"},
    "allowed": {
        "type": ["string", "null"],
        "description": "why this inconclusive verdict does not stop a pipeline; null: it does, or it is conclusive",
    },
    "next_step": {"type": "string", "description": "what to do now, in a sentence"},
}


def results_schema() -> dict[str, Any]:
    """Keys may be added in the same format; those that are here keep their meaning, so others must be let in."""
    verdict = TypeAdapter(Verdict).json_schema(mode="serialization")
    definitions: dict[str, Any] = verdict.pop("$defs")
    for name in NOT_IN_RESULTS:
        del verdict["properties"][name]
    verdict["properties"] |= _ADDED
    verdict["required"] = [*verdict["properties"]]
    repeats = TypeAdapter(Repeats).json_schema(mode="serialization")
    definitions |= repeats.pop("$defs")
    del repeats["properties"]["worst"]
    repeats["required"] = [*repeats["properties"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Results of a run of Gatecrash",
        "type": "object",
        "properties": {
            "format": {"const": FORMAT, "description": "raised when a key changes its meaning or goes away"},
            "run": {"type": "string", "description": "the run's id"},
            "exit_code": {"type": "integer", "description": "what the command ends with"},
            "skipped": {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "description": "experiments that were left out, each with the reason",
            },
            "repeats": {
                "type": "array",
                "items": {"$ref": "#/$defs/Repeats"},
                "description": "of experiments that were run several times on purpose: how often each verdict came",
            },
            "experiments": {"type": "array", "items": {"$ref": "#/$defs/Verdict"}},
        },
        "required": ["format", "run", "exit_code", "skipped", "repeats", "experiments"],
        "$defs": {**_reachable([verdict, repeats], definitions), "Verdict": verdict, "Repeats": repeats},
    }


def results_schema_text() -> str:
    """As it is published."""
    return json.dumps(results_schema(), indent=2) + "\n"


def _reachable(start: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """The definitions that are referred to from there: those of what is left out are not needed."""
    found: dict[str, Any] = {}
    waiting = [start]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            name = str(each.get("$ref", "")).rpartition("/")[2]
            if name in definitions and name not in found:
                found[name] = definitions[name]
                waiting.append(definitions[name])
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
    return dict(sorted(found.items()))
