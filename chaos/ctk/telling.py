"""The head of an imported experiment: where it comes from, what is missing, and what is new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from chaos.ctk.hypothesis import Asked
from chaos.ctk.model import CtkExperiment
from chaos.ctk.reading import Source
from chaos.ctk.timeline import Note

NOTHING_BROKEN: Final = "nothing that the original breaks could be carried over: the fault below only stands in for it"
_KEYS: Final = {
    "controls": "nothing is called around phases here; `--events FILE` tells what happens as it happens",
    "extensions": "they mean nothing here",
    "contributions": "nobody counts them here; `tags` may say the same",
}
_ASKED_BEFORE_ONLY: Final = frozenset({"before-method-only", "skip"})


def told(source: Source, asked: Asked, notes: Sequence[Note], *, stand_in: bool) -> Iterator[str]:
    """Line by line, as comments."""
    yield f"From {source.document.path.name}, an experiment of Chaos Toolkit. Look at the lines that say `change`."
    missing = [*([NOTHING_BROKEN] if stand_in else []), *map(str, notes), *_without_meaning(source.experiment)]
    if missing:
        yield ""
        yield "Not carried over:"
        yield from (f"- {each}" for each in missing)
    if source.notes:
        yield ""
        yield "Variables:"
        yield from (f"- {each}" for each in source.notes)
    yield ""
    yield "What the original did not check, and this does:"
    if asked.journeys:
        yield "- users meanwhile: its HTTP probes are asked once; here users ask all the time, and each answer counts"
    else:
        yield "- users meanwhile: none of its probes asks as users do; a journey stands in for them"
    yield "- that the fault met traffic at all: without that the verdict is inconclusive, not passed"
    yield "- how long it takes until all is as before: `recovery`"
    yield "- what users were told: an answer that is neither what they came for nor graceful counts as broken"
    yield ""
    yield "Its rollbacks are not written: what is broken here is put right at the end of the run, however it ends."


def _without_meaning(experiment: CtkExperiment) -> Iterator[str]:
    yield from (f"{key}: {why}" for key, why in _KEYS.items() if getattr(experiment, key))
    activities = (*experiment.hypothesis.probes, *experiment.method, *experiment.rollbacks)
    if any(activity.controls for activity in activities):
        yield "controls of single activities: nothing is called around them here"
    strategy = experiment.runtime.hypothesis.strategy
    if strategy in _ASKED_BEFORE_ONLY:
        yield f"the strategy {strategy}: here the steady state is asked for before, and must come back"
