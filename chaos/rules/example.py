"""Good and bad examples of every rule: `gatecrash rules G12` shows them, and the tests judge the very same."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final, Literal

from chaos.fields import Strict
from chaos.journeys.answer import Answer
from chaos.rules import Finding, RunFinding, judge, judge_story
from chaos.rules.browser import BrowserView
from chaos.rules.rule import Gate, Learned, Sent, Situation
from chaos.rules.story import Coming, Echo, Fate, ItemState, Outcome, Story

FOLDER: Final = Path(__file__).with_name("examples")
REFERENCE: Final = "7F3K-21QD"
_FRAME: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<header><nav><a href="/">Clipshare</a> <a href="/upload">Post</a></nav></header>
<main>
{main}
</main>
<footer><a href="/privacy">Privacy</a></footer>
</body>
</html>
"""
_TITLE: Final = "We can't open your feed right now - Clipshare"
_MAIN: Final = f"""<div role="alert">
<h1>We can't open your feed right now</h1>
<p>A part of Clipshare is not answering us. Nothing is wrong with your account.</p>
<p>Please <a href="/">try again</a> in 30 seconds.</p>
<p>If you write to us about this, please quote {REFERENCE}.</p>
</div>"""
_PROBLEM: Final = f"""{{
  "type": "/problems/feed-not-available",
  "title": "Your feed can't be opened right now",
  "status": 503,
  "detail": "A part of Clipshare is not answering us. Please try again in 30 seconds.",
  "instance": "urn:clipshare:{REFERENCE}"
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One answer in its situation, or the story of one run. A bad one breaks its rule and no other."""

    rule: str
    good: bool
    about: str
    answer: Answer | None = None
    situation: Situation | None = None
    story: Story | None = None


class _Comings(Strict):
    """One coming, or `times` of them by users of their own, `every_s` apart."""

    journey: str = "open_app"
    user: str = "anna"
    at_s: float
    took_s: float = 0.1
    outcome: Outcome = "served"
    status: int | None = None
    retry_after_s: float | None = None
    told_s: float | None = None
    fate: Fate | None = None
    item: str | None = None
    notice: bool = False
    times: int = 1
    every_s: float = 0.0

    def each(self) -> Iterator[Coming]:
        for number in range(self.times):
            at_s = self.at_s + number * self.every_s
            yield Coming(
                journey=self.journey,
                user=self.user if self.times == 1 else f"{self.user} {number + 1}",
                at_s=at_s,
                ended_s=at_s + self.took_s,
                outcome=self.outcome,
                status=self.status or (200 if self.outcome == "served" else 503),
                retry=0 if self.told_s is None else 1,
                retry_after_s=self.retry_after_s,
                told_s=self.told_s,
                fate=self.fate,
                item=self.item,
                notice=self.notice,
            )


class _Run(Strict):
    comings: tuple[_Comings, ...] = ()
    echoes: tuple[Echo, ...] = ()
    injected_s: float = 10.0
    undone_s: float = 20.0
    ended_s: float = 40.0
    items: Mapping[str, ItemState] | None = None
    references: Mapping[str, bool] | None = None

    def story(self) -> Story:
        comings = (coming for group in self.comings for coming in group.each())
        return Story(
            comings=sorted(comings, key=lambda coming: coming.at_s),
            echoes=self.echoes,
            injected_s=self.injected_s,
            undo_issued_s=self.undone_s,
            undone_s=self.undone_s,
            ended_s=self.ended_s,
            items=self.items,
            references=self.references,
        )


class _Entry(Strict):
    """Says only what differs from a graceful 503. `page` is the whole body, `main` goes into a plain page; `changes`
    are made to either; a header without a value is left out.
    """

    about: str
    story: _Run | None = None
    asks_for: Literal["html", "json"] = "html"
    title: str = _TITLE
    main: str = _MAIN
    page: str | None = None
    changes: tuple[tuple[str, str], ...] = ()
    status: int = 503
    headers: Mapping[str, str] = {}
    elapsed_s: float = 0.3
    method: str = "GET"
    complete: bool = True
    served: bool = False
    surge: bool = False
    canaries: tuple[str, ...] = ()
    sent: Sent | None = None
    gates: tuple[Gate, ...] = ()
    passed: frozenset[str] = frozenset()
    learned: Learned | None = None
    browser: BrowserView | None = None

    def answer(self) -> Answer:
        return Answer(
            method=self.method,
            url="http://127.0.0.1:4000/feed",
            status=self.status,
            headers=tuple(self._headers()),
            body=self._body().encode(),
            elapsed_s=self.elapsed_s,
            asked_for=self.asks_for,
            complete=self.complete,
        )

    def situation(self) -> Situation:
        return Situation(
            served=self.served,
            surge=self.surge,
            canaries=self.canaries,
            sent=self.sent,
            gates=self.gates,
            passed=self.passed,
            learned=self.learned,
            browser=self.browser,
        )

    def _headers(self) -> Iterator[tuple[str, str]]:
        media_type = "text/html; charset=utf-8" if self.asks_for == "html" else "application/problem+json"
        usual = {"Content-Type": media_type, "X-Request-Id": REFERENCE}
        if self.status >= 400:
            usual["Cache-Control"] = "no-store"
        if self.status in {429, 503}:
            usual["Retry-After"] = "30"
        return ((name, value) for name, value in {**usual, **self.headers}.items() if value)

    def _body(self) -> str:
        usual = _FRAME.format(title=self.title, main=self.main.strip()) if self.asks_for == "html" else _PROBLEM
        body = usual if self.page is None else self.page
        for old, new in self.changes:
            if old not in body:
                raise ValueError(f"{self.about}: {old!r} is not in the body, so it can't be changed")
            body = body.replace(old, new)
        return body


class _File(Strict):
    bad: tuple[_Entry, ...]
    good: tuple[_Entry, ...]


@cache
def examples_of(rule: str) -> tuple[Example, ...]:
    """The bad ones first, as they stand in the rule's file."""
    text = (FOLDER / f"{rule}.toml").read_text(encoding="utf-8")
    file = _File.model_validate(tomllib.loads(text), strict=False)
    entries = [(False, entry) for entry in file.bad] + [(True, entry) for entry in file.good]
    return tuple(_example(rule, entry, good=good) for good, entry in entries)


def said_of(example: Example) -> str | None:
    """What the example's rule finds in it; None: nothing."""
    found: Sequence[Finding | RunFinding] = ()
    if example.story is not None:
        found = judge_story(example.story).findings
    elif example.answer is not None and example.situation is not None:
        found = judge(example.answer, example.situation).findings
    return next((finding.reason for finding in found if finding.rule == example.rule), None)


def _example(rule: str, entry: _Entry, *, good: bool) -> Example:
    example = Example(rule=rule, good=good, about=entry.about)
    if entry.story is not None:
        return replace(example, story=entry.story.story())
    return replace(example, answer=entry.answer(), situation=entry.situation())
