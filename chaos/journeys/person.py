"""One user over the whole experiment: what they carry from visit to visit, and how much they bear."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from chaos.experiment.patience import GiveUp
from chaos.experiment.placeholders import Saved
from chaos.journeys.sends import Client


@dataclass(slots=True, kw_only=True)
class Person:
    """`saved` is what the steps of `before` took from their answers; `passed` the gates that this user has behind him.

    `bad_in_a_row` counts broken answers; `gone`: the user has given the app up. `rng` is for all that chance decides
    about this user.
    """

    name: str
    rng: random.Random
    client: Client
    saved: dict[str, Saved] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    bad_in_a_row: int = 0
    gone: bool = False

    async def forget(self) -> None:
        """From now on this is somebody else, who was never here before."""
        await self.client.forget()
        self.saved.clear()
        self.passed.clear()
        self.bad_in_a_row = 0
        self.gone = False

    def got(self, *, broken: bool, give_up: GiveUp | None) -> bool:
        """Count an answer. Returns whether it was the one too many."""
        self.bad_in_a_row = self.bad_in_a_row + 1 if broken else 0
        if give_up is not None and give_up.after is not None and self.bad_in_a_row >= give_up.after:
            self.gone = True
        return self.gone
