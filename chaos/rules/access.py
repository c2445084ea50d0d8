"""G18, G20 and G21: the error reaches people who don't look at it, use no mouse, or see little. Source: WCAG 2.2."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chaos.rules.blocks import Flaw
from chaos.rules.browser import BrowserView
from chaos.rules.identity import states_trouble
from chaos.rules.page import count_words
from chaos.rules.reading import Reading
from chaos.rules.rule import NotChecked, Rule, Situation, quote

LOWEST_CONTRAST: Final = 4.5
_NO_KEY: Final = "no key reaches it"
_FLAWS: Final = {
    "no key": _NO_KEY,
    "no role": "it says neither that it is a link nor that it is a button",
    "no name": "it has no name",
}


def announced(reading: Reading, situation: Situation) -> str | NotChecked | None:
    """G18. An error in the page stands in an alert, progress in a status; of a page of its own the h1 says it."""
    if reading.kind != "html" or 300 <= reading.answer.status < 400:
        return None
    browser, page = situation.browser, reading.page
    if browser is not None:
        alerts: Iterable[str] = browser.announced
        headings: tuple[str, ...] = (browser.heading,)
    else:
        wanted = {"alert"} if reading.answer.status >= 400 else {"alert", "status"}
        alerts = (block.text for block in page.blocks if block.live in wanted)
        headings = tuple(block.text for block in page.blocks if block.kind == "h1")
    if any(count_words(text) for text in alerts):
        return None
    if reading.answer.status < 400 and any(count_words(heading) for heading in headings):
        return None
    if reading.is_foreign:
        return NotChecked("nothing is in an alert, and the h1 is not in English")
    if any(states_trouble(heading, situation.words) for heading in headings):
        return None
    shown = f"the h1 is {quote(headings[0])}" if headings and headings[0] else "there is no h1"
    return f"the error is not announced: nothing is in role=alert, and {shown}"


def operable(reading: Reading, situation: Situation) -> str | NotChecked | None:
    """G20. Without a browser: what looks like a control must be one, with a name, and in reach of the Tab key."""
    if reading.kind != "html" or 300 <= reading.answer.status < 400:
        return None
    for flaw in reading.page.error_flaws:
        if flaw.why in _FLAWS:
            return f"{_element(flaw)} can't be used by everybody: {_FLAWS[flaw.why]}"
    browser = situation.browser
    names = [control.name for control in reading.page.error_controls]
    if browser is not None and browser.reachable is not None and names:
        reachable = {_plain(name) for name in browser.reachable}
        if not reachable.intersection(map(_plain, names)):
            return f"the Tab key reaches none of {', '.join(map(quote, names[:3]))}"
    return _focus(reading, situation, browser)


def _focus(reading: Reading, situation: Situation, browser: BrowserView | None) -> str | NotChecked | None:
    """After a form was sent and is shown again, the focus must be at the error; plain HTML does so by `autofocus`."""
    if browser is not None:
        if not browser.submitted or browser.focus_in_error:
            return None
        if browser.focus_in_error is None:
            return NotChecked("where the focus was after the form was sent could not be found out")
        return (
            f"after the form was sent the focus is on {quote(browser.focus or 'the page as a whole')}, not at the error"
        )
    tree = reading.page.tree
    if situation.sent is None or tree is None or tree.css_first("form input:not([type=hidden]), form textarea") is None:
        return None
    if tree.css_first("[autofocus]") is not None:
        return None
    return NotChecked("where the focus goes after the form was sent needs a browser")


def contrast(_reading: Reading, situation: Situation) -> str | NotChecked | None:
    """G21. Which colours meet is for a browser to work out."""
    browser = situation.browser
    if browser is None:
        return NotChecked("the contrast of text needs a browser")
    if browser.contrast is None:
        return NotChecked("the contrast of the error's text could not be worked out")
    if browser.contrast >= LOWEST_CONTRAST:
        return None
    return f"text of the error has a contrast of {browser.contrast:.2g}:1, less than {LOWEST_CONTRAST:g}:1"


def _element(flaw: Flaw) -> str:
    return f"<{flaw.tag}> {quote(flaw.name)}" if flaw.name else f"a <{flaw.tag}> without words"


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


G18: Final = Rule(
    id="G18",
    name="announced",
    on="HB",
    level="E",
    passes_when="an error in the page is in role=alert (progress: role=status); on a page of its own the h1 states it",
    advice='put the error into an element with role="alert", or let the h1 of the error page say what does not work',
    source="WCAG 2.2, 4.1.3; ARIA19, ARIA22",
    check=announced,
)
G20: Final = Rule(
    id="G20",
    name="operable",
    on="HB",
    level="E",
    passes_when="retry is a button or link with a name that the keyboard reaches; "
    "after a failed submit the focus is at the error",
    advice="use <button> and <a href> with words in them; after a failed submit focus the error (autofocus)",
    source="WCAG 2.2, 2.1.1, 2.4.3 and 4.1.2",
    check=operable,
)
G21: Final = Rule(
    id="G21",
    name="contrast",
    on="B",
    level="W",
    passes_when="text of the error has a contrast of at least 4.5:1",
    advice="make the text darker or its background lighter until every word has 4.5:1",
    source="WCAG 2.2, 1.4.3",
    check=contrast,
)
