"""Lesson 10: an evening that nobody has told you about."""

from __future__ import annotations

from typing import Final

from chaos.workshop.lessons.lesson import Lesson, Played, Question

GAME_DAY: Final = Lesson(
    number=10,
    at="next Tuesday, 10:00",
    title="Game day",
    story="""Tuesday morning, daylight, coffee. Your app stands, people use it, and within a minute something will
break. You are not told what, where, or when. You see what people get; on the page, what goes over the links as well.

Say so as soon as you see it. Then find out where it is, and take it away.""",
    question=Question(
        asks="What will take you longest?",
        choices=("To see that something is wrong.", "To find out where.", "To put it right."),
        right=1,
        because="""That differs from person to person, and you are about to measure it. For most it is to find out
where; a better page for the people on call moves that more than a better fix.""",
    ),
    look="""Watch what people get, second by second. Fast or slow? An error, a wrong question, or nothing? Watching
or posting? Each fault leaves another trace.""",
    explanation="""Three times describe an outage: until somebody *sees* it, until somebody *does* the right thing,
and until people *get* what they came for again. The first is about alarms, the second about knowing one's system,
the third about design. You can only make shorter what you have measured.""",
    task="""Play it to the end: see it, act, and wait until people are served again. The seed makes it the same
evening again, for the next in your team.""",
    hints=(
        "When members are asked for their age or can't join, look at `profile`. When clips are missing, look at "
        "`media`.",
        "Everything slow, and nothing wrong: that is the way to the app itself, `edge`.",
        "You may act more than once; only the act that helps stops the clock.",
    ),
    proof=Played(),
)
