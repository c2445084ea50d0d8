"""Lesson 0: is this machine ready?"""

from __future__ import annotations

from typing import Final

from chaos.workshop.lessons.lesson import Lesson, Question, Ready

READY: Final = Lesson(
    number=0,
    at="18:30",
    title="Ready?",
    story="""It is the afternoon of 6 July. You look after Clipshare, an app on which people watch and post short
clips. It has three services: `web`, which people meet; `profile`, which knows how old they are; `media`, which has
the clips.

Tonight you will break it, again and again, before the evening does. You break only your own copy of it, on this
machine, and every fault is undone when its run ends, whatever else happens.""",
    question=Question(
        asks="You end the program in the middle of a run, with kill -9. What stays broken?",
        choices=(
            "Everything that was broken at that moment.",
            "Nothing: a second process sees to the undoing.",
            "Only what happened to the network.",
        ),
        right=1,
        because="""Every undo is written down before anything is broken. A small second process, the guardian, does
them all as soon as the first is gone; if that is killed too, the next run begins by healing.""",
    ),
    look="""`gatecrash doctor` says what this machine has, what it lacks, and what earlier runs left over. A dot is
something that not everybody needs; a cross is something that you do.""",
    explanation="""An experiment that breaks things has to be safe first. Three things make it so: it touches only
what it named beforehand, it can undo everything that it does, and something stops it when it does more harm than
planned.""",
    task="""Let the check look at this machine. What it finds wrong comes with the way to put it right.""",
    hints=(
        "Run `gatecrash doctor` in a terminal, and read the lines that have a cross.",
        "`gatecrash doctor --repair` ends and undoes whatever earlier runs left over.",
        "Where a folder can't be written to, begin the workshop elsewhere: `gatecrash workshop --into DIR`.",
    ),
    proof=Ready(),
)
