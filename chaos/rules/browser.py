"""What a real browser showed of an answer: the facts that the rules marked B are judged by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserView:
    """Taken when the page had settled. None: that could not be found out.

    `feedback_s`: from the user's act to the first thing that changed on the page. `announced`: texts of alerts and
    status regions, as a screen reader says them. `heading`: the first h1 as it is shown. `focus`: the accessible name
    of what has the focus, empty when that is the page as a whole; `focus_in_error`: whether that is in the error
    region, or its heading. `submitted`: the page is the answer to a form that was sent. `reachable`: accessible names
    of links and buttons that the Tab key reaches. `contrast`: the lowest contrast of text in the error region, such as
    4.5. `without_scripts`: whether the same page shows the same words when scripts are switched off.
    """

    feedback_s: float | None = None
    announced: tuple[str, ...] = ()
    heading: str = ""
    focus: str | None = None
    focus_in_error: bool | None = None
    submitted: bool = False
    reachable: tuple[str, ...] | None = None
    contrast: float | None = None
    without_scripts: bool | None = None
