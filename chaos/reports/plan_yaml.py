"""The plan of an experiment as YAML: what was run, with every default written out."""

from __future__ import annotations

from typing import Any, Final

import yaml
from pydantic import TypeAdapter

from chaos.experiment.plan import Plan
from chaos.faults import FAULTS

_PLAN: Final[TypeAdapter[Plan]] = TypeAdapter(Plan)
_DUMPER: Final[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def as_yaml(plan: Plan) -> str:
    """In the order of the files. What is empty is left out."""
    known = _without_empty(_PLAN.dump_python(plan, mode="json", by_alias=True))
    return yaml.dump(known, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=110)


def _without_empty(found: Any) -> Any:
    """A fault without settings (`down: {}`) stays: its entry would be another without it."""
    if isinstance(found, dict):
        kept = {key: _without_empty(value) for key, value in found.items() if value is not None}
        return {key: value for key, value in kept.items() if value not in ([], "", {}) or key in FAULTS}
    if isinstance(found, list):
        return [_without_empty(value) for value in found]
    return found
