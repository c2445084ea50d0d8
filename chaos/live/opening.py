"""From a system file to a live system, and how long that stands."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

from chaos.backends.links import Choice
from chaos.backends.support import check_servers, check_services
from chaos.errors import EnvironmentFailed, InvalidOption
from chaos.experiment.include import load_whole
from chaos.experiment.loader import Document
from chaos.experiment.planner import path_of_system
from chaos.experiment.systems import Choices, resolve_system
from chaos.live.system import LiveSystem, Standing
from chaos.run.signals import on_signals


def standing_of(path: Path, choices: Choices, choice: Choice, *, counted: bool = False) -> Standing:
    """Nothing is touched. `counted`: requests are counted on every link. Raises `InvalidFile` with all that is wrong in
    the file, or `InvalidOption`.
    """
    system, values = resolve_system(_system_document(path), choices)
    check_servers({str(path): system}, choice)
    check_services(str(path), system, choice)
    return Standing(
        system=system,
        folder=path.parent.resolve(),
        vars=values,
        variant=choices.variant,
        seed=choices.seed,
        choice=choice,
        counted=frozenset(system.links) if counted else frozenset(),
    )


async def until_ended(standing: Standing, ready: Callable[[LiveSystem], None]) -> int:
    """Let it stand until a signal ends it; returns the signal's number. `ready` is called when everything answers.

    Raises `EnvironmentFailed` when something does not come up or ends by itself, `UndoFailed` when something is left.
    """

    async def stand(live: LiveSystem) -> None:
        ready(live)
        raise EnvironmentFailed(await live.until_failure())

    return await until_signal(standing, stand)


async def until_signal(standing: Standing, meanwhile: Callable[[LiveSystem], Awaitable[None]]) -> int:
    """Let it stand for as long as `meanwhile` goes on, until a signal ends both; returns the signal's number.

    Raises what `meanwhile` does, `EnvironmentFailed` when something does not come up, `UndoFailed` when something is
    left.
    """
    ended_by: list[int] = []

    async def stand() -> None:
        async with LiveSystem(standing) as live:
            await meanwhile(live)

    def end(number: int) -> None:
        """A second signal changes nothing: undoing is already under way, and each undo has its deadline."""
        ended_by.append(number)
        if len(ended_by) == 1:
            task.cancel()

    task = asyncio.create_task(stand())
    with on_signals(end), contextlib.suppress(asyncio.CancelledError):
        await task
    return ended_by[0] if ended_by else 0


def _system_document(path: Path) -> Document:
    """Raises `InvalidFile`, or `InvalidOption` for a file that is an experiment."""
    document = load_whole(path)
    if "services" not in document.root and "faults" in document.root:
        system = path_of_system(document)
        hint = f"; its system is {system}" if system is not None else ""
        raise InvalidOption(f"{path} is an experiment, which `gatecrash run` runs; a system was expected{hint}")
    return document
