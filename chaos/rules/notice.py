"""G28: a notice comes with the trouble and goes with it. Source: GOV.UK Design System, notification banner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence, Set
from typing import Final, TypeVar

from chaos.rules.page import count_words
from chaos.rules.reading import Reading
from chaos.rules.rule import NotChecked, Rule
from chaos.rules.story import Coming, Story, StoryFinding

Fact = TypeVar("Fact", bound=Hashable)
SELDOM: Final = 0.1
"""What fewer of a journey's answers had before the fault says nothing of what is usual."""


def shows_notice(reading: Reading) -> bool:
    """Whether the answer tells its reader that not all is well, beside what it brings or instead of it.

    On a page: words in role=alert or role=status (or a live region that means the same). In JSON: `notice` or `notices`
    with something in it, or a problem object with a title.
    """
    if reading.kind == "json":
        value = reading.json.value
        if not isinstance(value, dict):
            return False
        problem = reading.answer.media_type == "application/problem+json" and bool(value.get("title"))
        return problem or bool(value.get("notice")) or bool(value.get("notices"))
    return any(block.live and count_words(block.text) for block in reading.page.blocks)


def notice_lifecycle(story: Story) -> Sequence[StoryFinding] | NotChecked:
    """G28. Two claims; what can't be decided of either is left out.

    *It appears*: a user who met the fault meets a notice at once or, after `notice_within_s`, on at least one of the
    answers until the undo. *It goes*: from `gone_within_s` after recovery on nobody meets one. To meet the fault is to
    get a degraded answer, or a served one with a status that the journey seldom had before the fault, such as 202 where
    it was 201. Recovery is the end of the last answer that was not served, or the undo where that is later. A journey
    whose answers carry a notice when all is well (a status page) proves nothing here.
    """
    if story.injected_s is None:
        return NotChecked("nothing was injected")
    before = [c for c in story.comings if c.at_s < story.injected_s and c.outcome == "served"]
    always = {journey for journey, notice in _usual((c.journey, c.notice) for c in before) if notice}
    comings = [c for c in story.comings if not (c.journey in always and c.outcome == "served")]
    end_s = _end_of_fault(story)
    during = [c for c in comings if story.injected_s <= c.at_s <= end_s]
    usual = _usual((c.journey, c.status) for c in before)
    met = [c for c in during if _met_the_fault(c, usual)]
    if not met and not any(c.notice for c in during):
        return NotChecked("nothing was degraded and no notice was shown while the fault lasted")
    untold = _untold(during, met, story.notice_within_s)
    late = _late(comings, story)
    if untold is None and late is None:
        return NotChecked("the run ended before a notice had to be there or to be gone")
    return (*(untold or ()), *(late or ()))


def _usual(had: Iterable[tuple[str, Fact]]) -> Set[tuple[str, Fact]]:
    """By journey, what a good part of its answers had: what few had was a hiccup."""
    counts = Counter(had)
    totals = Counter[str]()
    for (journey, _), count in counts.items():
        totals[journey] += count
    return {pair for pair, count in counts.items() if count >= SELDOM * totals[pair[0]]}


def _end_of_fault(story: Story) -> float:
    return next((at_s for at_s in (story.undo_issued_s, story.undone_s) if at_s is not None), story.ended_s)


def _met_the_fault(coming: Coming, usual: Set[tuple[str, int | None]]) -> bool:
    if coming.outcome == "degraded":
        return True
    known = any(journey == coming.journey for journey, _ in usual)
    return coming.outcome == "served" and known and (coming.journey, coming.status) not in usual


def _untold(during: Iterable[Coming], met: Iterable[Coming], within_s: float) -> Sequence[StoryFinding] | None:
    """None: of no user can it be said."""
    first_met: dict[str, Coming] = {}
    for coming in met:
        first_met.setdefault(coming.user, coming)
    after: dict[str, list[Coming]] = {user: [] for user in first_met}
    for coming in during:
        if coming.user in first_met and coming.at_s >= first_met[coming.user].at_s:
            after[coming.user].append(coming)
    decided = False
    untold: list[Coming] = []
    for user, first in first_met.items():
        if any(c.notice for c in after[user]):
            decided = True
        elif any(c.at_s > first.at_s + within_s for c in after[user]):
            decided = True
            untold.append(first)
    if not decided:
        return None
    if not untold:
        return ()
    first = min(untold, key=lambda c: c.at_s)
    users = f"{len(untold)} users" if len(untold) > 1 else "a user"
    reason = f"{users} met the fault and no notice within {within_s:g} s, nor later until the undo"
    return (StoryFinding(reason=reason, journey=first.journey, user=first.user, at_s=first.at_s, count=len(untold)),)


def _late(comings: Sequence[Coming], story: Story) -> Sequence[StoryFinding] | None:
    """None: nobody came late enough after recovery."""
    if story.undone_s is None:
        return None
    unserved = [c.ended_s for c in story.comings if c.outcome != "served"]
    recovered_s = max([story.undone_s, *unserved])
    after = [c for c in comings if c.at_s > recovered_s + story.gone_within_s]
    if not after:
        return None
    late = [c for c in after if c.notice]
    if not late:
        return ()
    users = len({c.user for c in late})
    who = f"{users} users still meet" if users > 1 else "a user still meets"
    reason = (
        f"{who} the notice {late[0].at_s - recovered_s:.3g} s after recovery, {story.gone_within_s:g} s are allowed"
    )
    first = late[0]
    return (StoryFinding(reason=reason, journey=first.journey, user=first.user, at_s=first.at_s, count=len(late)),)


G28: Final = Rule(
    id="G28",
    name="notice lifecycle",
    on="U",
    level="W",
    passes_when="users who met the fault meet a notice within X of it (or at once), "
    "and Y after recovery nobody meets one any more",
    advice="show the notice from the same state that degrades the answers, so that it comes and goes with it",
    source="GOV.UK Design System, Notification banner",
    story=notice_lifecycle,
)
