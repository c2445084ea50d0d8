"""A game day that was played to its end."""

from __future__ import annotations

from chaos.workshop.gameday.play import play
from chaos.workshop.lessons.lesson import Lesson
from chaos.workshop.progress import Found
from chaos.workshop.proofs.prover import Place


class PlayedProver:
    """Implements `Prover`."""

    def run(self, lesson: Lesson, place: Place) -> int:
        return play(lesson, place)

    def check(self, lesson: Lesson, place: Place) -> tuple[Found, ...]:
        times = place.notebook.read().of(lesson).played
        if times is None:
            then = f"Play it: gatecrash workshop run {lesson.number}"
            return (Found(about="a game day", held=False, said="none was played yet", then=then),)
        steps = {
            "you saw it": (times.seen_s, "Say so as soon as you see it."),
            "you did what helps": (times.acted_s, "Try another place; the hints say what each looks like."),
            "people were served again": (times.served_s, "Wait until they are before you end it."),
        }
        return tuple(
            Found(
                about=what,
                held=after_s is not None,
                said=f"after {after_s:.1f} s" if after_s is not None else "not on this game day",
                then="" if after_s is not None else then,
            )
            for what, (after_s, then) in steps.items()
        )
