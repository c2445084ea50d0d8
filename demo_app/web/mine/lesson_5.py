"""Lesson 5: what it means that nobody could be asked how old someone is."""

from demo_app.web.model import Age, NotNow, Visit

REMEMBERS = False
"""True: whoever was found to be old enough gets a signed cookie that says so, and then `visit.remembered` is true."""


def when_nobody_answers(visit: Visit, not_now: NotNow) -> Age:
    """Returns how old the visitor is, or raises `not_now`: a page that asks them to come back in a moment."""
    return Age.UNKNOWN
