"""What can't be done to a live system, found out before anything is touched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chaos.backends.links import Choice
from chaos.backends.support import able_to_inject, can_inject
from chaos.errors import InvalidOption
from chaos.experiment.experiment import FaultEntry
from chaos.experiment.problems import suggest
from chaos.experiment.system import Journey, System
from chaos.faults.fault import PLACES, MultiplyArrivals


def check_fault(entry: FaultEntry, system: System, on: Sequence[FaultEntry], *, rated: bool, choice: Choice) -> None:
    """`on`: what is broken already; `rated`: users of its journey come at a rate. Raises `InvalidOption` with all
    reasons against it.
    """
    if reasons := list(_against(entry, system, on, rated=rated, choice=choice)):
        raise InvalidOption("\n".join(f"{entry.title}: {reason}" for reason in reasons))


def _against(
    entry: FaultEntry, system: System, on: Sequence[FaultEntry], *, rated: bool, choice: Choice
) -> Iterator[str]:
    if entry.at:
        yield "a fault of a live system begins at once; leave `at` out"
    if entry.during:
        yield "a live system has no verdict; leave `during` out, and look at its users"
    known = getattr(system, PLACES[entry.place])
    if entry.on not in known:
        yield f"there is no {entry.place} {entry.on!r}; {suggest(entry.on, known)}"
        return
    if not can_inject(choice, entry.change):
        able = " or ".join(able_to_inject(entry.change))
        yield f"the backends {choice.links} and {choice.services} can't inject it; {able} can"
    if entry.place == "service":
        if system.services[entry.on].command is None:
            yield f"{entry.on} already runs and is never signalled; {entry.kind} needs a service with a `command`"
        for other in on:
            if other.place == "service" and other.on == entry.on:
                yield f"{other.title} is on; one at a time"
    if isinstance(entry.change, MultiplyArrivals) and not rated and system.journeys[entry.on].rate is None:
        yield f"users of {entry.on} have no rate, so there is nothing that {entry.kind} could multiply"


def as_made(name: str, journey: Journey, *, rate: float | None, clients: int | None) -> Journey:
    """The journey as it is made now: at another rate (per second) or by other clients than its file says. Raises
    `InvalidOption`.
    """
    if rate is not None and clients is not None:
        raise InvalidOption(f"users of {name} have either a rate or are so many clients, not both")
    if rate is not None and not rate > 0:
        raise InvalidOption(f"users of {name}: a rate must be more than 0")
    if clients is not None and clients < 1:
        raise InvalidOption(f"users of {name}: there must be one client at least")
    if rate is not None:
        return journey.model_copy(update={"rate": rate, "clients": None, "traffic": None, "think": 0.0})
    if clients is not None:
        return journey.model_copy(update={"rate": None, "clients": clients, "traffic": None})
    if journey.traffic is not None:
        raise InvalidOption(
            f"users of {name} come from other processes (`traffic`), which a live system has none of; "
            f"say at which rate, or how many clients"
        )
    return journey
