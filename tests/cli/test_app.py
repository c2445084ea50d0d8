"""The command from outside: typos, exit codes, and what it says about them."""

from __future__ import annotations

import importlib
import inspect
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import chaos
from chaos.cli import app, runs

TYPOS = {
    "a subcommand": (["rnu"], "No such command 'rnu'. Did you mean 'run'?"),
    "an option": (["run", "--jsn"], "No such option: --jsn"),
    "an option of no command": (["--verbose"], "No such option: --verbose"),
    "one argument too many": (["runs", "x"], "Got unexpected extra argument"),
    "a format": (["report", "--format", "xml"], "'xml' is not one of"),
    "a kind of schema": (["schema", "sytem"], "'sytem' is not one of"),
    "fewer than no retries": (["run", "--retry-inconclusive", "-1"], "Invalid value for '--retry-inconclusive'"),
    "a seed": (["run", "--seed", "x"], "Invalid value for '--seed'"),
    "a backend": (["run", "--backend", "toxiproxi"], "there is no backend 'toxiproxi'; did you mean toxiproxy?"),
    "a set without =": (["run", "--set", "mode"], "--set: 'mode' is not NAME=VALUE"),
    "a set without a name": (["run", "--set", "=x"], "--set: '=x' is not NAME=VALUE"),
    "a set of YAML that is none": (
        ["run", "--set", "mode=[a"],
        """--set: '[a' is not a YAML value; quote it, like --set 'mode="[a"'""",
    ),
    "a set of what is no var": (["validate", "--set", "mood=x"], "mood"),
    "a variant": (["run", "--variant", "fragil"], "fragil"),
    "a path": (["run", "nowhere"], "nowhere"),
    "a filter that nothing passes": (
        ["run", "-k", "nothing"],
        "none of the 1 experiments matches; their tags are: edge",
    ),
    "a tag": (["run", "--tag", "egde"], "none of the 1 experiments matches; their tags are: edge"),
    "an allowed experiment": (
        ["run", "--allow-inconclusive", "edge_hang"],
        "--allow-inconclusive: there is no experiment 'edge_hang' in this run",
    ),
    "a run": (["report", "2021"], "there are no runs below .gatecrash/runs; `gatecrash run` makes one"),
}


@pytest.mark.parametrize("case", TYPOS)
def test_a_typo_touches_nothing_and_is_told(gatecrash: Any, folder: Path, case: str) -> None:
    arguments, said = TYPOS[case]
    done = gatecrash(*arguments, env={"TERM": "dumb"})
    assert done.returncode == 2, done.stdout + done.stderr
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not (folder / ".gatecrash").exists()


def test_the_version_is_told_by_the_first_option(gatecrash: Any) -> None:
    done = gatecrash("--version")
    assert (done.returncode, done.stdout) == (0, f"gatecrash {chaos.__version__}\n")


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in (*app.COMMANDS, "proxy"))])
def test_every_command_has_help(gatecrash: Any, arguments: list[str]) -> None:
    done = gatecrash(*arguments)
    assert done.returncode == 0, done.stderr
    assert "sage" in done.stdout + done.stderr


HEAVY = {"aiohttp", "asyncio", "yaml", "chaos.run", "chaos.verdict", "chaos.experiment"}
COMPLETING = {"_GATECRASH_COMPLETE": "complete_bash", "COMP_WORDS": "gatecrash r", "COMP_CWORD": "1"}
LIGHT: dict[str, tuple[dict[str, str], list[str]]] = {
    "the help": ({}, ["--help"]),
    "a typo": ({}, ["rnu"]),
    "completing a command": (COMPLETING, []),
}
PROGRAM = """
import sys
from chaos.cli.app import run_command
run_command(sys.argv[1:])
print("loaded:", *sys.modules)
"""


@pytest.mark.parametrize("case", LIGHT)
def test_what_names_the_commands_imports_none_of_them(folder: Path, case: str) -> None:
    env, arguments = LIGHT[case]
    command = [sys.executable, "-c", PROGRAM, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, **env})
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.partition("loaded: ")[2].split())
    assert "typer" in loaded
    assert loaded & (HEAVY | {f"chaos.cli.{name}" for name in app.COMMANDS}) == set()


def test_the_help_says_of_every_command_what_it_says_of_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    assert app.run_command(["--help"]) == 0
    said = capsys.readouterr().out
    for name in app.COMMANDS:
        command = getattr(importlib.import_module(f"chaos.cli.{name}"), name)
        assert app.summary(name) == inspect.getdoc(command)
        assert f" {name} " in said
        assert app.summary(name).splitlines()[0].split("`")[0] in said


def test_the_command_is_found_behind_options() -> None:
    assert app.named_command(["--no", "runs", "x"], {}) == "runs"
    assert app.named_command(["x", "runs"], {}) is None
    assert app.named_command([], {}) is None
    assert app.named_command(["runs"], {"COMP_WORDS": "gatecrash run"}) == "runs"


def test_without_a_command_the_help_is_shown(gatecrash: Any) -> None:
    done = gatecrash()
    assert done.returncode == 2
    assert "gatecrash" in done.stdout + done.stderr


def test_a_bug_keeps_its_traceback_and_ends_with_70(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> tuple[()]:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(runs, "list_runs", broken)
    assert app.run_command(["runs"]) == 70
    said = capsys.readouterr().err
    assert "ZeroDivisionError: by zero" in said
    assert "This is a bug in Gatecrash" in said


def test_ctrl_c_ends_with_130(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> tuple[()]:
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "list_runs", interrupted)
    assert app.run_command(["runs"]) == 130


@pytest.mark.parametrize("level", ["trace", "5", "", "debug", "WARN"])
def test_a_log_level_that_is_meant_for_the_app_is_no_obstacle(gatecrash: Any, level: str) -> None:
    done = gatecrash("runs", env={"LOG_LEVEL": level})
    assert (done.returncode, done.stdout) == (0, "no runs yet; `gatecrash run` makes one\n")


def test_characters_that_the_output_cannot_hold_are_replaced(gatecrash: Any) -> None:
    assert gatecrash("run", env={"PYTHONIOENCODING": "ascii"}).returncode == 3
    done = gatecrash("report", env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 3
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["faults"], ["schema"], ["run"], ["prove"]])
def test_a_reader_that_has_gone_is_no_failed_experiment(folder: Path, arguments: list[str]) -> None:
    """As in `gatecrash run | head -1`, under `set -o pipefail`."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [sys.executable, "-m", "chaos", *arguments],
        stdout=write_end,
        stderr=subprocess.PIPE,
        env={**os.environ, "CI": "true"},
        text=True,
        timeout=60,
    )
    os.close(write_end)
    assert done.returncode == 128 + signal.SIGPIPE, done.stderr
    assert "Traceback" not in done.stderr
