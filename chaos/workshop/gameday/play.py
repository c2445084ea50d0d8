"""A game day from its beginning to what is kept of it."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from typing import Final

from chaos.backends.links import Choice
from chaos.errors import SIGNALLED
from chaos.experiment.systems import Choices
from chaos.live.opening import standing_of, until_signal
from chaos.live.system import LiveSystem
from chaos.reports.words import printable
from chaos.workshop.gameday.day import GameDay
from chaos.workshop.gameday.lines import Lines
from chaos.workshop.gameday.scenes import Scenes
from chaos.workshop.gameday.teller import Teller
from chaos.workshop.gameday.typed import typed
from chaos.workshop.lessons.lesson import Lesson
from chaos.workshop.proofs.prover import Place

NOT_OVER: Final = 1
MOST_SEEDS: Final = 1_000_000


def play(lesson: Lesson, place: Place) -> int:
    """Returns 0 for one that was played to its end, else 1; 128+N when signal N ended it."""
    seed = secrets.randbelow(MOST_SEEDS) if place.seed is None else place.seed
    standing = standing_of(
        Path("demo_app/system.yaml"), Choices(vars={"mode": "mine"}, seed=seed), Choice(), counted=place.on_a_page
    )

    def say(line: str) -> None:
        place.console.print(printable(line), markup=False, soft_wrap=True)
        place.console.file.flush()

    def write(line: str) -> None:
        place.console.file.write(f"{line}\n")
        place.console.file.flush()

    async def meanwhile(live: LiveSystem) -> None:
        teller: Teller = Scenes(live, say, write) if place.on_a_page else Lines(live.now, say)
        day = GameDay(live, seed, teller)
        say("people are coming; something will break")
        async with typed(lambda: day.game.is_over) as words:
            await day.play(words)
        place.notebook.played(lesson, day.times)

    if unmended := place.notebook.read().unmended:
        numbers = ", ".join(str(each.number) for each in unmended)
        say(f"what lessons {numbers} mend is still to be done in your app: much of what breaks will look alike")
    say("your app is starting")
    ended_by = asyncio.run(until_signal(standing, meanwhile))
    if ended_by:
        return SIGNALLED + ended_by
    times = place.notebook.read().of(lesson).played
    return NOT_OVER if times is None or times.served_s is None else 0
