"""Writing and reading a journal: one JSON object a line, append only, flushed where a crash must not lose it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from chaos.errors import EnvironmentFailed
from chaos.journal.events import ControlSample, Event, Sample
from chaos.secrets import Secrets

_EVENT: Final[TypeAdapter[Any]] = TypeAdapter(Event)
_SAMPLE: Final[TypeAdapter[Any]] = TypeAdapter(Sample)
"""Nearly all events are samples; written without asking which kind of event it is, they take half the time."""
Listener = Callable[[Event], None]


class Journal:
    """The journal of one run. Listeners (progress, `--events`) see each event after it was written."""

    def __init__(self, path: Path, listeners: tuple[Listener, ...] = (), secrets: Secrets | None = None) -> None:
        """Neither the file nor a listener learns a secret. Raises `EnvironmentFailed` when the file can't be made."""
        self.path = path
        self._secrets = secrets or Secrets()
        self._listeners = listeners
        try:
            self._file = path.open("xb", buffering=1 << 16)
        except OSError as error:
            raise EnvironmentFailed(f"{path}: the journal can't be written: {error.strerror}") from None

    def append(self, event: Event) -> Event:
        """Samples are buffered; anything else reaches the disk's cache before this returns, in order. Returns the event
        as it was written.

        Raises `EnvironmentFailed` when the disk takes no more: without evidence there is no verdict.
        """
        line = to_json(event)
        if self._secrets.found_in(line):
            event = self._without_secrets(event)
            line = to_json(event)
        try:
            self._file.write(line + b"\n")
            if not isinstance(event, Sample | ControlSample):
                self._file.flush()
        except OSError as error:
            raise EnvironmentFailed(f"{self.path}: the journal can't be written: {error.strerror}") from None
        for listener in self._listeners:
            listener(event)
        return event

    def close(self) -> None:
        self._file.close()

    def _without_secrets(self, event: Event) -> Event:
        plain = _EVENT.dump_python(event, mode="json", by_alias=True, exclude_none=True)
        masked: Event = _EVENT.validate_json(json.dumps(self._secrets.mask_all(plain)).encode("utf-8", "replace"))
        return masked


def to_json(event: Event) -> bytes:
    """Half a surrogate pair, as in a JSON answer whose text was cut inside an emoji, becomes a question mark."""
    adapter = _SAMPLE if isinstance(event, Sample) else _EVENT
    try:
        return adapter.dump_json(event, by_alias=True, exclude_none=True)
    except PydanticSerializationError:
        plain = adapter.dump_python(event, mode="json", by_alias=True, exclude_none=True)
        return json.dumps(plain, ensure_ascii=False).encode("utf-8", "replace")


def read_journal(path: Path) -> Iterator[Event]:
    """The events of a journal, in order. A last line that a crash cut short is passed over.

    Raises `EnvironmentFailed` when there is no such journal, or when a line in it is not an event.
    """
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.endswith(b"\n"):
                    return
                try:
                    yield _EVENT.validate_json(line)
                except ValidationError as error:
                    reason = str(error).splitlines()[0]
                    raise EnvironmentFailed(f"{path}:{number}: this is not an event of a journal: {reason}") from None
    except OSError as error:
        raise EnvironmentFailed(f"{path}: the journal can't be read: {error.strerror}") from None
