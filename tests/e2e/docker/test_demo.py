"""The demo app in containers: its Dockerfile and its compose file give the verdicts that local processes give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.system
EXPERIMENTS = Path(__file__).parents[3] / "experiments"


def run(gatecrash: Any, base: str, *arguments: str) -> dict[str, str]:
    """The verdicts."""
    gatecrash.env["BASE"] = base
    chosen = ("--backend", "docker", "--retry-inconclusive", "2")
    done = gatecrash("run", *chosen, *arguments, timeout=180)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    return {each["id"]: each["verdict"] for each in gatecrash.results()["experiments"]}


def test_the_resilient_demo_passes_in_containers_and_the_fragile_one_fails(in_containers: Any, base: str) -> None:
    file = str(EXPERIMENTS / "04_media_down.yaml")
    assert run(in_containers, base, file) == {"04_media_down": "passed"}
    assert run(in_containers, base, file, "--variant", "fragile") == {"04_media_down": "failed"}
