"""Whether an answer is what its user came for."""

from __future__ import annotations

from fnmatch import fnmatchcase
from glob import escape

from chaos.experiment.placeholders import Saved, put_in_saved, text_with_saved
from chaos.experiment.request import Expect
from chaos.journeys.extraction import search
from chaos.rules.reading import Reading


def with_saved(expect: Expect, saved: dict[str, Saved]) -> Expect:
    """What is expected, with what earlier answers gave."""
    if not saved:
        return expect
    literal = {name: escape(value) if isinstance(value, str) else value for name, value in saved.items()}
    return expect.model_copy(
        update={
            "text": tuple(text_with_saved(text, saved) for text in expect.text),
            "no_text": tuple(text_with_saved(text, saved) for text in expect.no_text),
            "holds": put_in_saved(dict(expect.holds), saved),
            "header": {name: text_with_saved(pattern, literal) for name, pattern in expect.header.items()},
        }
    )


def unmet(expect: Expect, reading: Reading) -> str | None:
    """The first expectation that does not hold, in words; None when all hold."""
    answer = reading.answer
    if expect.status and answer.status not in expect.status:
        return f"status {' or '.join(map(str, expect.status))} was expected, not {answer.status}"
    if not expect.status and answer.status >= 400:
        return f"a status below 400 was expected, not {answer.status}"
    if not answer.complete:
        return "a complete answer was expected; this one ended early"
    return _header(expect, reading) or _text(expect, reading) or _json(expect, reading)


def _header(expect: Expect, reading: Reading) -> str | None:
    for name, pattern in expect.header.items():
        values = [value for key, value in reading.answer.headers if key.lower() == name.lower()]
        if not any(fnmatchcase(value, pattern) for value in values):
            found = f"not {values[0]!r}" if values else "which it lacks"
            return f"the answer should have the header {name}: {pattern}, {found}"
    return None


def _text(expect: Expect, reading: Reading) -> str | None:
    if not (expect.text or expect.no_text):
        return None
    shown = reading.page.folded
    for text in expect.text:
        if text.casefold() not in shown:
            return f"the page should show {text!r}"
    for text in expect.no_text:
        if text.casefold() in shown:
            return f"the page should not show {text!r}"
    return None


def _json(expect: Expect, reading: Reading) -> str | None:
    if expect.holds and reading.json.problem is not None:
        return "the answer should be JSON"
    for query, wanted in expect.holds.items():
        found = search(query, reading)
        if found != wanted or isinstance(found, bool) != isinstance(wanted, bool):
            return f"the answer should hold {wanted!r} at {query!r}, not {_short(found)}"
    return None


def _short(found: object) -> str:
    text = "nothing" if found is None else repr(found)
    return text if len(text) <= 80 else f"{text[:77]}..."
