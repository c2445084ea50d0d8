"""What is known of a live system besides a fault's own counters, for telling whether anybody met it."""

from __future__ import annotations

from collections.abc import Mapping

from chaos.backends.links import Links
from chaos.experiment.plan import PlannedFault
from chaos.experiment.system import System
from chaos.live.everybody import Everybody
from chaos.verdict.proof import Circumstances


class Witness:
    """There is no baseline here: that somebody uses a link is shown by whatever it has carried since it was made."""

    def __init__(self, system: System, links: Links, everybody: Everybody) -> None:
        self._system = system
        self._links = links
        self._everybody = everybody

    async def carried(self) -> Mapping[str, int]:
        """Bytes by link, so far."""
        return await self._links.carried()

    def circumstances(self, fault: PlannedFault, carried: Mapping[str, int], injected_s: float) -> Circumstances:
        """`carried`: by the links when the fault was injected, which was at `injected_s`."""
        journey = fault.entry.on if fault.entry.place == "journey" else ""
        return Circumstances(
            links=self._system.links,
            carried=carried,
            when="before",
            began_s=max(injected_s, self._everybody.first_s(journey)),
            rate_per_s=self._everybody.rate_per_s(journey),
            samples=self._everybody.samples(journey, injected_s),
        )
