"""`gatecrash workshop`: the evening of 6 July in eleven lessons, on a page or at the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markdown import Markdown

from chaos.cli.healing import heal_abandoned
from chaos.cli.progress import progress_on
from chaos.cli.workshop_page import PORT, Hall, now, serve_many, serve_one
from chaos.errors import SIGNALLED, InvalidOption
from chaos.reports.words import printable
from chaos.workshop.copy import WorkingCopy, files_of
from chaos.workshop.lessons import LESSONS
from chaos.workshop.lessons.lesson import Lesson, Played
from chaos.workshop.progress import LETTERS, Found, Notebook, letter
from chaos.workshop.proofs import prover_of
from chaos.workshop.proofs.prover import Place
from chaos.workshop.tied import end_with_input

FOLDER: Final = Path("gatecrash-workshop")
NOT_HELD: Final = 1
UNDECIDED: Final = 4


class Action(StrEnum):
    """What can be done at the terminal."""

    status = "status"
    lesson = "lesson"
    predict = "predict"
    run = "run"
    hint = "hint"
    check = "check"
    reset = "reset"


def workshop(
    action: Annotated[
        Action | None, typer.Argument(help="What to do at the terminal; without it, the page is served.")
    ] = None,
    number: Annotated[
        int | None,
        typer.Argument(metavar="N", min=0, max=len(LESSONS) - 1, help="Which lesson; by default the next."),
    ] = None,
    answer: Annotated[str | None, typer.Argument(metavar="A|B|C", help="What you predict.", show_default=False)] = None,
    into: Annotated[Path, typer.Option(metavar="DIR", help="Where your copy of the app is, or is to be.")] = FOLDER,
    terminal: Annotated[
        bool, typer.Option("--terminal", help="Without the page: show where you are and the next lesson.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Reset without asking.")] = False,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Of a game day: the same seed, the same evening.", show_default=False)
    ] = None,
    facilitate: Annotated[
        bool,
        typer.Option("--facilitate", help="For several learners: each joins by name, and gets a copy."),
    ] = False,
    token: Annotated[
        str | None,
        typer.Option(help="The word by which they join, and you see the board.", show_default=False),
    ] = None,
    host: Annotated[str, typer.Option(help="Where the page is served; by default only this machine reaches it.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = PORT,
    at_once: Annotated[
        int, typer.Option("--at-once", metavar="N", min=1, max=64, help="So many learners run at once; others wait.")
    ] = 1,
    open_page: Annotated[
        bool | None, typer.Option("--open/--no-open", help="Open it in a browser; by default at a terminal.")
    ] = None,
    tied: Annotated[bool, typer.Option("--tied", hidden=True)] = False,
) -> int:
    """Eleven lessons: predict, run, look, mend, prove. Opens a page; with an action, the same at the terminal.

    Exit codes of `run` are those of `gatecrash run`; of `check`: 0 proven, 1 not yet, 4 this machine was too busy.
    """
    console = Console(highlight=False)
    if action is None and not terminal:
        hall = Hall(folder=into.resolve(), host=host, port=port, at_once=at_once, open_page=open_page)
        return serve_many(hall, token, console) if facilitate else serve_one(hall, console)
    if facilitate:
        raise InvalidOption("--facilitate is for the page; leave the action out")
    copy = WorkingCopy(into.resolve())
    copy.make()
    os.chdir(copy.folder)  # runs are kept there, and names of files begin there
    place = Place(
        copy=copy,
        notebook=Notebook(copy.folder, now),
        console=console,
        progress=lambda: progress_on(console),
        seed=seed,
        on_a_page=tied,
    )
    lesson = LESSONS[number] if number is not None else place.notebook.read().next
    if tied and not (action is Action.run and isinstance(lesson.proof, Played)):  # a game day reads what is typed
        end_with_input()
    if action is Action.predict:
        return _predict(lesson, place, answer)
    if action is Action.reset:
        return _reset(lesson, place, sure=yes)
    return ACTIONS[action or Action.lesson](lesson, place)


def _status(_: Lesson, place: Place) -> int:
    progress = place.notebook.read()
    for lesson in LESSONS:
        step = progress.of(lesson)
        mark = "✔" if step.proven else "·" if step != type(step)() else " "
        parts = [
            "" if step.prediction is None else f"predicted {LETTERS[step.prediction.choice]}",
            f"{step.runs} run{'s' if step.runs != 1 else ''}" if step.runs else "",
            f"{step.hints} hint{'s' if step.hints != 1 else ''}" if step.hints else "",
            f"proven {step.proven}" if step.proven else "",
        ]
        said = ", ".join(filter(None, parts))
        place.console.print(f"{mark} {lesson.number:2}  {lesson.at:12} {lesson.title:42} {said}", markup=False)
    for broken in place.notebook.broken_seals():
        place.console.print(f"the seal of the prediction for lesson {broken} is broken", style="yellow")
    place.console.print(f"next: lesson {progress.next.number}; your copy: {place.copy.folder}", markup=False)
    return 0


def _lesson(lesson: Lesson, place: Place) -> int:
    step = place.notebook.read().of(lesson)
    place.console.print(f"\n{lesson.at}  [bold]Lesson {lesson.number}: {lesson.title}[/bold]\n")
    _text(lesson.story, place)
    if lesson.question is not None:
        place.console.print(f"\n[bold]Predict:[/bold] {lesson.question.asks}", soft_wrap=True)
        for sign, choice in zip(LETTERS, lesson.question.choices, strict=True):
            place.console.print(f"  {sign}  {choice}", markup=False)
        if step.prediction is None:
            place.console.print(f"\nnext: gatecrash workshop predict {lesson.number} A, or B, or C", markup=False)
            return 0
    if not step.runs:
        place.console.print(f"\nnext: gatecrash workshop run {lesson.number}", markup=False)
        return 0
    _after_the_run(lesson, place)
    return 0


def _after_the_run(lesson: Lesson, place: Place) -> None:
    prediction = place.notebook.read().of(lesson).prediction
    if lesson.question is not None and prediction is not None:
        right = prediction.choice == lesson.question.right
        said = "as it is" if right else f"it is {LETTERS[lesson.question.right]}"
        place.console.print(f"\n[bold]You predicted {LETTERS[prediction.choice]}: {said}.[/bold]")
        _text(lesson.question.because, place)
    for title, text in ("Look", lesson.look), ("Why", lesson.explanation), ("Your turn", lesson.task):
        place.console.print(f"\n[bold]{title}[/bold]")
        _text(text, place)
    for name in files_of(lesson):
        place.console.print(f"  {place.copy.folder / name}", markup=False, soft_wrap=True)
    then = f"gatecrash workshop check {lesson.number}   (or: hint {lesson.number}, run {lesson.number})"
    place.console.print(f"\nnext: {then}", markup=False)


def _predict(lesson: Lesson, place: Place, answer: str | None) -> int:
    if answer is None:
        raise InvalidOption(f"which? gatecrash workshop predict {lesson.number} A, or B, or C")
    step = place.notebook.predict(lesson, letter(answer))
    assert step.prediction is not None
    said = f"sealed at {step.prediction.at}: {answer.upper()} ({step.prediction.seal[:12]})"
    place.console.print(f"{said}\nnext: gatecrash workshop run {lesson.number}", markup=False)
    return 0


def _run(lesson: Lesson, place: Place) -> int:
    if lesson.question is not None and place.notebook.read().of(lesson).prediction is None:
        raise InvalidOption(f"first predict what happens: gatecrash workshop predict {lesson.number} A, or B, or C")
    heal_abandoned(place.console)
    code = prover_of(lesson.proof).run(lesson, place)
    if code > SIGNALLED:
        return code  # stopped before there was anything to look at
    first = place.notebook.read().of(lesson).runs == 0
    place.notebook.ran(lesson)
    if first and not place.on_a_page:  # which tells it itself
        _after_the_run(lesson, place)
    return code


def _hint(lesson: Lesson, place: Place) -> int:
    known = place.notebook.read().of(lesson).hints
    step = place.notebook.hint(lesson, min(known + 1, len(lesson.hints)))
    for number, hint in enumerate(lesson.hints[: step.hints], start=1):
        _text(f"{number}. {hint}", place)
    if step.hints < len(lesson.hints):
        left = len(lesson.hints) - step.hints
        place.console.print("there is 1 more" if left == 1 else f"there are {left} more")
    return 0


def _check(lesson: Lesson, place: Place) -> int:
    heal_abandoned(place.console)
    for name in place.copy.changed_elsewhere():
        said = f"{name} is changed, too; no lesson asks for that, so the check leaves it out"
        place.console.print(said, style="yellow", markup=False, soft_wrap=True)
    found = prover_of(lesson.proof).check(lesson, place)
    place.notebook.checked(lesson, found)
    for each in found:
        for line in _found_lines(each):
            place.console.print(printable(line), markup=False, soft_wrap=True)
    if all(each.held for each in found):
        place.console.print(f"lesson {lesson.number} is proven", style="bold green")
        return 0
    if any(each.held is False for each in found):
        place.console.print(f"lesson {lesson.number} is not proven yet", style="bold red")
        return NOT_HELD
    place.console.print("this machine was too busy to tell; try again when it has less to do", style="bold yellow")
    return UNDECIDED


def _found_lines(found: Found) -> tuple[str, ...]:
    mark = {True: "✔", False: "✘", None: "?"}[found.held]
    head = f"{mark} {found.about}: {found.said}"
    return (head, f"    {found.then}") if found.then else (head,)


def _reset(lesson: Lesson, place: Place, *, sure: bool) -> int:
    files = ", ".join(files_of(lesson))
    if not files:
        raise InvalidOption(f"lesson {lesson.number} has no files")
    if not sure and not (sys.stdin.isatty() and typer.confirm(f"bring back {files} as they were?")):
        raise InvalidOption("nothing was reset; to do so without being asked: --yes")
    changed = place.copy.reset(lesson)
    said = (
        f"reset: {', '.join(changed)}; what you had is in the files that end in ~" if changed else "nothing had changed"
    )
    place.console.print(said, markup=False, soft_wrap=True)
    return 0


def _text(text: str, place: Place) -> None:
    place.console.print(Markdown(text))


ACTIONS: Final[Mapping[Action, Callable[[Lesson, Place], int]]] = {
    Action.status: _status,
    Action.lesson: _lesson,
    Action.run: _run,
    Action.hint: _hint,
    Action.check: _check,
}
"""Those that need no more than a lesson."""
