"""What a probe is asked for: a number of its own, whatever that means."""

from __future__ import annotations

from dataclasses import dataclass

from chaos.measures.measure import Unit


@dataclass(frozen=True, slots=True)
class ProbeMeasure:
    """Named after the phase that its bound is for; of a safeguard, which watches all of them, `figure`."""

    name: str
    summary: str

    @property
    def unit(self) -> Unit:
        return "number"

    @property
    def higher_is_better(self) -> bool:
        """Nobody knows: so a bare bound means "at most"."""
        return False
