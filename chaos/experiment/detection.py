"""How trouble is noticed: the app says so itself, or its users tell each other where outages are reported."""

from __future__ import annotations

from pydantic import Field

from chaos.experiment.probe import Probe
from chaos.experiment.values import Target
from chaos.fields import Duration, Share, Strict


class StatusPage(Strict):
    """The app's own word on how it is."""

    get: Target = Field(description="asked on the service itself, round the proxies")
    well: str = Field(
        min_length=1, description="what it says while all is well; without it, it says that something is not"
    )
    every: Duration = Field(0.25, ge=0.05, description="how often it is asked")

    def probe(self) -> Probe:
        """Its interval is in seconds already; a probe that is read from a file has a unit there."""
        return Probe(get=self.get, text=self.well).model_copy(update={"every": self.every})


class Reports(Strict):
    """Outage reports, as outsiders see them: some of those who were let down report it, each of them once."""

    share: Share = Field(0.1, gt=0, description="of the visits that were not served, so many are reported")
    threshold: int = Field(10, ge=1, description="so many reports are an outage in everybody's eyes")


class Detection(Strict):
    """Where a claim of `detect` looks. Notices in users' own answers always count as being told."""

    status: StatusPage | None = None
    reports: Reports = Field(default_factory=Reports)
