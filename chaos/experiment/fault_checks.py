"""What a model can't see of single faults: whom a signal may reach, and whether it is on for long enough to judge."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.experiment.experiment import Experiment, FaultEntry
from chaos.experiment.loader import Document
from chaos.experiment.plan import LONGEST_FAULT_S, arrivals_of
from chaos.experiment.problems import Location, Problem, suggest
from chaos.experiment.stretches import time_of
from chaos.experiment.system import Service, System
from chaos.experiment.targets import Spread
from chaos.faults.fault import DisconnectService, FillDisk
from chaos.units import format_duration


def fault_problems(document: Document, experiment: Experiment, system: System, faults: Spread) -> Iterator[Problem]:
    """`faults` are those of the experiment, one for each service that they happen to."""
    yield from _processes(document, system, faults)
    yield from _own_lengths(document, experiment, system)


def _processes(document: Document, system: System, faults: Spread) -> Iterator[Problem]:
    """Signals go to what is more than an address, and one at a time: a service can't be both stopped and gone."""
    entries = [(index, fault) for index, fault in faults if fault.place == "service"]
    for number, (index, fault) in enumerate(entries):
        service = system.services.get(fault.on)
        if service is not None and service.url is not None:
            message = (
                f"{fault.on} has a `url` and is never signalled; {fault.kind} needs one that is started here, or of a "
                "compose project that runs"
            )
            yield document.problem(("faults", index, "service"), message)
        if service is not None:
            yield from _parts(document, index, fault, service)
        for other, earlier in entries[:number]:
            together = any(fault.is_on(start, LONGEST_FAULT_S) for start in earlier.starts)
            together = together or any(earlier.is_on(start, LONGEST_FAULT_S) for start in fault.starts)
            if earlier.on == fault.on and together:
                message = f"{fault.kind} and {earlier.kind} (faults[{other}]) would meet on {fault.on}; one at a time"
                yield document.problem(("faults", index, "at"), message)


def _parts(document: Document, index: int, fault: FaultEntry, service: Service) -> Iterator[Problem]:
    """What a fault names of its service must be there."""
    change = fault.change
    if isinstance(change, FillDisk) and change.path not in service.tmpfs:
        message = f"{fault.on} has no file system of its own at {change.path!r}; {suggest(change.path, service.tmpfs)}"
        yield document.problem(("faults", index, fault.kind, "path"), message)
    if isinstance(change, DisconnectService) and change.network not in {None, *service.networks}:
        message = f"{fault.on} is on no network {change.network!r}; {suggest(change.network or '', service.networks)}"
        yield document.problem(("faults", index, fault.kind, "network"), message)


def _own_lengths(document: Document, experiment: Experiment, system: System) -> Iterator[Problem]:
    """The same of what is claimed for the time of one fault alone; one that comes again is on for all of its times."""
    for index, fault in enumerate(experiment.faults):
        time = time_of(experiment, fault)
        where: Location = ("faults", index, "for")
        for name in fault.during:
            journey = system.journeys.get(name)
            if journey is None:
                continue
            if time.lasts_s <= journey.timeout:
                message = (
                    f"it is over after {format_duration(time.lasts_s)}, before a run of {name} can time out "
                    f"({format_duration(journey.timeout)}), so its own `during` can't judge {name}; make it longer"
                )
                yield document.problem(where, message)
            if journey.rate is None:
                continue
            arrivals = arrivals_of(experiment, name, journey.rate)
            count = arrivals.whole(time.spans)
            if count < experiment.samples:
                message = (
                    f"while it is on, {count} runs of {name} are due, and its own `during` needs {experiment.samples}: "
                    f"{time.what_would_do(name, arrivals, experiment.samples)}"
                )
                yield document.problem(where, message)
