"""Safeguards that nothing reaches, and those that everything does."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.experiment.advice.ranges import range_of_limit
from chaos.experiment.advice.subject import AnyFile
from chaos.experiment.problems import Problem


def safeguards_out_of_reach(file: AnyFile) -> Iterator[Problem]:
    """They look like a guard and stop nothing. A failure of a probe reaches any limit."""
    for index, safeguard in enumerate(file.safeguards):
        limit, can_be = safeguard.limit, range_of_limit(file, safeguard)
        if not (limit.bound.holds(can_be.low) or limit.bound.holds(can_be.high) or can_be.may_fail):
            message = f"{limit.bound.text} is never reached: {can_be.why}; write a limit that can be, or take it out"
            yield file.document.problem(("safeguards", index, limit.measure), message)


def safeguards_always_reached(file: AnyFile) -> Iterator[Problem]:
    """They stop every experiment, before anything is broken."""
    for index, safeguard in enumerate(file.safeguards):
        limit, can_be = safeguard.limit, range_of_limit(file, safeguard)
        if limit.bound.holds(can_be.low) and limit.bound.holds(can_be.high):
            message = (
                f"{limit.bound.text} is reached whatever happens, so nothing could be broken: {can_be.why}; write a "
                "limit on the far side of what is usual"
            )
            yield file.document.problem(("safeguards", index, limit.measure), message)
