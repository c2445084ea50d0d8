"""Lesson 7: retries that keep an outage going, and a breaker that ends it."""

from __future__ import annotations

from typing import Final

from chaos.workshop.lessons.lesson import MINE, Lesson, Question, Trials, mine, mutant, night

RETRIES: Final = Lesson(
    number=7,
    at="22:50",
    title="The fault is gone, the outage is not",
    story="""Ten to eleven. `profile` is repaired, comes up, and falls over within seconds. Again. And again. It has
never had so many visitors: everybody who fails is asked for four times, at once, by an app that means well.

An outage can feed itself. What began it is long gone.""",
    question=Question(
        asks="25 people a second open the app while `profile` fails. How many requests a second does `profile` get?",
        choices=("25", "About 50", "About 100"),
        right=2,
        because="""Each page asks four times when it fails. The load is four times as high exactly when there is
least to bear it.""",
    ),
    look="""The line `connections for each request of a user` shows it: before, during, after. On `profile`, the
figure in the middle is what your retries do to it.""",
    explanation="""Trying again helps against a single lost answer, and only against that. So: try once more, not
three times; wait a moment that differs from the others' moments; and keep a budget, so that not more than one call
in five is ever a second try.

When everything fails, do not ask at all for a while: that is a *circuit breaker*. It gives the service room to get
up. Then it lets one call through; if that succeeds, all may come. A breaker that forgets to try is an outage of its
own, which is why the experiment also looks at recovery.""",
    task=f"""The app has a guard for such calls, which nobody uses: `demo_app/web/guard.py`. Let `call` in
`{MINE}/lesson_7.py` go through it. `profile` may get at most twice as many requests as people come.""",
    edits=(f"{MINE}/lesson_7.py",),
    hints=(
        "Look at `Guard.call`: it takes what is to be asked, a budget of time for all tries together, and the time "
        "for one.",
        "No loop is needed any more: the guard tries again where it makes sense. All tries together should fit into "
        "a page: "
        "0.7 seconds.",
        "`return guard.call(ask, budget_s=0.7, try_s=patience_s or 0.25)`",
    ),
    experiment="experiments/lesson_7.yaml",
    proof=Trials(
        trials=(
            mine(then="Look at `amplification`, and at whether people came back in after the fault."),
            night(then="It asks four times. Is `links` still in your experiment?"),
            mutant("retry_storm", "asks ten times", then="Is `links` still in your experiment?"),
            mutant(
                "never_recovers", "never asks again", then="Is `recovery` still in your experiment, and the newcomers?"
            ),
        ),
    ),
)
