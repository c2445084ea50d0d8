"""What a shell offers: commands, and names from the files at hand. A file that can't be read is no obstacle."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chaos.run.folders import new_run

LINES = {
    "commands": ("gatecrash run", ["run", "runs"]),
    "a command's options": ("gatecrash run --tox", ["--toxiproxy-url"]),
    "ids of experiments": (
        "gatecrash run -k ",
        ["edge_hangs", "many[a-100ms]", "many[a-300ms]", "many[b-100ms]", "many[b-300ms]", "other", "twice"],
    ),
    "ids that begin so": ("gatecrash run -k edge", ["edge_hangs"]),
    "no id that begins so": ("gatecrash run -k x", []),
    "ids below a path": ("gatecrash run experiments/edge_hangs.yaml -k ", ["edge_hangs"]),
    "ids below another path": ("gatecrash run elsewhere -k ", []),
    "ids of a matrix": ("gatecrash run -k many", ["many[a-100ms]", "many[a-300ms]", "many[b-100ms]", "many[b-300ms]"]),
    "ids of a matrix that begin so": ("gatecrash prove -k many[b-1", ["many[b-100ms]"]),
    "the id of a file whose matrix can't be read": ("gatecrash run -k twi", ["twice"]),
    "ids that may be inconclusive": ("gatecrash run --allow-inconclusive o", ["other"]),
    "rules": ("gatecrash rules G0", [f"G0{number}" for number in range(1, 10)]),
    "no rule that begins so": ("gatecrash rules X", []),
    "variants to prove on": ("gatecrash prove --variant b", ["bad"]),
    "tags of a folder that stands before": ("gatecrash prove elsewhere --tag ", []),
    "tags": ("gatecrash run --tag ", ["edge", "slow"]),
    "variants of the systems": ("gatecrash run --variant ", ["bad", "worse"]),
    "variants that begin so": ("gatecrash validate --variant w", ["worse"]),
    "backends": ("gatecrash run --backend ", ["embedded", "toxiproxy", "toxiproxy-container", "process", "docker"]),
    "backends that begin so": ("gatecrash prove --backend d", ["docker"]),
    "vars of the systems": ("gatecrash run --set ", ["many=", "mode="]),
    "vars that begin so": ("gatecrash validate --set mo", ["mode="]),
    "vars of a system file": ("gatecrash up experiments/system.yaml --set ", ["many=", "mode="]),
    "no var once its value begins": ("gatecrash run --set mode=", []),
    "folders to compare with": ("gatecrash run --against ex", ["experiments/"]),
    "files to compare with": ("gatecrash run --against old/", ["old/june/", "old/results.json"]),
    "hidden files to compare with": ("gatecrash report last --against old/.", ["old/.hidden.json"]),
    "nothing to compare with": ("gatecrash run --against nowhere/", []),
    "variants of a system file": ("gatecrash validate experiments/system.yaml --variant ", ["bad", "worse"]),
}


@pytest.fixture
def shell(gatecrash: Any, folder: Path) -> Any:
    system = folder / "experiments" / "system.yaml"
    vars_of_system = system.read_text().replace("{mode: good}", "{mode: good, many: 5}")
    system.write_text(vars_of_system + "variants: {bad: {mode: bad}, worse: {mode: worse}}\n")
    (folder / "experiments" / "other.yaml").write_text("faults: []")
    (folder / "experiments" / "many.yaml").write_text(
        "matrix: {mode: [a, b], delay: [100ms, 300ms]}\ntags: [slow]\nfaults: []"
    )
    (folder / "experiments" / "twice.yaml").write_text("matrix: {mode: [a, a]}\nfaults: []")
    (folder / "experiments" / "torn.yaml").write_text("faults: [")
    (folder / "elsewhere").mkdir()
    (folder / "old" / "june").mkdir(parents=True)
    for name in ("results.json", ".hidden.json", "notes.txt"):
        (folder / "old" / name).touch()

    def complete(line: str, shell: str = "bash") -> Any:
        words = line.split(" ")
        env = {"_GATECRASH_COMPLETE": f"complete_{shell}", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
        if shell != "bash":
            env = {"_GATECRASH_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": line}
        done = gatecrash(env=env)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return complete


@pytest.mark.parametrize("case", LINES)
def test_a_shell_is_offered(shell: Any, case: str) -> None:
    line, offered = LINES[case]
    assert shell(line).split() == offered


def test_runs_are_offered_newest_first(shell: Any, folder: Path) -> None:
    older, newer = new_run(["a"]), new_run(["a"])
    assert shell("gatecrash report ").split() == ["last", newer.id, older.id]


def test_runs_to_compare_with_are_offered_before_files(shell: Any, folder: Path) -> None:
    older, newer = new_run(["a"]), new_run(["a"])
    assert shell("gatecrash run --against ").split()[:3] == ["last", newer.id, older.id]
    assert shell(f"gatecrash report last --against {newer.id}").split() == [newer.id]


def test_other_shells_are_offered_the_same(shell: Any) -> None:
    assert '"edge_hangs"' in shell("gatecrash run -k ", "zsh")


@pytest.mark.parametrize("option", ["--show-completion", "--install-completion"])
def test_the_script_for_a_shell_can_be_had(folder: Path, tmp_path: Path, option: str) -> None:
    """The shell is the one that the command was started from."""
    command = shlex.join([sys.executable, "-m", "chaos", option])
    done = subprocess.run(
        ["bash", "-c", f"{command}; exit $?"],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    found = done.stdout + "".join(path.read_text() for path in tmp_path.rglob(".bash_completions/*"))
    assert "complete -o default -F _gatecrash_completion gatecrash" in found
