"""G04: Retry-After is true, and does not send everybody back at once. Sources: SRE book, Builders' Library (jitter)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chaos.rules.rule import NotChecked, Rule
from chaos.rules.story import Coming, Story, StoryFinding

SERVED: Final = 0.9
FEWEST_RETRIES: Final = 10
FEWEST_CLIENTS: Final = 20
ONE_INSTANT_S: Final = 0.1


def retry_after_is_true(story: Story) -> Sequence[StoryFinding] | NotChecked:
    """G04. Judged are retries that came when they were told to.

    Of those after the last undo, at least 90 % must be served; the app has the time that it named itself to notice
    that the fault is over, so whoever comes sooner after the undo is not counted. Of those of a whole run by at
    least 20 clients, fewer than 90 % may fall into one instant (a tenth of a second): clients that were told the
    same and add nothing of their own come as a herd. That they are told one moment in different words, such as by a
    date, makes no difference.
    """
    obeyed = [coming for coming in story.comings if coming.told_s is not None]
    undone_s = story.undone_s
    after = [
        coming
        for coming in obeyed
        if undone_s is not None and coming.told_s is not None and coming.at_s >= undone_s + coming.told_s
    ]
    herd = _herd(obeyed)
    if len(after) < FEWEST_RETRIES:
        if herd:
            return herd
        return NotChecked(
            f"{len(after)} retries came when told to after the last undo; {FEWEST_RETRIES} are needed to judge"
        )
    return (*_untrue(after), *herd)


def _untrue(after: Sequence[Coming]) -> Sequence[StoryFinding]:
    unserved = [coming for coming in after if coming.outcome != "served"]
    share = 1 - len(unserved) / len(after)
    if share >= SERVED:
        return ()
    first = unserved[0]
    reason = (
        f"{len(after) - len(unserved)} of {len(after)} users who came back when told to, after the fault, were served "
        f"({share:.0%}; at least {SERVED:.0%})"
    )
    return (StoryFinding(reason=reason, journey=first.journey, user=first.user, at_s=first.at_s, count=len(unserved)),)


def _herd(obeyed: Sequence[Coming]) -> Sequence[StoryFinding]:
    if len({coming.user for coming in obeyed}) < FEWEST_CLIENTS:
        return ()
    times = sorted(coming.at_s for coming in obeyed)
    wanted = -(-len(times) * 9 // 10)
    spread_s, start = min((times[i + wanted - 1] - times[i], i) for i in range(len(times) - wanted + 1))
    if spread_s > ONE_INSTANT_S:
        return ()
    first = next(coming for coming in obeyed if coming.at_s == times[start])
    values = {coming.told_s for coming in obeyed}
    told = f"all told {first.told_s:g} s" if len(values) == 1 else "told one moment"
    reason = f"{wanted} of {len(times)} retries, {told}, came within {max(spread_s, 0.001):.3g} s of each other"
    return (StoryFinding(reason=reason, journey=first.journey, user=first.user, at_s=first.at_s, count=wanted),)


G04: Final = Rule(
    id="G04",
    name="Retry-After is true",
    on="U",
    level="W",
    passes_when="after the fault, coming back when told to works >= 90 % of the time; "
    "20 clients or more do not all come back in one instant",
    advice="take Retry-After from when you will try again yourself, and spread it at random over the clients",
    source="SRE book, 22 (Addressing Cascading Failures); Builders' Library, Timeouts, retries and backoff with jitter",
    story=retry_after_is_true,
)
