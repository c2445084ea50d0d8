"""Where everything that happens to a live system is written down, and told to whoever watches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from chaos.journal import events as e
from chaos.journal.journal import Journal, Listener
from chaos.run.clock import Clock
from chaos.secrets import Secrets


class LiveRecord:
    """Implements `Records`. Of samples it keeps none: a system may stand for days."""

    def __init__(self, path: Path, clock: Clock, secrets: Secrets) -> None:
        """Raises `EnvironmentFailed` when the journal can't be made."""
        self.clock = clock
        self._listeners: list[Listener] = []
        self._journal = Journal(path, (self._tell,), secrets)
        self._seen: dict[str, e.AnswerSeen] = {}
        self._undo_failures: list[e.UndoFailed] = []

    @property
    def answers(self) -> int:
        """How many kinds of answers are kept."""
        return len(self._seen)

    @property
    def seen(self) -> Mapping[str, e.AnswerSeen]:
        """One answer of each kind that was not served, by its fingerprint."""
        return self._seen

    @property
    def undo_failures(self) -> tuple[e.UndoFailed, ...]:
        return tuple(self._undo_failures)

    def add(self, event: e.Event) -> e.Event:
        """Returns the event as it was written, with no secret in it."""
        if isinstance(event, e.UndoFailed):
            self._undo_failures.append(event)
        return self._journal.append(event)

    def knows(self, fingerprint: str) -> bool:
        return fingerprint in self._seen

    def add_answer(self, seen: e.AnswerSeen) -> None:
        written = self.add(seen)
        if isinstance(written, e.AnswerSeen):
            self._seen[seen.fingerprint] = written

    def watch(self, listener: Listener) -> Callable[[], None]:
        """`listener` is called in the loop with each event from now on, until what is returned is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def close(self) -> None:
        self._journal.close()

    def _tell(self, event: e.Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)
