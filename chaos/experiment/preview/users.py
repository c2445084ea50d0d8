"""How many users would come, and the programs that would play them."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.experiment.load import LocustTraffic
from chaos.experiment.plan import Plan
from chaos.experiment.preview.means import copies
from chaos.experiment.system import Journey


def users_of(plan: Plan) -> Iterator[tuple[str, str]]:
    """By journey. Surges are of the copy under fault alone."""
    for copy in copies(plan):
        for name, journey in plan.system.journeys.items():
            peak = 0.0 if copy else plan.peak_rate(name)
            surge = f", {peak:g}/s at the peak" if peak > (journey.rate or 0.0) else ""
            yield f"{name}{copy}", f"{_many(journey)}{surge}"


def players_of(plan: Plan) -> Iterator[tuple[str, str]]:
    """Beside the runner itself."""
    for name, journey in plan.system.journeys.items():
        if journey.traffic is not None:
            yield from _locust(name, journey.traffic)
    browsers = [name for name, journey in plan.system.journeys.items() if journey.browser]
    for copy in copies(plan) if browsers else ():
        yield f"Chromium{copy}", f"plays {', '.join(browsers)}"


def joined_from(plan: Plan) -> Iterator[str]:
    """Hosts that nobody knows before: those of workers that others start."""
    for name, journey in plan.system.journeys.items():
        if journey.traffic is not None and not isinstance(journey.traffic.workers, int):
            yield f"whichever the workers of {name} come from"


def _many(journey: Journey) -> str:
    if journey.traffic is not None:
        return f"{journey.traffic.users} users by Locust"
    return f"{journey.clients} clients" if journey.rate is None else f"{journey.rate:g}/s"


def _locust(journey: str, traffic: LocustTraffic) -> Iterator[tuple[str, str]]:
    workers = traffic.workers
    if isinstance(workers, int):
        yield f"Locust of {journey}", f"a master, at a free port of 127.0.0.1, and {_count(workers)} on this machine"
    else:
        where = f"{workers.bind}:{workers.port}"
        yield f"Locust of {journey}", f"a master, at {where}, for {_count(workers.expect)} that others start"


def _count(workers: int) -> str:
    return "1 worker" if workers == 1 else f"{workers} workers"
