"""What happens, as it happens: one live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from chaos.journal import events as e
from chaos.journal.journal import Listener

REFRESH_PER_S = 8


@contextmanager
def progress_on(console: Console) -> Iterator[Listener]:
    """A listener for events. On a terminal the line is redrawn while time passes, and is gone at the end."""
    if not console.is_terminal or os.environ.get("CI") == "true":
        yield _PlainLines(console)
        return
    line = _LiveLine()
    with Live(line, console=console, refresh_per_second=REFRESH_PER_S, transient=True):
        yield line


@contextmanager
def progress_of_many(console: Console, total: int) -> Iterator[Callable[[str], Listener]]:
    """Makes a listener for each experiment of a run, by its name. On a terminal there is a line for each that is under
    way, and one that counts those that are done.
    """
    if not console.is_terminal or os.environ.get("CI") == "true":
        yield lambda _: _PlainLines(console)
        return
    lines = _LiveLines(total)
    with Live(lines, console=console, refresh_per_second=REFRESH_PER_S, transient=True):
        yield lines.another


class _PlainLines:
    """One line for each step of an experiment."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._id = ""

    def __call__(self, event: e.Event) -> None:
        if isinstance(event, e.Sample):
            return
        if isinstance(event, e.RunStarted):
            self._id = event.plan.id
        said = _said(event)
        if said:
            self._console.print(f"{self._id}: {said} ({event.at_s:.1f}s)", markup=False, soft_wrap=True)


class _LiveLine:
    """Draws itself: experiment, phase, seconds, and what users got in this phase."""

    def __init__(self) -> None:
        self._id, self._said, self._began = "", "", time.monotonic()
        self._counts = {"served": 0, "degraded": 0, "broken": 0}

    def __call__(self, event: e.Event) -> None:
        if isinstance(event, e.Sample):
            self._counts[event.outcome] += 1
            return
        if isinstance(event, e.RunStarted):
            self._id = event.plan.id
        said = _said(event)
        if said:
            self._said, self._began = said, time.monotonic()
            self._counts = dict.fromkeys(self._counts, 0)

    def __rich__(self) -> Text:
        styles = {"served": "green", "degraded": "yellow", "broken": "red"}
        counts = [(f"  {count} {name}", styles[name]) for name, count in self._counts.items() if count]
        return Text.assemble((f"  {self._id} ", "bold"), f"{self._said} {time.monotonic() - self._began:.1f}s", *counts)


class _LiveLines:
    """Draws those that are under way, in the order in which they began."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done: set[str] = set()
        self._under_way: dict[str, _LiveLine] = {}

    def another(self, name: str) -> Listener:
        line = self._under_way[name] = _LiveLine()

        def listen(event: e.Event) -> None:
            line(event)
            if isinstance(event, e.RunEnded):
                self._done.add(name)
                self._under_way.pop(name, None)

        return listen

    def __rich__(self) -> Group:
        done = Text(f"  {len(self._done)} of {self._total} done", "dim")
        return Group(*(line.__rich__() for line in self._under_way.values()), *([done] if self._total > 1 else []))


def _said(event: e.Event) -> str:
    match event:
        case e.RunStarted():
            return "starting the system"
        case e.PhaseStarted():
            return str(event.phase)
        case e.FaultInjected():
            return f"injected {event.fault}"
        case e.FaultStepped():
            return f"step {event.step} of {event.fault}"
        case e.FaultUndone():
            return f"undone {event.fault}"
        case e.SafeguardTripped():
            return f"a safeguard was reached ({event.safeguard}); everything is being undone"
        case e.Interrupted():
            return "stopping; everything is being undone"
        case e.EnvironmentBroke():
            return f"error: {event.reason}"
        case _:
            return ""
