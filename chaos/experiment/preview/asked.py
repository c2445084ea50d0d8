"""Whom the probes of an experiment would ask, how often, and what they would run on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from chaos.experiment.plan import Plan
from chaos.experiment.probe import Probe
from chaos.units import format_duration

ASKED: Final[Mapping[str, Callable[[Probe], str]]] = {
    "get": lambda probe: f"GET {probe.get}",
    "command": lambda probe: f"runs on this machine: {probe.command}",
    "prometheus": lambda probe: f"asks the Prometheus {probe.prometheus}: {probe.query}",
    "python": lambda probe: f"runs on this machine: the Python function {probe.python}",
}
"""By the kind of probe."""


def probes_of(plan: Plan) -> Iterator[tuple[str, str]]:
    """Those that claims and safeguards are of, and the app's status page where a claim of `detect` is made."""
    status = plan.system.detect.status
    if status is not None and plan.detect:
        yield "status page", _asked(status.probe())
    for name in plan.asked:
        yield name, _asked(plan.system.probes[name])


def _asked(probe: Probe) -> str:
    return f"{ASKED[probe.kind](probe)}, every {format_duration(probe.every)}"
