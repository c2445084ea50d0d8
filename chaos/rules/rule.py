"""What a graceful rule is, what it is told, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from chaos.journeys.answer import Format
from chaos.rules.browser import BrowserView
from chaos.rules.reading import Reading
from chaos.rules.story import Story, StoryFinding
from chaos.rules.wordlist import Words

Level = Literal["E", "W"]

Wall = Callable[[], datetime]
"""A wall clock, asked when its time is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What the user handed over with the request. `fields`: what was typed, by form field; `files`: fields of files."""

    fields: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """Something that users pass once. A page that shows `asks` sends them to it; one that shows `guards` is behind it.

    Texts are compared as `expect.text` is, on what a person sees; an empty one is not looked for.
    """

    name: str
    asks: str = ""
    guards: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What the good answers of one step were like while nothing was wrong: the title, and how many of what."""

    title: str = ""
    counts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a rule may know beside the answer itself. Nothing here comes from a hidden clock or a global.

    `served` says that every expectation of the step held; an answer of 500 and above counts as unserved all the same.
    `wall` is asked only when the answer has no Date header. `surge` says that the fault is too many users, so that 429
    is right. `canaries` are strings that were planted where no user may see them. `public_hosts` are addresses
    (`host:port`) that users may see beside the answer's own, such as a media server on a loopback port. `sent` is None
    when nothing was handed over. `gates` are the system's, `passed` the names of those that this user has behind him.
    `learned` is None while too little was seen of good answers, `browser` where no browser took part.
    """

    served: bool
    budget_s: float = 10.0
    max_retry_after_s: float = 300.0
    wall: Wall | None = None
    surge: bool = False
    canaries: tuple[str, ...] = ()
    public_hosts: tuple[str, ...] = ()
    sent: Sent | None = None
    gates: tuple[Gate, ...] = ()
    passed: frozenset[str] = frozenset()
    learned: Learned | None = None
    browser: BrowserView | None = None
    words: Words = field(default_factory=Words.load)


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A rule could not be judged, and why. Never to be read as passed."""

    why: str


Check = Callable[[Reading, Situation], str | NotChecked | None]
"""None: it passes. A string: it is broken, one sentence that names what was found."""

StoryCheck = Callable[[Story], Sequence[StoryFinding] | NotChecked]
"""Over everything that happened to all users in one run; an empty sequence: it passes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the rules page.

    `on` holds letters: H an answer to who asked for HTML, J for JSON, U a user's whole journey, B needs a browser.
    An `always` rule is judged on every answer, the others on unserved ones. `advice` tells the app's author what to do.
    `check` looks at one answer, `story` at the whole run; a rule has at least one of the two.
    """

    id: str
    name: str
    on: str
    level: Level
    passes_when: str
    advice: str
    source: str
    check: Check | None = None
    story: StoryCheck | None = None
    always: bool = False

    def applies_to(self, asked_for: Format) -> bool:
        """A rule for journeys alone (neither H nor J) is judged whatever format was asked for, B alone on pages."""
        letter = "H" if asked_for == "html" else "J"
        if not {"H", "J"} & set(self.on):
            return letter == "H" or self.on != "B"
        return letter in self.on


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule. `reason` quotes what was found, `advice` says what to do about it."""

    rule: str
    level: Level
    reason: str
    advice: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A rule that was due and could not be checked."""

    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of one answer, both in id order."""

    findings: tuple[Finding, ...]
    not_checked: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinding:
    """A rule that a whole run broke. `journey`, `user`, `at_s` say where it was first seen, `count` how often."""

    rule: str
    level: Level
    reason: str
    advice: str
    journey: str = ""
    user: str = ""
    at_s: float | None = None
    count: int = 1

    def __str__(self) -> str:
        return f"{self.rule}: {self.reason}"


@dataclass(frozen=True, slots=True)
class RunJudgement:
    """What the rules say of a whole run, both in id order."""

    findings: tuple[RunFinding, ...]
    not_checked: tuple[Skipped, ...]


def quote(text: str, longest: int = 80) -> str:
    """A piece of an answer as it may stand in a message: one line, shortened, in quotation marks."""
    line = " ".join(text[: 4 * longest].split())
    line = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line)
    return f'"{line}"' if len(line) <= longest else f'"{line[: longest - 3].rstrip()}..."'
