"""G27: sending the same again does no harm. Sources: RFC 9110, 9.2.2; The Idempotency-Key HTTP Header Field (draft)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from chaos.rules.rule import NotChecked, Rule, quote
from chaos.rules.story import Echo, Story, StoryFinding


def idempotent_retry(story: Story) -> Sequence[StoryFinding] | NotChecked:
    """G27. An echo that met the fault (no answer, 429, or 500 and above) says nothing about keys and is passed over."""
    judged = [echo for echo in story.echoes if _was_handled(echo)]
    findings: list[StoryFinding] = []
    for is_wrong, said in _WRONG:
        wrong = [echo for echo in judged if is_wrong(echo)]
        if wrong:
            first = wrong[0]
            findings.append(
                StoryFinding(
                    reason=said(first),
                    journey=first.journey,
                    user=first.user,
                    at_s=first.at_s,
                    count=len(wrong),
                )
            )
    findings += _stored_twice(story)
    if not judged and not findings:
        return NotChecked("nothing was sent twice with one key and answered")
    return tuple(findings)


def _was_handled(echo: Echo) -> bool:
    """Both times, and the first time with success."""
    if echo.status is None or echo.status == 429 or echo.status >= 500:
        return False
    return echo.first_status is not None and echo.first_status < 400


def _makes_another(echo: Echo) -> bool:
    named = echo.item is not None and echo.first_item is not None
    return not echo.changed and _succeeded(echo) and named and echo.item != echo.first_item


def _refuses_the_same(echo: Echo) -> bool:
    return not echo.changed and not _succeeded(echo)


def _takes_another_body(echo: Echo) -> bool:
    return echo.changed and _succeeded(echo)


def _succeeded(echo: Echo) -> bool:
    return echo.status is not None and echo.status < 400


_WRONG: Final[Sequence[tuple[Callable[[Echo], bool], Callable[[Echo], str]]]] = (
    (
        _makes_another,
        lambda echo: (
            f"the same sent again with its key made {quote(echo.item or '')} beside {quote(echo.first_item or '')}"
        ),
    ),
    (
        _refuses_the_same,
        lambda echo: f"the same sent again with its key was answered {echo.status}, at first {echo.first_status}",
    ),
    (
        _takes_another_body,
        lambda echo: f"another body with a key that was used was answered {echo.status}; it must be refused with a 4xx",
    ),
)


def _stored_twice(story: Story) -> Sequence[StoryFinding]:
    twice = [item for item, state in (story.items or {}).items() if state == "duplicated"]
    if not twice:
        return ()
    of = next((coming for coming in story.comings if coming.item == twice[0]), None)
    more = f", and so are {len(twice) - 1} others" if len(twice) > 1 else ""
    reason = f"{quote(twice[0])} is stored more than once{more}"
    if of is None:
        return (StoryFinding(reason=reason, count=len(twice)),)
    return (StoryFinding(reason=reason, journey=of.journey, user=of.user, at_s=of.at_s, count=len(twice)),)


G27: Final = Rule(
    id="G27",
    name="idempotent retry",
    on="U",
    level="E",
    passes_when="one key sent k times has exactly one effect and the same answer; another body is refused (4xx)",
    advice="keep each key with a hash of its body and its answer, and pass the key on to what stores the item",
    source="RFC 9110, 9.2.2; The Idempotency-Key HTTP Header Field (draft)",
    story=idempotent_retry,
)
