"""What a comparison reads of a verdict, whether it comes from a run just now or from an earlier `results.json`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from chaos.verdict.verdict import TimeToRecover, Verdict, Word


class _Read(BaseModel):
    """Keys may be added to results at any time, so others are let in."""

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True)


class TallyRecord(_Read):
    journey: str
    phase: str
    served: int
    degraded: int
    broken: int
    p95_s: float
    p95_interval_s: tuple[float, float | None] | None = None
    """None: of an earlier version. Its end is None where the samples set none."""

    @property
    def total(self) -> int:
        return self.served + self.degraded + self.broken


class LedgerRecord(_Read):
    audit: str
    lost: tuple[str, ...]
    duplicated: tuple[str, ...]


class FindingRecord(_Read):
    rule: str
    name: str
    level: str
    allowed: str | None = None


class Record(_Read):
    """One verdict."""

    id: str
    title: str
    variant: str | None
    wall_time: str
    muted: bool = False
    verdict: Word
    busy: bool = False
    plan_sha256: str | None = None
    """None: of an earlier version, or there was no plan."""
    recovered: TimeToRecover | None
    tallies: tuple[TallyRecord, ...]
    ledgers: tuple[LedgerRecord, ...]
    findings: tuple[FindingRecord, ...] = ()

    @property
    def conclusive(self) -> bool:
        return self.verdict in {"passed", "failed"}


class Results(_Read):
    """One run's."""

    format: int
    run: str
    experiments: tuple[Record, ...]


def record_of(verdict: Verdict) -> Record:
    return Record.model_validate(verdict)
