"""Lesson 5: remember what was verified, and fail closed."""

from __future__ import annotations

from typing import Final

from chaos.workshop.lessons.lesson import MINE, Lesson, Question, Trials, mine, mutant, night

VERIFIED: Final = Lesson(
    number=5,
    at="22:05",
    title="Verified once",
    story="""Five past ten. `profile` answers again, with errors. And people who have been here for years are asked:
"How old are you?"

They answered that long ago. The app could not look it up, took "I could not find out" for "I do not know them", and
asked. This is the question that the evening became known for.""",
    question=Question(
        asks="Age can't be looked up. A member of three years and a stranger open the app. What is right?",
        choices=(
            "Let both in: it is our fault that we can't look it up.",
            "Let the member in; ask the stranger to come back in a moment.",
            "Let neither in: safety first.",
        ),
        right=1,
        because="""What was verified once stays true. About the stranger nothing is known, and children must be kept
safe also when a service is down: in doubt, the gate stays closed.""",
    ),
    look="""The answers that members got are *broken* although their status is 200: to ask what one knows already is
a lie with a smile (rule G24). See what the strangers got.""",
    explanation=""""No" and "I could not find out" are two answers, and code that has one value for both will one
day mix them up.

There are two ways to fail. Where being wrong is dangerous, fail *closed*: a stranger is not let in. Where the
answer is known already, remember it, so that there is nothing to fail: a signed cookie says that this person was
old enough, and nobody else can make one.""",
    task=f"""In `{MINE}/lesson_5.py`, let the app remember who was old enough, and say what follows when nobody
answers: members get their feed, strangers are kindly asked to come back. The check also tries an app that lets
everybody in.""",
    edits=(f"{MINE}/lesson_5.py",),
    hints=(
        "Two things: switch the memory on (`REMEMBERS`), and use it in `when_nobody_answers`.",
        "`visit.remembered` is true for whoever has the cookie. For all others, do not guess: `raise not_now`.",
        "`REMEMBERS = True`, and in the function: `if visit.remembered: return Age.OLD_ENOUGH`, then `raise not_now`.",
    ),
    experiment="experiments/lesson_5.yaml",
    proof=Trials(
        trials=(
            mine(then="Read who was not served, and what a stranger was told."),
            night(then="It asks members for their age. Must they still be `served` in your experiment?"),
            mutant("asks_age_again", "asks members again", then="Must members still be `served` in your experiment?"),
            mutant("lets_stranger_in", "lets everybody in", then="Is `newcomer_opens` still claimed under `during`?"),
        ),
    ),
)
