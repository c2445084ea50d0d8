from __future__ import annotations

import pytest

from chaos.rules import judge
from chaos.rules.rule import Situation


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("THIS DID NOT WORK AT ALL!", "shouts"),
        ("Sorry. YOUR CLIP WAS NOT SAVED. Try again.", '"YOUR CLIP WAS NOT SAVED."'),
        ("ÜBUNG MACHT DEN MEISTER", "shouts"),
        ("Oops! Not now.", '"Oops"'),
        ("Whoops", '"Whoops"'),
        ("Uh-oh, not now.", "Uh-oh"),
        ("D’oh.", "D'oh"),
        ("The fields marked in red are wrong.", "marked in red"),
        ("What is down is shown in orange.", "by colour alone"),
        ("The red ones do not work.", "red ones"),
    ],
)
def test_shouting_giggling_and_colour_alone_are_found(html, broken, text, said) -> None:
    assert said in broken(html(f"<h1>Sorry</h1><p>{text}</p>"))["G17"]


@pytest.mark.parametrize(
    "text",
    [
        "It works in the EU, the UK and the US.",
        "NASA, ESA and CERN are not affected by this.",
        "OK.",
        "FAQ",
        "1234 5678 9012 3456",
        "Read it in the newspaper. A red bus passed by; the green light is on.",
        "The Oopsala festival is on.",
        "<span hidden>OOPS THIS DID NOT WORK AT ALL</span>",
    ],
)
def test_abbreviations_and_ordinary_words_are_fine(html, broken, text) -> None:
    assert "G17" not in broken(html(f"<h1>Sorry</h1><p>{text}</p>"))


def test_capitals_shout_in_every_language_and_the_rest_is_not_checked(html) -> None:
    page = "<!doctype html><html lang=de><meta charset=utf-8><title>x</title><p>{}"
    shouted = judge(html(page=page.format("DAS HAT NICHT GEKLAPPT")), Situation(served=False))
    assert "G17" in {finding.rule for finding in shouted.findings}
    said = judge(html(page=page.format("Das hat nicht geklappt")), Situation(served=False))
    assert "G17" in {skipped.rule for skipped in said.not_checked}
