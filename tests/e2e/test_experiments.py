"""Every shipped experiment passes on the resilient app and fails on each variant that it says it catches."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
EXPERIMENTS = sorted((REPOSITORY / "experiments").glob("*.yaml"))
CATCHES = {path.stem: yaml.safe_load(path.read_text())["catches"] for path in EXPERIMENTS}
VARIANTS = sorted({variant for each in CATCHES.values() for variant in each})

pytestmark = pytest.mark.system


def run(folder: Path, *arguments: str) -> Any:
    """All experiments at once, as a user would: by the command, with reports."""
    env = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "CI": "true"}
    command = [
        sys.executable,
        "-m",
        "chaos",
        "run",
        str(REPOSITORY / "experiments"),
        "--report",
        str(folder),
        "--retry-inconclusive",
        "3",  # on a machine that is busy with something else, nothing can be concluded: that is not the app's fault
        *arguments,
    ]
    done = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=60 * len(EXPERIMENTS) + 300
    )
    results = json.loads((folder / "results.json").read_text())
    assert done.returncode == results["exit_code"], done.stderr
    return {experiment["id"]: experiment for experiment in results["experiments"]}, done.stdout


@pytest.fixture(scope="module")
def resilient(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return run(tmp_path_factory.mktemp("resilient"))


@pytest.fixture(scope="module", params=VARIANTS)
def variant(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return request.param, *run(tmp_path_factory.mktemp(request.param), "--variant", request.param)


@pytest.mark.parametrize("name", CATCHES)
def test_the_resilient_app_passes(resilient: Any, name: str) -> None:
    results, output = resilient
    assert results[name]["verdict"] == "passed", output
    assert all(proof["acted"] for proof in results[name]["proofs"])


@pytest.mark.parametrize("name", CATCHES)
def test_an_experiment_fails_on_the_variants_that_it_catches(variant: Any, name: str) -> None:
    word, results, output = variant
    if word in CATCHES[name]:
        assert results[name]["verdict"] == "failed", output


def test_an_experiment_that_catches_nothing_says_why() -> None:
    silent = [path.stem for path in EXPERIMENTS if not CATCHES[path.stem]]
    reasons = {
        name: yaml.safe_load((REPOSITORY / "experiments" / f"{name}.yaml").read_text())["why"] for name in silent
    }
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


def test_the_documented_kill_matrix_is_true_for_a_fast_subset(tmp_path: Path) -> None:
    env = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "CI": "true"}
    most_caught = max(VARIANTS, key=lambda variant: sum(variant in catches for catches in CATCHES.values()))
    files = [str(file) for file in EXPERIMENTS if most_caught in CATCHES[file.stem]][:2]
    command = [sys.executable, "-m", "chaos", "prove", *files, "--variant", most_caught, "--json"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=400)
    assert done.returncode in {0, 4}, done.stdout + done.stderr  # 4: this machine was too busy to tell
    page = documented()
    cells = [cell for cell in json.loads(done.stdout)["cells"] if cell["state"] in MARKS]
    for cell in cells:
        column = "muted" if cell["muted"] else cell["variant"]
        assert page[cell["experiment"], column] == MARKS[cell["state"]], cell
    assert done.returncode == 4 or len(cells) >= 2


def test_the_demo_shows_fragile_failing_and_resilient_passing(tmp_path: Path) -> None:
    env = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "CI": "true", "COLUMNS": "140"}
    done = subprocess.run(
        [sys.executable, "-m", "chaos", "demo"], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("✘ failed") >= 3
    assert done.stdout.count("✔ passed") >= 3
    assert "users saw" in done.stdout


@pytest.mark.nightly
@pytest.mark.parametrize("word", [None, *VARIANTS])
def test_a_real_toxiproxy_gives_the_same_verdicts(word: str | None, tmp_path: Path) -> None:
    """It is found as `toxiproxy-server` on PATH, or at TOXIPROXY_SERVER."""
    arguments = ["--backend", "toxiproxy", *(["--variant", word] if word else [])]
    results, output = run(tmp_path, *arguments)
    wanted = {name: "failed" if word in catches else "passed" for name, catches in CATCHES.items()}
    assert {name: results[name]["verdict"] for name in wanted if word is None or word in CATCHES[name]} == {
        name: verdict for name, verdict in wanted.items() if word is None or word in CATCHES[name]
    }, output
