"""Every shipped experiment passes on the resilient app and fails on each variant that it says it catches."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "experiments"
CATCHES = {path.stem: yaml.safe_load(path.read_text())["catches"] for path in sorted(FOLDER.glob("*.yaml"))}
VARIANTS = sorted({variant for each in CATCHES.values() for variant in each})
FAST = (
    "02_age_service_hangs",
    "04_media_down",
    "09_age_service_errors",
    "17_acknowledgement_lost",
    "19_feed_empty",
    "24_newcomers_wait",
    "28_surge",
    "30_region_loses_its_age_service",
    "34_notice_comes_and_goes",
)
"""One of each kind; `make nightly` takes them all."""
FAST_VARIANTS = ("fragile", "stack_trace", "silent_empty", "stores_twice", "lost_acknowledgement", "notice_stays")

TWO_AT_ONCE = ("--jobs", "2")
"""They wait most of their time. What the machine was too busy for is run again by itself, alone."""

pytestmark = pytest.mark.system


def command(folder: Path, *arguments: str, patience_s: float) -> Any:
    env = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "CI": "true", "COLUMNS": "140"}
    words = [sys.executable, "-m", "chaos", *arguments]
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=patience_s)


def files(names: Iterable[str]) -> list[str]:
    return [str(FOLDER / f"{name}.yaml") for name in names]


def run(folder: Path, names: Collection[str], *arguments: str) -> Any:
    """As a user would: by the command, with reports."""
    # On a machine that is busy with something else nothing can be concluded: that is not the app's fault.
    told = ["run", *files(names), "--report", str(folder), "--retry-inconclusive", "3", *arguments]
    done = command(folder, *told, patience_s=60 * len(names) + 300)
    results = json.loads((folder / "results.json").read_text())
    assert done.returncode == results["exit_code"], done.stderr
    return {experiment["id"]: experiment for experiment in results["experiments"]}, done.stdout


def prove(folder: Path, *arguments: str, patience_s: float) -> Any:
    """The matrix. Of a cell of which nothing can be said on this machine, nothing is."""
    done = command(folder, "prove", "--json", *arguments, patience_s=patience_s)
    assert done.returncode in {0, 4}, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def resilient(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return run(tmp_path_factory.mktemp("resilient"), FAST, *TWO_AT_ONCE)


@pytest.fixture(scope="module")
def all_resilient(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return run(tmp_path_factory.mktemp("resilient"), CATCHES)


@pytest.mark.parametrize("name", FAST)
def test_the_resilient_app_passes(resilient: Any, name: str) -> None:
    passes(*resilient, name)


@pytest.mark.nightly
@pytest.mark.parametrize("name", CATCHES)
def test_the_resilient_app_passes_each_experiment(all_resilient: Any, name: str) -> None:
    passes(*all_resilient, name)


def passes(results: Any, output: str, name: str) -> None:
    assert results[name]["verdict"] == "passed", output
    assert all(proof["acted"] for proof in results[name]["proofs"])


def test_claims_hold_as_the_documented_kill_matrix_says(tmp_path: Path) -> None:
    variants = [word for variant in FAST_VARIANTS for word in ("--variant", variant)]
    matrix = prove(tmp_path, *files(FAST), *variants, *TWO_AT_ONCE, patience_s=900)
    page = documented()
    told = [cell for cell in matrix["cells"] if cell["state"] in MARKS]
    for cell in told:
        column = "muted" if cell["muted"] else cell["variant"]
        assert page[cell["experiment"], column] == MARKS[cell["state"]], cell
    assert {cell["variant"] for cell in told if not cell["muted"]} == set(FAST_VARIANTS)
    assert len(told) >= 0.75 * len(matrix["cells"])


@pytest.mark.nightly
def test_every_claim_holds(tmp_path: Path) -> None:
    prove(tmp_path, str(FOLDER), patience_s=3600)


def test_an_experiment_that_catches_nothing_says_why() -> None:
    silent = [name for name, catches in CATCHES.items() if not catches]
    reasons = {name: yaml.safe_load((FOLDER / f"{name}.yaml").read_text())["why"] for name in silent}
    assert all("catches no variant" in " ".join(why.split()) for why in reasons.values()), reasons


MARKS = {"killed": "✘", "survived": "○", "held": "✔"}


def documented() -> dict[tuple[str, str], str]:
    """What docs/kill-matrix.md says of each experiment in each of its columns."""
    found = {}
    head: list[str] = []
    for line in (REPOSITORY / "docs" / "kill-matrix.md").read_text().splitlines():
        fields = [field.strip() for field in line.split("|")[1:-1]]
        if line.startswith("| experiment "):
            head = fields
        elif head and len(fields) == len(head) and not fields[0].startswith("-"):
            found.update({(fields[0], column): mark for column, mark in zip(head[1:], fields[1:], strict=True)})
        elif not line:
            head = []
    return found


def test_the_documented_kill_matrix_is_the_one_that_the_experiments_claim() -> None:
    """Made by `gatecrash prove --markdown docs/kill-matrix.md`."""
    page = documented()
    assert {name for name, _ in page} == CATCHES.keys()
    for name, catches in CATCHES.items():
        killed = {column for (row, column), mark in page.items() if row == name and mark == MARKS["killed"]}
        assert killed >= set(catches), name
        assert page[name, "muted"] == MARKS["held"], name
    assert "What is wrong" not in (REPOSITORY / "docs" / "kill-matrix.md").read_text()


def test_the_demo_shows_fragile_failing_and_resilient_passing(tmp_path: Path) -> None:
    done = command(tmp_path, "demo", patience_s=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("✘ failed") >= 3
    assert done.stdout.count("✔ passed") >= 3
    assert "users saw" in done.stdout


@pytest.mark.nightly
@pytest.mark.parametrize("word", [None, "fragile"])
def test_a_real_toxiproxy_gives_the_same_verdicts(word: str | None, tmp_path: Path) -> None:
    """It is found as `toxiproxy-server` on PATH, or at TOXIPROXY_SERVER. Faults that it does not have are left out."""
    names = [name for name in CATCHES if word is None or word in CATCHES[name]]
    variant = ["--variant", word] if word else []
    results, output = run(tmp_path, names, "--backend", "toxiproxy", "--skip-unsupported", *variant)
    assert len(results) >= 10
    wanted = "failed" if word else "passed"
    assert {name: result["verdict"] for name, result in results.items()} == dict.fromkeys(results, wanted), output
