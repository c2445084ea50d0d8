"""A machine that has what it needs."""

from __future__ import annotations

from chaos.doctor import CHECKS
from chaos.errors import EnvironmentFailed
from chaos.reports.words import printable
from chaos.workshop.lessons.lesson import Lesson
from chaos.workshop.progress import Found
from chaos.workshop.proofs.prover import Place

_MARKS = {"well": "✔", "note": "·", "wrong": "✘"}


class ReadyProver:
    """Implements `Prover`."""

    def run(self, lesson: Lesson, place: Place) -> int:  # noqa: ARG002
        code = 0
        for name, check in CHECKS.items():
            result = check.look()
            code = EnvironmentFailed.exit_code if result.status == "wrong" else code
            todo = f"; {result.do}" if result.do else ""
            said = f"{_MARKS[result.status]} {name}: {result.says}{todo}"
            place.console.print(printable(said), markup=False, soft_wrap=True)
        return code

    def check(self, lesson: Lesson, place: Place) -> tuple[Found, ...]:  # noqa: ARG002
        results = {name: check.look() for name, check in CHECKS.items()}
        wrong = {name: result for name, result in results.items() if result.status == "wrong"}
        if not wrong:
            return (Found(about="this machine", held=True, said=f"{len(results)} checks, nothing wrong"),)
        return tuple(Found(about=name, held=False, said=result.says, then=result.do) for name, result in wrong.items())
