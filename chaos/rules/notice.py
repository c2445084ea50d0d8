"""G28: a notice comes with the trouble and goes with it. Source: GOV.UK Design System, notification banner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from chaos.rules.page import count_words
from chaos.rules.reading import Reading
from chaos.rules.rule import NotChecked, Rule
from chaos.rules.story import Coming, Story, StoryFinding


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

    *It appears*: a user who got a degraded answer while the fault lasted meets a notice at once or, after
    `notice_within_s`, on at least one of the answers until the undo. *It goes*: from `gone_within_s` after recovery on
    nobody meets one. Recovery is the end of the last answer that was not served, or the undo where that is later. A
    journey whose answers carry a notice when all is well (a status page) proves nothing here.
    """
    if story.injected_s is None:
        return NotChecked("nothing was injected")
    always = {c.journey for c in story.comings if c.at_s < story.injected_s and c.notice and c.outcome == "served"}
    comings = [c for c in story.comings if not (c.journey in always and c.outcome == "served")]
    end_s = _end_of_fault(story)
    during = [c for c in comings if story.injected_s <= c.at_s <= end_s]
    if not any(c.notice or c.outcome == "degraded" for c in during):
        return NotChecked("nothing was degraded and no notice was shown while the fault lasted")
    untold = _untold(during, story.notice_within_s)
    late = _late(comings, story)
    if untold is None and late is None:
        return NotChecked("the run ended before a notice had to be there or to be gone")
    return (*(untold or ()), *(late or ()))


def _end_of_fault(story: Story) -> float:
    return next((at_s for at_s in (story.undo_issued_s, story.undone_s) if at_s is not None), story.ended_s)


def _untold(during: Iterable[Coming], within_s: float) -> Sequence[StoryFinding] | None:
    """None: of no user can it be said."""
    by_user: dict[str, list[Coming]] = {}
    for coming in during:
        by_user.setdefault(coming.user, []).append(coming)
    decided = False
    untold: list[Coming] = []
    for comings in by_user.values():
        first = next((c for c in comings if c.outcome == "degraded"), None)
        if first is None:
            continue
        after = [c for c in comings if c.at_s >= first.at_s]
        if any(c.notice for c in after):
            decided = True
        elif any(c.at_s > first.at_s + within_s for c in after):
            decided = True
            untold.append(first)
    if not decided:
        return None
    if not untold:
        return ()
    first = min(untold, key=lambda c: c.at_s)
    users = f"{len(untold)} users" if len(untold) > 1 else "a user"
    reason = f"{users} got degraded answers and met no notice within {within_s:g} s, nor later until the undo"
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
    passes_when="users who got degraded answers meet a notice within X of it (or at once), "
    "and Y after recovery nobody meets one any more",
    advice="show the notice from the same state that degrades the answers, so that it comes and goes with it",
    source="GOV.UK Design System, Notification banner",
    story=notice_lifecycle,
)
