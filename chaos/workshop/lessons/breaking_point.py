"""Lesson 8: how much it can take."""

from __future__ import annotations

from typing import Final

from chaos.workshop.lessons.lesson import MINE, Lesson, Question, Trials, mine, mutant, night

BREAKING_POINT: Final = Lesson(
    number=8,
    at="23:10",
    title="How much can it take?",
    story="""Ten past eleven. The first people are back, and they tell the others. Twice as many as usual come, then
five times, then ten times. `profile` and `media` can do 60 requests a second each, and not one more.

Somewhere on this way up is the point at which the app breaks. You would rather know where than find out.""",
    question=Question(
        asks="12 people a second are usual. At which crowd do more than one in ten go without their feed?",
        choices=("At twice as many already.", "At five or ten times as many.", "It bears all three."),
        right=1,
        because="""Twice as many are 24 a second, which 60 can bear. Beyond five times as many, somebody has to go
without; whether they get nothing, or yesterday's clips, is up to you.""",
    ),
    look="""There are three runs now, one for each crowd. Go from one to the next until a claim breaks: between the
last that holds and the first that does not is your breaking point. Add figures to the list to come closer.""",
    explanation="""More than it can do, nothing can do. But what people came for does not have to be made anew for
each of them: the clips of a minute ago are still good clips. To show them *and to say so* is a degraded answer that
serves; to show an empty page as if there were nothing is a lie.

So the breaking point is a matter of design. It moves when you decide what people get when there is not enough.""",
    task=f"""In `{MINE}/lesson_8.py`, show the clips of a moment ago to those for whom there are no new ones, and
say so. Nine out of ten must be served in all three crowds. Lessons 5 and 7 have to be done, or the crowd breaks in
elsewhere.""",
    edits=(f"{MINE}/lesson_8.py",),
    hints=(
        "`last` has the clips of the last opening that went well. `Feed` is what the function returns.",
        "`Feed` has a field that puts a notice on the page: look into `demo_app/web/model.py`. And when there are no "
        "clips, be honest: raise.",
        "`if last: return Feed(last, remembered=True)`, then `raise failure`",
    ),
    experiment="experiments/lesson_8.yaml",
    proof=Trials(
        trials=(
            mine(then="Are lessons 5 and 7 done? Then look at which crowd breaks it, and what those people see."),
            night(then="It can't bear five times as many. Are the large crowds still in your list?"),
            mutant("silent_empty", "shows an empty page and says nothing", then="Must people still be `served`?"),
        ),
    ),
)
