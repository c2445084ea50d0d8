"""All users of a live system together."""

from __future__ import annotations

from collections import defaultdict

from chaos.journal.events import Sample
from chaos.live.users import LiveUsers


class Everybody:
    """Implements `Arrivals`: a surge is of all users of a journey, also of those who come while it lasts."""

    def __init__(self) -> None:
        self._users: list[LiveUsers] = []
        self._factors: defaultdict[str, dict[str, float]] = defaultdict(dict)
        """By journey, and by whoever wants it so."""

    @property
    def here(self) -> tuple[LiveUsers, ...]:
        """Those who have not gone."""
        return tuple(users for users in self._users if not users.gone)

    async def welcome(self, users: LiveUsers) -> None:
        await users.come(self._factors[users.coming.name])
        surging = any(self._factors.values())  # then those who have gone are still wanted, as its witnesses
        self._users = [*(self._users if surging else self.here), users]

    def of(self, journey: str) -> tuple[LiveUsers, ...]:
        return tuple(users for users in self.here if users.coming.name == journey)

    def rate_per_s(self, journey: str) -> float | None:
        """At which users of a journey come while there is no surge; None: none of them have a rate."""
        return sum(users.coming.journey.rate or 0.0 for users in self.of(journey)) or None

    def first_s(self, journey: str) -> float:
        """When the first of those came who make a journey; 0 when nobody does."""
        return min((users.from_s for users in self._users if users.coming.name == journey), default=0.0)

    def samples(self, journey: str, from_s: float) -> tuple[Sample, ...]:
        """Of runs due since then that have ended."""
        return tuple(
            sample for users in self._users if users.coming.name == journey for sample in users.kept.due(from_s)
        )

    def multiply(self, name: str, by: str, times: float) -> None:
        self._factors[name][by] = times
        if times == 1:
            del self._factors[name][by]
        for users in self.of(name):
            users.multiply(by, times)
