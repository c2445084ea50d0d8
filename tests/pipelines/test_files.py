"""The files that code hosts read are valid by their own schemas, and name what there is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from chaos.cli.app import COMMANDS

SCHEMAS = {
    "action.yml": "vendor.github-actions",
    ".github/workflows/ci.yml": "vendor.github-workflows",
    "ci/gitlab/gatecrash.gitlab-ci.yml": "vendor.gitlab-ci",
}


@pytest.mark.parametrize("file", SCHEMAS)
def test_a_file_is_valid_by_its_hosts_schema(repository: Path, file: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", SCHEMAS[file], str(repository / file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_workflows_are_well_by_actionlint(repository: Path) -> None:
    program = os.environ.get("ACTIONLINT") or shutil.which("actionlint")
    if program is None:
        pytest.skip("actionlint is not installed; `go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.7` does")
    files = [str(file) for file in (repository / ".github" / "workflows").glob("*.yml")]
    done = subprocess.run([program, "-no-color", *files], cwd=repository, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_workflow_stands_on_what_the_action_has(repository: Path) -> None:
    action = yaml.safe_load((repository / "action.yml").read_text())
    workflow = yaml.safe_load((repository / ".github" / "workflows" / "ci.yml").read_text())
    calls = [step for job in workflow["jobs"].values() for step in job["steps"] if step.get("uses") == "./"]
    assert [step["with"].get("variant") for step in calls] == [None, "fragile"]
    assert all(step["with"].keys() <= action["inputs"].keys() for step in calls)


def test_the_hook_calls_a_command_that_there_is(repository: Path) -> None:
    (hook,) = yaml.safe_load((repository / ".pre-commit-hooks.yaml").read_text())
    program, command = hook["entry"].split()
    assert (program, command in COMMANDS, hook["pass_filenames"]) == ("gatecrash", True, False)
    assert {"id", "name", "entry", "language"} <= hook.keys()


@pytest.fixture
def gitlab(repository: Path, checkout: Path, stand_in_path: str) -> Any:
    """Carries out the template's script as its runner does: variables are the environment."""
    job = yaml.safe_load((repository / "ci" / "gitlab" / "gatecrash.gitlab-ci.yml").read_text())[".gatecrash"]

    def run(**variables: str) -> subprocess.CompletedProcess[str]:
        env = {**job["variables"], "PATH": stand_in_path, "GATECRASH_INSTALL": "none", **variables}
        command = ["sh", "-e", "-c", "\n".join(job["script"])]
        return subprocess.run(command, cwd=checkout, env=env, capture_output=True, text=True, timeout=60)

    return run


def test_gitlabs_job_hands_its_variables_on(gitlab: Any, stand_in: Any, checkout: Path) -> None:
    (checkout / "kept").mkdir()
    gitlab(GATECRASH_PATHS="a 'b c'", GATECRASH_ARGS="--variant fragile", GATECRASH_AGAINST="kept")
    assert stand_in[1]() == (
        ["run", "--report", "gatecrash-report", "--against", "kept", "--variant", "fragile", "--", "a", "b c"]
    )
    gitlab(GATECRASH_AGAINST="nowhere")
    assert stand_in[1]() == ["run", "--report", "gatecrash-report", "--"]


def test_gitlabs_job_evaluates_none_of_them(gitlab: Any, checkout: Path) -> None:
    for name in ("GATECRASH_PATHS", "GATECRASH_ARGS", "GATECRASH_AGAINST", "GATECRASH_REPORT"):
        gitlab(**{name: "$(touch hurt) `touch hurt`; touch hurt"})
    assert not (checkout / "hurt").exists()
    assert gitlab(GATECRASH_ARGS="'x").returncode != 0


def test_gitlabs_artifacts_are_where_the_report_is_written(repository: Path) -> None:
    job = yaml.safe_load((repository / "ci" / "gitlab" / "gatecrash.gitlab-ci.yml").read_text())[".gatecrash"]
    folder = job["variables"]["GATECRASH_REPORT"]
    assert job["artifacts"]["paths"] == [f"{folder}/"]
    assert job["artifacts"]["reports"]["junit"] == f"{folder}/junit.xml"
