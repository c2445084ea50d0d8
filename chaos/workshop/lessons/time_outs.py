"""Lesson 4: deadlines."""

from __future__ import annotations

from typing import Final

from chaos.workshop.lessons.lesson import MINE, Lesson, Question, Trials, mine, mutant, night

TIME_OUTS: Final = Lesson(
    number=4,
    at="21:40",
    title="Waiting for an answer that never comes",
    story="""Twenty to ten. `profile` still takes every call, but nothing comes back any more: no answer, no error,
not even a closed line. For the app this looks exactly like a service that is about to answer.

So it waits. Each visitor holds one of its hundred threads meanwhile.""",
    question=Question(
        asks="How long does the app wait for `profile` if nobody told it how long?",
        choices=("For ever.", "Half a minute, by custom.", "About a second."),
        right=0,
        because="""Most programs wait for ever unless they are told not to. People give up long before; what they
leave behind is a thread that still waits for them.""",
    ),
    look="""Nobody is told anything: look at how many answers are missing altogether, and at `p95`, which is the
time at which people gave up.""",
    explanation="""From outside, slow and dead look the same. Only a deadline of your own tells them apart. It
belongs to the person who waits: if they give up after a second, everything behind the page together has less than
that.

A deadline is paid for as often as you try. This app asks four times in a row; that is another lesson's trouble, but
it counts here already.

Look at what people get once the app stops waiting: their feed? That is lesson 5.""",
    task=f"""Give the app patience with an end: `PATIENCE_S` in `{MINE}/lesson_4.py`. 95 of 100 people must have
their answer within 800 ms, whatever it is.""",
    edits=(f"{MINE}/lesson_4.py",),
    hints=(
        "The claim is for the whole page. How often is `profile` asked for one page?",
        "Four tries within 800 ms, and some time for the page itself. Too short is wrong as well: on a good evening an "
        "answer takes some hundredths of a second.",
        "`PATIENCE_S: float | None = 0.15`",
    ),
    experiment="experiments/lesson_4.yaml",
    proof=Trials(
        trials=(
            mine(
                then="Either people still wait too long (four tries!), or the app gives up on a service that is well."
            ),
            night(then="It never answers. Does your experiment still bound `p95`?"),
            mutant("waits_too_long", "gives a service three seconds", then="Does your experiment still bound `p95`?"),
        ),
    ),
)
