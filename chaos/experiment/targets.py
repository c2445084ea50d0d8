"""A fault for several services at once, chosen by pattern or label: each chosen one becomes a fault of its own.

They are chosen when the plan is made, with its seed, so that a dry run shows exactly whom it will hit.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator

from chaos.experiment.loader import Document
from chaos.experiment.problems import Problem
from chaos.experiment.system import System
from chaos.fields import Share, Strict

if TYPE_CHECKING:
    from chaos.experiment.experiment import Experiment, FaultEntry

Spread = Sequence[tuple[int, "FaultEntry"]]
"""Faults, each with the index of the entry that it comes from."""


class Targets(Strict):
    """Of the services that are started here, or that run in the compose project that the system is attached to; never
    of those behind a `url`."""

    name: str | None = Field(None, min_length=1, description="a pattern for their names, such as `web-*`")
    label: Mapping[str, str] = Field(default_factory=dict, description="what must stand in their `labels`")
    share: Literal["one"] | Share = Field(1.0, description="of those that match: `one`, or `50%`, rounded up")

    @model_validator(mode="after")
    def _says_whom(self) -> Self:
        if self.name is None and not self.label:
            raise ValueError('say which services: name (like "web-*"), or label')
        if self.share == 0:
            raise ValueError("a share of none of them is no fault")
        return self

    def matching(self, system: System) -> tuple[str, ...]:
        """Their names, sorted."""
        return tuple(
            sorted(
                name
                for name, service in system.services.items()
                if service.url is None
                and fnmatchcase(name, self.name or "*")
                and self.label.items() <= service.labels.items()
            )
        )

    def chosen(self, system: System, rng: random.Random) -> tuple[str, ...]:
        matching = self.matching(system)
        count = 1 if self.share == "one" else math.ceil(self.share * len(matching) - 1e-9)
        return tuple(sorted(rng.sample(matching, min(count, len(matching)))))


def spread(experiment: Experiment, system: System, seed: int) -> Spread:
    """The faults of the experiment, one for each service that it happens to."""
    return tuple(
        (index, each)
        for index, entry in enumerate(experiment.faults)
        for each in _spread_one(entry, system, random.Random(f"{seed}/{index}/targets"))
    )


def target_problems(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """A pattern that matches nothing is a mistake, never a fault that hits nobody."""
    for index, entry in enumerate(experiment.faults):
        if entry.services is not None and not entry.services.matching(system):
            able = sorted(name for name, service in system.services.items() if service.url is None)
            message = (
                f"this matches no service that can be broken (no `url` can); there are: {', '.join(able) or 'none'}"
            )
            yield document.problem(("faults", index, "services"), message)


def _spread_one(entry: FaultEntry, system: System, rng: random.Random) -> Iterator[FaultEntry]:
    if entry.services is None:
        yield entry
        return
    for name in entry.services.chosen(system, rng):
        title = {} if entry.name is None else {"name": f"{entry.name} on {name}"}
        yield entry.model_copy(update={"service": name, "services": None, **title})
