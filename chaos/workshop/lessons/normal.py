"""Lesson 1: the steady state."""

from __future__ import annotations

from typing import Final

from chaos.workshop.lessons.lesson import Lesson, Question, Trial, Trials

_BROKEN: Final = {"mode": "fragile"}

NORMAL: Final = Lesson(
    number=1,
    at="20:00",
    title="A normal evening",
    story="""Eight o'clock. People are home and open the app: 25 each second, twice as many by nine. Their feed
comes up in a few hundredths of a second, as it does every evening.

Before you can say that something is broken, you have to say what whole is. That is the *steady state*: a few
figures about what people get, which hold whenever all is well. Everything else tonight stands on it.""",
    question=Question(
        asks="A steady state says only that nine answers out of ten come within 5 seconds. What does it notice?",
        choices=(
            "An app that asks everybody a wrong question, quickly.",
            "An app that answers everybody with an error, quickly.",
            "Neither of the two.",
        ),
        right=2,
        because="""A fast wrong answer is still fast. A steady state has to say what people came for, and how many
of them got it, before it says how soon.""",
    ),
    look="""Under `held`, the verdict says what was measured. Compare it with what your file asks for: how far could
things get worse before your file said anything?""",
    explanation="""*Served* means that people got what they came for: the right page with the right words on it, not
just any answer. `served` catches the wrong question and the error; `p95` (the time within which 95 of 100 answers
came) catches the wait. You need both.

It is a bound, not a wish: put it a little beyond what you measure on a good evening, so that it holds every time,
and not so far away that a bad evening still fits in.""",
    task="""Write the steady state of `open_app` into `experiments/lesson_1.yaml`. The check then breaks the app in
three ways and holds your steady state against each. It must hold this evening, and must notice all three.""",
    edits=("experiments/lesson_1.yaml",),
    hints=(
        "Two bounds are needed: how many are `served`, and how long it takes (`p95`).",
        "Look at the run: nearly all are served. A bound on a share is written with its direction and in quotes: "
        '`served: ">= 90%"`.',
        'Under `steady_state`: `open_app: {served: ">= 99%", p95: "<= 300ms"}`',
    ),
    experiment="experiments/lesson_1.yaml",
    on=_BROKEN,
    proof=Trials(
        writes=True,
        trials=(
            Trial(
                about="a normal evening",
                must="pass",
                on=_BROKEN,
                then="Your steady state asks for more than the app can do on a good evening; measure, then "
                "leave some room.",
            ),
            Trial(
                about="an evening on which each feed takes 700 ms more",
                must="fail",
                on=_BROKEN,
                breaks="slow",
                then="People wait, and your steady state does not mind. Which measure is about time?",
            ),
            Trial(
                about="an evening on which members are asked for their age",
                must="fail",
                on=_BROKEN,
                breaks="asks",
                then="The answer is fast, and it is the wrong one. Which measure is about what people came for?",
            ),
            Trial(
                about="an evening with nothing but errors",
                must="fail",
                on=_BROKEN,
                breaks="errors",
                then="Everybody gets an error, and your steady state calls it normal. How many must be served?",
            ),
        ),
    ),
)
