"""How a lesson is run and proven, by what its proof is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chaos.workshop.lessons.lesson import Gate, Played, Proof, Ready, Trials
from chaos.workshop.proofs.gate import GateProver
from chaos.workshop.proofs.played import PlayedProver
from chaos.workshop.proofs.prover import Prover
from chaos.workshop.proofs.ready import ReadyProver
from chaos.workshop.proofs.trials import TrialsProver

PROVERS: Final[Mapping[type[Proof], type[Prover]]] = {
    Ready: ReadyProver,
    Trials: TrialsProver,
    Gate: GateProver,
    Played: PlayedProver,
}


def prover_of(proof: Proof) -> Prover:
    return PROVERS[type(proof)]()
