"""G10: something that the user can quote and the team can find. Source: GOV.UK Design System."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from chaos.rules.reading import Reading
from chaos.rules.rule import NotChecked, Rule, Situation, quote
from chaos.rules.story import Story, StoryFinding

_NAMES_AN_ID: Final = re.compile(
    r"(?:^|-)(?:id|ray|ref|reference|trace|traceparent|tracking|correlation|incident)(?:-|$)", re.IGNORECASE
)
_TOKEN: Final = re.compile(r"[\w.:+/=-]{1,200}")
_SHORTEST: Final = 4
_MOST_HEADERS: Final = 100
_LONGEST_TEXT: Final = 200_000


def reference(reading: Reading, _situation: Situation) -> str | None:
    """G10, for one answer: an id of a header (such as X-Request-Id) also stands where the user sees it."""
    if reading.answer.status < 400 or reading.kind in {"empty", "binary", "code"}:
        return None
    if reference_of(reading) is not None:
        return None
    name = next((name for name, _ in _ids_in_headers(reading)), None)
    if name is None:
        return "no header carries an id of this request, so nothing that users quote can be looked up"
    where = "the JSON body" if reading.kind == "json" else "the page"
    return f"the id in the header {name} stands nowhere in {where}, so the user has nothing to quote"


def reference_of(reading: Reading) -> str | None:
    """The id that this answer gives its user to quote and its header repeats; None where it gives none."""
    shown = "\n".join(reading.strings) if reading.kind == "json" else "\n".join(b.text for b in reading.page.blocks)
    shown = shown[:_LONGEST_TEXT].lower()
    return next((id_ for _, id_ in _ids_in_headers(reading) if id_.lower() in shown), None)


def references_found(story: Story) -> Sequence[StoryFinding] | NotChecked:
    """G10, for a run: each id that users were given is in the log of a service."""
    if story.references is None:
        return NotChecked("the services' logs can't be read")
    if not story.references:
        return NotChecked("no answer gave its user a reference")
    missing = [id_ for id_, found in story.references.items() if not found]
    if not missing:
        return ()
    of = f"{len(missing)} of {len(story.references)} references" if len(story.references) > 1 else "the reference"
    example = f", such as {quote(missing[0])}," if len(missing) > 1 else f" {quote(missing[0])}"
    verb = "stand" if len(missing) > 1 else "stands"
    reason = f"{of} that users were given{example} {verb} in no service's log"
    return (StoryFinding(reason=reason, count=len(missing)),)


def _ids_in_headers(reading: Reading) -> Iterator[tuple[str, str]]:
    """Header names and the ids in them; of a traceparent the part that names the trace."""
    for name, value in reading.answer.headers[:_MOST_HEADERS]:
        if not _NAMES_AN_ID.search(name):
            continue
        tokens = [token[0] for token in _TOKEN.finditer(value[:1000])]
        if name.lower() == "traceparent":
            tokens = [part for token in tokens for part in token.split("-") if len(part) == 32]
        yield from ((name, token) for token in tokens if len(token) >= _SHORTEST)


G10: Final = Rule(
    id="G10",
    name="reference",
    on="HJ",
    level="W",
    passes_when="an id that the user can quote stands in the text (or instance) and in a header, "
    "and is found in the service's log",
    advice="give each request an id: into the log, a header such as X-Request-Id, and the error that users see",
    source="GOV.UK Design System, There is a problem with the service",
    check=reference,
    story=references_found,
)
