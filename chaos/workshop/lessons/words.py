"""Lesson 3: the graceful rules."""

from __future__ import annotations

from typing import Final

from chaos.workshop.lessons.lesson import MINE, Lesson, Question, Trials, mine, mutant, night

WORDS: Final = Lesson(
    number=3,
    at="21:20",
    title="What did it say?",
    story="""Twenty past nine. `profile` can still read, but it can't write. New members answer the question for
their age, press the button, and get a page that says "Server error", followed by forty lines that only a programmer
could read.

Some think that they were too young. Some think that they were thrown out. They tell each other so, elsewhere.""",
    question=Question(
        asks="You can't save their answer now. Which page sends the fewest people away for good?",
        choices=(
            'One with "500 Internal Server Error", so that nobody is misled.',
            "One that says what does not work, what became of their answer, and when to try again.",
            'One that says "Oops!" and shows a funny picture.',
        ),
        right=1,
        because="""People can wait when they know what for. What they can't do is guess: whether their answer
arrived, whether it was their fault, whether to try again.""",
    ),
    look="""Below the verdict stand the rules that the page broke, each with what was found and what to do. There
are 28; `gatecrash rules G12` explains one.""",
    explanation="""An answer that is not what people came for can still be a good answer. Gatecrash calls it
*degraded* when no rule finds a fault with it, and *broken* otherwise. The rules ask for an honest status, a time to
come back, plain words, what became of what was handed over, a next step, and nobody blamed; and they look for what
must never get out, such as a stack trace.""",
    task=f"""Rewrite the message: the texts are in `{MINE}/lesson_3.py`. The check plays other messages against your
experiment as well, so the rules must stay on.""",
    edits=(f"{MINE}/lesson_3.py",),
    hints=(
        "First keep the stack trace to yourself: `SHOWS_THE_TRACE = False`. Run it again, and read which rules are "
        "left.",
        "No names of programs and no error numbers. Say plainly that the answer has not been saved, and after how many "
        "seconds to try again.",
        '`TITLE = "We can\'t save your answer right now"`, `WHAT = "The part of Clipshare that keeps dates of birth is '
        'not answering us."`, `FATE = "Your answer has not been saved. The date is still in the form below."`, '
        "`TRY_AGAIN_IN_S = 1`",
    ),
    experiment="experiments/lesson_3.yaml",
    proof=Trials(
        trials=(
            mine(then="Run the lesson again and read the rules that are left; each says what to do."),
            night(then="It shows a stack trace. Is `rules: {errors: 0}` still in the experiment?"),
            mutant("jargon", "speaks of upstreams", then="Are `rules` and `during` still as they were?"),
            mutant("blames_user", "blames people's connection", then="Are `rules` and `during` still as they were?"),
            mutant("no_retry_after", "does not say when to come back", then="Are `rules` still as they were?"),
        ),
    ),
)
