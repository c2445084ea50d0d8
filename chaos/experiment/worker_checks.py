"""Ports at which journeys wait for workers that others start."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.experiment.loader import Document
from chaos.experiment.problems import Problem
from chaos.experiment.system import System


def worker_problems(document: Document, system: System) -> Iterator[Problem]:
    """No two journeys of one system can wait at the same port."""
    waits: dict[int, str] = {}
    for name, journey in system.journeys.items():
        port = journey.traffic.port if journey.traffic is not None else None
        if port is None:
            continue
        if (first := waits.setdefault(port, name)) != name:
            message = f"the workers of {first} come to port {port} already; give each journey a port of its own"
            yield document.problem(("journeys", name, "traffic", "workers", "port"), message)
