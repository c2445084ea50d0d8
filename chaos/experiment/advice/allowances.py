"""Findings that are borne with for a while, and whose while is over or nearly so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from chaos.experiment.advice.subject import ExperimentFile
from chaos.experiment.problems import Problem

SOON: Final = timedelta(days=14)


def expired_allowances(file: ExperimentFile) -> Iterator[Problem]:
    for index, allowance in enumerate(file.experiment.allow):
        if allowance.until < file.today:
            message = (
                f"the allowance for {allowance.rule} ended on {allowance.until}, so its findings count again; mend "
                "them and take the entry out, or agree on another day"
            )
            yield file.document.problem(("allow", index, "until"), message)


def ending_allowances(file: ExperimentFile) -> Iterator[Problem]:
    for index, allowance in enumerate(file.experiment.allow):
        left = allowance.until - file.today
        if timedelta(0) <= left <= SOON:
            days = "today" if not left else "tomorrow" if left.days == 1 else f"in {left.days} days"
            message = f"the allowance for {allowance.rule} ends {days}; from then on its findings count"
            yield file.document.problem(("allow", index, "until"), message)
