"""By what two runs know that they did the same thing: everything in a plan that a figure depends on."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from pydantic import TypeAdapter

from chaos.experiment.plan import Plan

_PLAN: Final = TypeAdapter(Plan)
_WHERE_AND_WHEN: Final = ("id", "file", "folder", "seed")
_WORDS: Final = ("name", "why", "tags", "catches", "system", "include", "matrix")


def plan_sha256(plan: Plan) -> str:
    """Neither where its files are nor what they call things matters; a default that another version has does."""
    known: dict[str, Any] = _PLAN.dump_python(plan, mode="json", by_alias=True)
    for key in _WHERE_AND_WHEN:
        del known[key]
    for key in _WORDS:
        known["experiment"].pop(key, None)
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()
