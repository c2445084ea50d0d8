"""Lesson 9: the gate in the pipeline."""

from __future__ import annotations

from typing import Final

from chaos.workshop.lessons.lesson import MINE, Gate, Lesson, Question

WORKFLOW: Final = ".github/workflows/gate.yml"

GATE: Final = Lesson(
    number=9,
    at="23:40",
    title="The gate",
    story="""Twenty to midnight. Everything stands again, better than before. You know what happens to such
evenings: in three months somebody tidies up `lesson_5.py`, and nobody remembers why that `raise` was there.

What nobody remembers, a pipeline can.""",
    question=Question(
        asks="A gate has been green for a year. What does that prove?",
        choices=(
            "That the app has been well for a year.",
            "Nothing, until you have seen it red for the right reason.",
            "That the experiments are too weak.",
        ),
        right=1,
        because="""A step that can't fail is green every day. So break the app on purpose, see red, mend it, see
green. That is two minutes well spent, once.""",
    ),
    look="""This is what the pipeline would do, step by step, on your copy: the exit code decides. 0 is green;
anything else stops the change.""",
    explanation="""Exit code 1 says that a claim did not hold. Exit code 4 says that nothing could be concluded, and
that is not green either: a fault that nobody met proves nothing.

Whatever comes between the exit code and the pipeline takes the gate off its hinges: `|| true`, `continue-on-error`,
a second command behind a semicolon, a list of experiments that is empty.""",
    task=f"""The workflow in `{WORKFLOW}` is green whatever happens. Find out why, and mend it. The check runs its
step twice: on your app, where it must be green, and on the app as it was that night, where it must be red.

Then see it red yourself: undo one of your lessons, let the lesson run, and mend it again.""",
    edits=(WORKFLOW, f"{MINE}/lesson_5.py"),
    hints=(
        "Read the `run:` line to its end. What is its exit code when an experiment fails?",
        "`|| true` makes every exit code a 0, and `continue-on-error` would do the same. Which experiments are run, "
        "and on "
        "which app?",
        "`run: gatecrash run experiments/lesson_5.yaml --set mode=mine --report reports/`, and no `continue-on-error`.",
    ),
    proof=Gate(WORKFLOW),
)
