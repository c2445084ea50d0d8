"""Lesson 2: latency, and a prediction that can't be changed afterwards."""

from __future__ import annotations

from typing import Final

from chaos.workshop.lessons.lesson import Lesson, Question, Trial, Trials, mutant, night

SLOW: Final = Lesson(
    number=2,
    at="21:00",
    title="Something is slow",
    story="""Nine o'clock. More people than ever are here, and `profile`, which knows their ages, can hardly keep
up: each of its answers takes 850 milliseconds longer than usual. It is slow, but it works. No alarm has gone off.

Each time someone opens the app, `web` asks `profile` how old they are.""",
    question=Question(
        asks="What will those get who open the app now?",
        choices=(
            "Everybody gets their feed, almost a second late.",
            "About half of them get an error.",
            "They get their feed as fast as always; only new members wait.",
        ),
        right=0,
        because="""The app waits for as long as it takes, so its own slowness is the sum of everything behind it.
Nobody gets an error, so nothing that counts errors will tell you.""",
    ),
    look="""The verdict says *passed*. Look at what the file claimed, and then at how long people waited: would you
have called that a pass?""",
    explanation="""An experiment is a claim: while this is broken, people still get that. This one claimed next to
nothing, so nothing could go wrong. You wrote your prediction down before the run because afterwards everybody has
always known.

What do people deserve while one service is slow? That is a decision, not a measurement. Here is one that many teams
take: they still get their feed, and they get it before they would have given up.""",
    task="""Write the claim: under `during` in `experiments/lesson_2.yaml`, say how many must be served and how long
95 of 100 may take. It must fail on the app of that night, and pass on an app that copes.""",
    edits=("experiments/lesson_2.yaml",),
    hints=(
        "A page that takes 850 ms longer must not fit in. One that gives up asking after 250 ms, twice, must.",
        "`during` takes the same measures as `steady_state`: `served` and `p95`.",
        'Under `during`: `open_app: {served: ">= 95%", p95: "<= 700ms"}`',
    ),
    experiment="experiments/lesson_2.yaml",
    on={"mode": "fragile"},
    proof=Trials(
        writes=True,
        trials=(
            Trial(
                about="an app that copes",
                must="pass",
                on={"mode": "resilient"},
                then="Nobody can keep what your file claims. Leave room for two short tries.",
            ),
            night(then="Everybody waits for almost a second, and your claim still holds. Bound the time."),
            mutant(
                "waits_too_long",
                "gives a service three seconds",
                then="It waits as long as that of the night, and your claim still holds. Bound the time.",
            ),
        ),
    ),
)
