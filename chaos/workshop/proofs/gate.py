"""A pipeline's step: green on the learner's app, red on the app as it was that night."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from chaos.experiment.loader import load
from chaos.reports.words import printable
from chaos.undo.children import environment
from chaos.workshop.lessons.lesson import Gate, Lesson
from chaos.workshop.progress import Found
from chaos.workshop.proofs.prover import Place, staged

WITHIN_S: Final = 120.0
TRIES: Final = 3
INCONCLUSIVE: Final = 4
FAILED: Final = 1


class GateProver:
    """Implements `Prover`."""

    def run(self, lesson: Lesson, place: Place) -> int:
        code = 0
        for script in _scripts(_steps(_workflow(lesson))):
            place.console.print(printable(f"$ {script}"), markup=False, soft_wrap=True)
            code, said = _do(script, Path())
            place.console.print(printable(said), markup=False, soft_wrap=True)
            place.console.print(f"exit code {code}: {'green' if code == 0 else 'red'}", markup=False)
        return code

    def check(self, lesson: Lesson, place: Place) -> tuple[Found, ...]:
        steps = tuple(_steps(_workflow(lesson)))
        scripts = tuple(_scripts(steps))
        if not scripts:
            then = "A step of a job should be `run: gatecrash run ...`."
            return (Found(about="the workflow", held=False, said="no step runs gatecrash", then=then),)
        ignored = any(step.get("continue-on-error") not in (None, False) for step in steps)
        stops = Found(
            about="a red step stops the change",
            held=not ignored,
            said="`continue-on-error` lets it pass" if ignored else "nothing lets it pass",
            then="Take `continue-on-error` away." if ignored else "",
        )
        with staged(place.copy) as good, staged(place.copy, lessons_done=False) as night:
            for folder in good, night:
                for path in sorted((place.copy.folder / "experiments").glob("*.yaml")):
                    (folder / "experiments" / path.name).write_bytes(path.read_bytes())
            green = _together(scripts, good)
            red = _together(scripts, night)
        return (stops, _found_green(green), _found_red(red))


def _found_green(code: int) -> Found:
    busy = code == INCONCLUSIVE
    return Found(
        about="green on your app",
        held=True if code == 0 else None if busy else False,
        said=f"exit code {code}",
        then="" if code == 0 else "Run the lesson, and read what the step says. Is lesson 5 done?",
    )


def _found_red(code: int) -> Found:
    right = code == FAILED
    then = "Whatever the experiment says, the step is green. What stands between its exit code and the pipeline?"
    if code not in (0, FAILED):
        then = "It is red, but for another reason than a claim that did not hold (exit code 1)."
    return Found(
        about="red on the app as it was that night",
        held=True if right else None if code == INCONCLUSIVE else False,
        said=f"exit code {code}",
        then="" if right else then,
    )


def _together(scripts: tuple[str, ...], folder: Path) -> int:
    """As a job does: it ends with the first step that is red."""
    return next((code for script in scripts if (code := _until_conclusive(script, folder))), 0)


def _until_conclusive(script: str, folder: Path) -> int:
    code = INCONCLUSIVE
    for _ in range(TRIES):
        if (code := _do(script, folder)[0]) != INCONCLUSIVE:
            break
    return code


def _do(script: str, folder: Path) -> tuple[int, str]:
    """In a shell that ends with the first command that fails, as pipelines' do. What it started ends with it."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    child = subprocess.Popen(
        ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=environment(PATH=path, CI="true"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        said, _ = child.communicate(timeout=WITHIN_S)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGTERM)
        said, _ = child.communicate()
        return 128 + signal.SIGTERM, f"{said}\nnot within {WITHIN_S:g} s"
    except BaseException:
        os.killpg(child.pid, signal.SIGTERM)
        child.wait()
        raise
    return child.returncode, said


def _workflow(lesson: Lesson) -> Mapping[str, Any]:
    """Raises `InvalidFile` for what is no YAML."""
    assert isinstance(lesson.proof, Gate)
    return load(Path(lesson.proof.workflow)).root


def _steps(workflow: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Those of all jobs, and the jobs themselves: either may let a failure pass."""
    jobs = workflow.get("jobs")
    for job in jobs.values() if isinstance(jobs, dict) else ():
        if isinstance(job, dict):
            yield job
            steps = job.get("steps")
            yield from (step for step in (steps if isinstance(steps, list) else ()) if isinstance(step, dict))


def _scripts(steps: Any) -> Iterator[str]:
    for step in steps:
        script = step.get("run")
        if isinstance(script, str) and "gatecrash run" in script:
            yield script
