"""Claims that nothing could ever show or refute: what a model alone can't see of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chaos.experiment.experiment import Experiment
from chaos.experiment.loader import Document
from chaos.experiment.plan import arrivals_of
from chaos.experiment.problems import Location, Problem
from chaos.experiment.stretches import Stretch, phase_of, time_of, written_s
from chaos.experiment.system import System
from chaos.experiment.tolerance import Bounds


def patience_problems(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """Who never gives up can't be counted as gone."""
    sections: Mapping[Location, Mapping[str, Bounds]] = {
        ("steady_state",): experiment.steady_state,
        ("during",): experiment.during,
        ("impact",): experiment.impact,
        **{("faults", index, "during"): fault.during for index, fault in enumerate(experiment.faults)},
    }
    for section, bounds in sections.items():
        for name, each in bounds.items():
            journey = system.journeys.get(name)
            claimed = any(tolerance.measure == "abandonment" for tolerance in each.tolerances(name))
            if claimed and journey is not None and journey.give_up is None:
                message = f"nobody on {name} ever gives up, so it always holds; say in the system when, with `give_up`"
                yield document.problem((*section, name, "abandonment"), message)


def confidence_problems(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """A confidence that the phase, or the time of one fault alone, can't reach, however well all goes."""
    stretches: list[tuple[Location, Mapping[str, Bounds], Stretch]] = [
        (("during",), experiment.during, phase_of(experiment, sure=True)),
        *(
            (("faults", index, "during"), fault.during, time_of(experiment, fault))
            for index, fault in enumerate(experiment.faults)
        ),
    ]
    for where, bounds, stretch in stretches:
        for name, each in bounds.items():
            rate = system.journeys[name].rate if name in system.journeys else None
            if rate is None:
                continue
            arrivals = arrivals_of(experiment, name, rate)
            count = arrivals.whole(stretch.spans)
            for tolerance in each.tolerances(name):
                needed = tolerance.bound.fewest_samples
                if count < needed:
                    message = (
                        f"{needed} samples are needed to show {tolerance.bound.text} with this confidence, if all are "
                        f"for it, and {written_s(stretch.length_s)} hold {count}: "
                        f"{stretch.what_would_do(name, arrivals, needed)}"
                    )
                    yield document.problem((*where, name, tolerance.measure), message, at_key=True)
