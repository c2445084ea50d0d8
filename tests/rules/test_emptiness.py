from __future__ import annotations

import pytest

from chaos.rules import judge
from chaos.rules.rule import Learned, Situation

CLIPS = "entries of ul.clips"
NOTICE = "<p role=status>Clips can't be loaded right now.</p>"


def state(answer, learned: Learned | None) -> str:
    judged = judge(answer, Situation(served=True, learned=learned))
    if "G26" in {finding.rule for finding in judged.findings}:
        return "broken"
    return "not checked" if "G26" in {skipped.rule for skipped in judged.not_checked} else "passes"


@pytest.mark.parametrize(
    ("main", "counts", "expected"),
    [
        ("<ul class=clips></ul>", {CLIPS: 12.0}, "broken"),
        ("<ul class=clips><li>a<li>b</ul>", {CLIPS: 10.0}, "broken"),
        ("<ul class=clips><li>a<li>b<li>c</ul>", {CLIPS: 10.0}, "passes"),
        ("<p>There are no clips</p>", {CLIPS: 12.0}, "broken"),
        ("<p>Nothing here yet</p>", {CLIPS: 12.0}, "broken"),
        (f"{NOTICE}<ul class=clips></ul>", {CLIPS: 12.0}, "passes"),
        ("<p role=status></p><ul class=clips></ul>", {CLIPS: 12.0}, "broken"),
        ("<p role=status hidden>Not now</p><ul class=clips></ul>", {CLIPS: 12.0}, "broken"),
        ("<p>0 followers</p>", {"follower": 8.0}, "broken"),
        ("<p>No followers</p>", {"follower": 8.0}, "broken"),
        ("<p>2 followers</p>", {"follower": 8.0}, "passes"),
        ("<p>Anna</p>", {"follower": 8.0}, "passes"),
        ("<p>0 followers</p>", {"follower": 1.0}, "broken"),
        ("<p>0 followers</p>", {}, "not checked"),
    ],
)
def test_a_page_that_lost_its_content_must_say_so(html, main, counts, expected) -> None:
    assert state(html(main, status=200), Learned(counts=counts)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"clips": []}, "broken"),
        ({"clips": None}, "broken"),
        ({}, "broken"),
        ({"clips": [], "notice": "Clips can't be loaded."}, "passes"),
        ({"clips": [], "notices": ["Clips can't be loaded."]}, "passes"),
        ({"clips": [], "notices": []}, "broken"),
        ({"clips": [1] * 20}, "passes"),
    ],
)
def test_so_must_json(problem, value, expected) -> None:
    answer = problem(value, status=200, media_type="application/json")
    assert state(answer, Learned(counts={"entries of clips": 20.0})) == expected


def test_the_figures_are_named(html) -> None:
    judged = judge(
        html("<p>0 followers</p>", status=200), Situation(served=True, learned=Learned(counts={"follower": 8}))
    )
    assert '"follower": 0 instead of about 8' in judged.findings[0].reason


def test_an_error_has_said_it_already_and_what_was_not_learned_is_not_checked(html) -> None:
    assert state(html(status=404), Learned(counts={CLIPS: 12.0})) == "passes"
    assert state(html(status=200, title="Clipshare", main="<p>Hello</p>"), None) == "not checked"
