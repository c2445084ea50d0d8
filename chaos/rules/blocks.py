"""What a page consists of for a reader: blocks of text, controls, and what only looks like a control."""

from __future__ import annotations

from typing import Literal, NamedTuple

Live = Literal["", "status", "alert"]
"""Whether a screen reader says it by itself: a status when there is time, an alert at once."""
Why = Literal["no key", "no role", "no name", "scripts only"]


class Block(NamedTuple):
    """A run of text that stands by itself: a paragraph, a heading, a list item, a cell, a button's name.

    White space is collapsed; a newline stands for a `<br>`. `kind` is the element it stands in (the heading, if it is
    in one). `chrome` is what frames every page of a site: navigation, its header and footer. `form`: inside one.
    """

    text: str
    kind: str
    main: bool = False
    chrome: bool = False
    live: Live = ""
    live_id: int = 0
    form: bool = False


class Control(NamedTuple):
    """A link or button that has a name and works without scripts of the page."""

    kind: Literal["link", "button"]
    name: str
    target: str
    main: bool
    chrome: bool
    live: Live
    live_id: int


class Flaw(NamedTuple):
    """What looks like a control but does not work for everybody.

    `no key`: something to click that no key reaches. `no role`: something to click that says of itself neither that it
    is a link nor that it is a button. `no name`: a link or button without words. `scripts only`: does nothing where
    scripts do not run.
    """

    why: Why
    tag: str
    name: str
    main: bool
    chrome: bool
    live: Live
    live_id: int
