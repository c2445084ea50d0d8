"""The GitHub action: its steps are carried out as a runner would, with inputs that mean harm as well."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

UPLOAD, PYTHON = "actions/upload-artifact@v4", "actions/setup-python@v5"
SYSTEM = """
name: tiny
services: {web: {command: "{python} -c pass"}}
links: {edge: {to: web}}
journeys: {open: {rate: 20/s, timeout: 1s, steps: [{get: "edge:/"}]}}
"""
EXPERIMENT = """
name: The edge hangs
system: system.yaml
steady_state: {open: {served: ">= 99%"}}
faults: [{link: edge, hang: {}, for: 2s}]
during: {open: {broken: 0%}}
"""


def test_the_real_command_ends_the_step_and_everything_is_reported(act: Any, real_path: str, checkout: Path) -> None:
    (checkout / "checks").mkdir()
    (checkout / "checks" / "system.yaml").write_text(SYSTEM)
    (checkout / "checks" / "edge_hangs.yaml").write_text(EXPERIMENT)
    done = act(real_path, paths="checks")
    assert done.code == 3, done.said
    assert done.outputs == {"exit-code": "3", "report": "./gatecrash-report"}
    assert "::error file=checks/edge_hangs.yaml,line=2," in done.said
    assert "## The experiment ended in an error" in done.summary
    assert json.loads((checkout / "gatecrash-report" / "results.json").read_text())["exit_code"] == 3
    assert done.used[UPLOAD]["path"] == "./gatecrash-report"


def test_what_is_invalid_is_said_in_the_summary_as_well(act: Any, real_path: str) -> None:
    done = act(real_path, paths="nowhere")
    assert (done.code, done.outputs["exit-code"]) == (2, "2")
    assert "Gatecrash ended with 2 before there was anything to report" in done.summary


def test_every_input_reaches_the_command(act: Any, stand_in: Any, checkout: Path) -> None:
    (checkout / "app").mkdir()
    (checkout / "app" / "earlier").mkdir()
    done = act(
        paths="a.yaml 'b c.yaml'",
        variant="fragile",
        against="earlier",
        args='--jobs auto --set "text=x y"',
        report_dir="out",
        working_directory="app",
        artifact="mine",
        python_version="3.13",
    )
    assert done.code == 0, done.said
    asked = ["--report", "out", "--annotations", "github", "--variant", "fragile", "--against", "earlier"]
    asked += ["--jobs", "auto", "--set", "text=x y", "--", "a.yaml", "b c.yaml"]
    assert stand_in[1]() == ["run", *asked]
    assert done.used[PYTHON] == {"python-version": "3.13"}
    assert (done.used[UPLOAD]["name"], done.used[UPLOAD]["path"]) == ("mine", "app/out")
    assert done.summary == "## the summary"


def test_without_inputs_nothing_is_asked_for(act: Any, stand_in: Any) -> None:
    done = act(artifact="")
    assert stand_in[1]() == ["run", "--report", "gatecrash-report", "--annotations", "github", "--"]
    assert done.used == {}


def test_a_first_run_has_nothing_to_be_compared_with(act: Any, stand_in: Any) -> None:
    done = act(against="earlier/results.json")
    assert "::notice title=Gatecrash comparison::there are no earlier results yet" in done.said
    assert "--against" not in stand_in[1]()


@pytest.mark.parametrize(
    "value", ["$(touch hurt)", "`touch hurt`", "; touch hurt", '"; touch hurt; "', "x\ntouch hurt"]
)
def test_no_input_is_ever_a_command(act: Any, stand_in: Any, checkout: Path, value: str) -> None:
    quoted = shlex.quote(value)
    report = value.replace("\n", " ")
    assert act(paths=quoted, args=quoted, variant=value, against=value, report_dir=report).code == 0
    assert stand_in[1]().count(value) >= 3, "it reached the command as it is"
    assert not (checkout / "hurt").exists()
    act(paths=value, args=value)
    assert not (checkout / "hurt").exists()


def test_a_folder_can_not_be_an_output_of_another_name(act: Any, stand_in: Any) -> None:
    done = act(report_dir="x\nexit-code=0")
    assert (done.code, done.outputs["exit-code"]) == (2, "")
    assert not (stand_in[0] / "calls.json").exists()


def test_words_that_do_not_end_are_an_error_and_no_run(act: Any, stand_in: Any) -> None:
    done = act(args="--set 'x")
    assert done.code != 0
    assert "No closing quotation" in done.said
    assert not (stand_in[0] / "calls.json").exists()


@pytest.mark.parametrize(("install", "wanted"), [("", "{action}"), ("gatecrash==1.2", "gatecrash==1.2")])
def test_what_is_installed_is_asked_of_pip(
    act: Any, repository: Path, stand_in: Any, install: str, wanted: str
) -> None:
    python = stand_in[0] / "python3"
    python.write_text(
        f'#!/bin/sh\n[ "$1" = -m ] && printf "%s\\n" "$@" > {stand_in[0]}/pip && exit\nexec {sys.executable} "$@"\n'
    )
    python.chmod(0o755)
    assert act(install=install).code == 0
    asked = (stand_in[0] / "pip").read_text().splitlines()
    assert asked[:3] == ["-m", "pip", "install"]
    assert asked[-1] == wanted.format(action=repository)
