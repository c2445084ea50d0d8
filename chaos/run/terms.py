"""What a run is held to: `gate.json` beside its journals, written before anything runs, to judge it by again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from chaos.compare.record import Results
from chaos.errors import EnvironmentFailed
from chaos.gate import terms as gate_terms
from chaos.gate.terms import Terms
from chaos.run.folders import RunFolder

FILE: Final = "gate.json"


@dataclass(frozen=True, slots=True)
class HeldTo:
    """`earlier`: what it is compared with."""

    terms: Terms = field(default_factory=Terms)
    earlier: tuple[Results, ...] = ()


def keep_terms(folder: RunFolder, held_to: HeldTo) -> None:
    """Raises `EnvironmentFailed` when it can't be written."""
    document = {
        "terms": gate_terms.as_json(held_to.terms),
        "earlier": [each.model_dump(mode="json") for each in held_to.earlier],
    }
    path = folder.path / FILE
    try:
        path.write_text(json.dumps(document) + "\n", encoding="utf-8")
    except OSError as error:
        raise EnvironmentFailed(f"{path}: {error.strerror}") from None


def read_terms(folder: RunFolder) -> HeldTo:
    """Of a run without the file, which `run` did not make, nothing is asked. Raises `EnvironmentFailed`."""
    path: Path = folder.path / FILE
    if not path.exists():
        return HeldTo()
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        earlier: Sequence[Results] = [Results.model_validate(each) for each in document["earlier"]]
        return HeldTo(gate_terms.from_json(document["terms"]), tuple(earlier))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EnvironmentFailed(f"{path} can't be read, so what the run was held to is not known: {error}") from None
