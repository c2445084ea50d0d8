"""Who learns here: one person on their own machine, or several who joined by name, each with a copy of their own."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chaos.dashboard.tabs import Tabs
from chaos.errors import EnvironmentFailed, InvalidOption
from chaos.workshop.copy import WorkingCopy
from chaos.workshop.progress import Notebook
from chaos.workshop.web.jobs import Bench, Room

MOST_LEARNERS: Final = 100
KEPT: Final = "learners.json"
_NAME: Final = re.compile(r"[\w .'-]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """`key` is what their windows must know."""

    name: str
    key: str
    copy: WorkingCopy
    notebook: Notebook
    bench: Bench
    tabs: Tabs


class Learners:
    """By their keys. `now` gives the time of the wall clock as text."""

    def __init__(self, folder: Path, room: Room, now: Callable[[], str]) -> None:
        self._folder = folder
        self._room = room
        self._now = now
        self._by_key: dict[str, Learner] = {}

    @property
    def all(self) -> tuple[Learner, ...]:
        return tuple(self._by_key.values())

    def alone(self, key: str) -> Learner:
        """The one whose machine this is: the copy is in the folder itself."""
        return self._add("you", key, self._folder)

    def known(self) -> None:
        """Those who joined before. Raises `EnvironmentFailed`."""
        path = self._folder / KEPT
        try:
            kept: Mapping[str, str] = json.loads(path.read_text()) if path.exists() else {}
            for name, key in kept.items():
                self._add(name, str(key), self._folder / _folder_of(name))
        except (OSError, ValueError, AttributeError) as error:
            raise EnvironmentFailed(f"{path} can't be read: {error}; mend it, or move it away") from None

    def find(self, key: str) -> Learner | None:
        return self._by_key.get(key)

    def join(self, name: str) -> Learner:
        """A copy of their own. Raises `InvalidOption` for a name that is taken or can't be one."""
        name = " ".join(name.split())
        if not _NAME.fullmatch(name) or not _folder_of(name):
            raise InvalidOption("a name has up to 40 letters, digits, spaces, dots or hyphens")
        if any(_folder_of(each.name) == _folder_of(name) for each in self.all):
            raise InvalidOption(f"somebody is here as {name!r} already; choose another name")
        if len(self._by_key) >= MOST_LEARNERS:
            raise InvalidOption(f"{MOST_LEARNERS} are here; there is no room for more")
        learner = self._add(name, secrets.token_urlsafe(24), self._folder / _folder_of(name))
        self._keep()
        return learner

    async def stop(self) -> None:
        """Everything that runs, undone."""
        for learner in self.all:
            await learner.bench.stop()

    def _add(self, name: str, key: str, folder: Path) -> Learner:
        copy = WorkingCopy(folder)
        copy.make()
        bench = Bench(folder, self._room)
        learner = Learner(
            name=name, key=key, copy=copy, notebook=Notebook(folder, self._now), bench=bench, tabs=Tabs(bench.stop)
        )
        self._by_key[key] = learner
        return learner

    def _keep(self) -> None:
        path = self._folder / KEPT
        beside = path.with_name(f".{KEPT}.{os.getpid()}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({each.name: each.key for each in self.all}, file, indent=2)
        beside.replace(path)


def _folder_of(name: str) -> str:
    """The same for names that look the same."""
    return re.sub(r"[^\w]+", "-", name.casefold()).strip("-")
