"""A place where faults happen: a link, a service or a journey, by its name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chaos.api.fault import Fault
from chaos.api.thread import LoopThread
from chaos.errors import InvalidFile, InvalidOption
from chaos.experiment.experiment import FaultEntry
from chaos.experiment.loader import parse
from chaos.experiment.problems import Problem
from chaos.experiment.validation import validate
from chaos.faults.fault import Place as Kind
from chaos.live.system import LiveSystem


class Place:
    """`fault("latency", {"delay": "300ms"})` is what `latency("300ms")` calls."""

    def __init__(self, thread: LoopThread, live: LiveSystem, kind: Kind, name: str) -> None:
        self._thread = thread
        self._live = live
        self._kind = kind
        self.name = name

    def fault(
        self, kind: str, attributes: Mapping[str, Any] | None = None, *, proven: bool = True, **keys: Any
    ) -> Fault:
        """A fault by its name in `FAULTS`, its attributes and the other keys of its entry as YAML has them. Raises
        `InvalidOption` with all that is wrong.
        """
        called = f"{self._kind}({self.name!r}).{kind}"
        entry = _entry({self._kind: self.name, kind: dict(attributes or {}), **keys}, called)
        return Fault(self._thread, self._live, entry, proven=proven)


def _entry(root: Mapping[str, Any], called: str) -> FaultEntry:
    try:
        document = parse(json.dumps(root), Path(called))
        entry, problems = validate(document, FaultEntry)
    except (InvalidFile, TypeError) as error:
        raise InvalidOption(f"{called}: {error}") from None
    if entry is None or problems:
        raise InvalidOption("\n".join(_said(called, problem) for problem in problems))
    return entry


def _said(called: str, problem: Problem) -> str:
    """A call has no lines."""
    return ": ".join(part for part in (called, problem.where, problem.message) if part)
