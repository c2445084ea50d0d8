from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chaos.journal import events as e
from chaos.workshop.gameday.lines import ON_EVERY_PAGE, Lines, Second, in_words
from chaos.workshop.progress import Times


def test_a_second_says_who_was_served_how_long_they_waited_and_what_somebody_read(one: Callable[..., Any]) -> None:
    lines = Lines(lambda: 0.0, lambda _: None)
    facts: dict[str, Any] = {"journey": "open_app", "status": 503, "headers": (), "body": ""}
    seen = e.AnswerSeen(at_s=1.0, fingerprint="f1", says=f"{ON_EVERY_PAGE}Not now", **facts)
    for event in (seen, one(1.0), one(1.1, "broken", took_s=0.5, answer="f1"), one(1.2, journey="upload")):
        lines.see(event)
    assert lines.second.line(2.0) == (
        "    2 s  watching: 1 of 2 served, slowest 500 ms; posting: 1 of 1 served, slowest 20 ms"
        " | someone reads: 'Not now'"
    )


def test_when_nobody_comes_that_is_said() -> None:
    assert Second().line(12.0) == "   12 s  nobody came"


def test_at_the_end_it_is_told_what_happened_and_what_never_did() -> None:
    times = Times(seed=7, what="it broke", place="edge", seen_s=1.25, acted_s=None, served_s=None, wrong_acts=2)
    assert in_words(times) == (
        "what happened: it broke (edge)",
        "seen: after 1.2 s",
        "acted on: never",
        "served again: never",
        "acts that did not help: 2; the same evening again: --seed 7",
    )
