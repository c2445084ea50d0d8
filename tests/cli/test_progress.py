"""What is shown of several experiments that run at once."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from chaos.cli.progress import _LiveLines, progress_of_many
from chaos.journal import events as e


def started(id: str) -> Any:
    class Plan:
        pass

    plan: Any = Plan()
    plan.id = id
    return e.RunStarted(at_s=0, plan=plan, gatecrash="", rules="", python="", wall_time="")


def test_lines_say_whose_they_are_however_the_experiments_overlap() -> None:
    console = Console(file=io.StringIO(), width=100)
    with progress_of_many(console, 2) as listener:
        one, other = listener("one"), listener("other")
        one(started("one"))
        other(started("other"))
        one(e.PhaseStarted(at_s=1.0, phase="fault"))
        other(e.PhaseStarted(at_s=2.0, phase="audit"))
    assert console.file.getvalue().splitlines() == [  # type: ignore[attr-defined]
        "one: starting the system (0.0s)",
        "other: starting the system (0.0s)",
        "one: fault (1.0s)",
        "other: audit (2.0s)",
    ]


def shown(lines: _LiveLines) -> str:
    console = Console(file=io.StringIO(), width=100)
    console.print(lines)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_a_terminal_has_a_line_for_each_that_is_under_way_and_counts_the_rest() -> None:
    lines = _LiveLines(3)
    one, other = lines.another("one"), lines.another("other")
    one(started("one"))
    other(started("other"))
    one(e.PhaseStarted(at_s=1.0, phase="fault"))
    assert "one fault" in shown(lines)
    assert "other starting the system" in shown(lines)
    assert "0 of 3 done" in shown(lines)
    one(e.RunEnded(at_s=3.0))
    assert "  one " not in shown(lines)
    assert "1 of 3 done" in shown(lines)
    again = lines.another("one")
    again(started("one"))
    again(e.RunEnded(at_s=3.0))
    assert "1 of 3 done" in shown(lines), "one that is tried again is still one"
