"""One request as it leaves: every placeholder filled in, every byte chosen, so that it can be sent again as it was."""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from chaos.experiment.placeholders import Saved, put_in_saved, target_with_saved, text_with_saved
from chaos.experiment.request import FilePart, Step
from chaos.journeys.answer import Format
from chaos.rules.rule import Sent

Address = Callable[[str], str]
"""A target (`edge:/feed`) to its URL."""


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file in a field of a form."""

    field: str
    name: str
    type: str
    content: bytes

    @property
    def checksum(self) -> str:
        """SHA-256 in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """`method` is in upper case. `form` is None where no form is sent, `json` where no JSON is; `key` is the
    idempotency key, which stands in its header or field already."""

    method: str
    url: str
    asked_for: Format = "html"
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    files: tuple[OutgoingFile, ...] = ()
    json: bytes | None = None
    follow: bool = False
    key: str | None = None

    @property
    def checksum(self) -> str | None:
        """Of the first file; None when there is none."""
        return self.files[0].checksum if self.files else None

    @property
    def sent(self) -> Sent | None:
        """What the rules may know of it; None when nothing was handed over."""
        if not self.form and not self.files and self.json is None:
            return None
        fields = {name: value for name, value in (self.form or {}).items() if self.key is None or value != self.key}
        return Sent(fields=fields, files=tuple(file.field for file in self.files))

    def with_other_bytes(self, rng: random.Random) -> Outgoing:
        """The same request but for what is in its files."""
        files = tuple(replace(file, content=_others(file.content, rng)) for file in self.files)
        return replace(self, files=files)


def compose(step: Step, address: Address, saved: Mapping[str, Saved], rng: random.Random) -> Outgoing:
    """What `step` sends now. `rng` is the user's: it gives key and files' bytes."""
    key = str(uuid.UUID(int=rng.getrandbits(128), version=4)) if step.key is not None else None
    headers = {name: _one_line(text_with_saved(value, saved)) for name, value in step.headers.items()}
    form = None if step.form is None else {name: text_with_saved(value, saved) for name, value in step.form.items()}
    if step.key is not None and key is not None:
        if step.key.header is not None:
            headers[step.key.header] = key
        elif step.key.form is not None:
            form = {**(form or {}), step.key.form: key}
    return Outgoing(
        method=step.method.upper(),
        url=address(target_with_saved(step.target, saved)),
        asked_for=step.asks_for,
        headers=headers,
        form=form,
        files=tuple(_file(name, part, saved, rng) for name, part in (step.file or {}).items()),
        json=None if step.body is None else json.dumps(put_in_saved(step.body, saved)).encode(),
        follow=step.follow,
        key=key,
    )


def _file(name: str, part: FilePart, saved: Mapping[str, Saved], rng: random.Random) -> OutgoingFile:
    text = part.text
    content = text_with_saved(text, saved).encode() if text is not None else rng.randbytes(part.random or 0)
    return OutgoingFile(name, part.name, part.type, content)


def _others(content: bytes, rng: random.Random) -> bytes:
    """As many bytes (at least one), and others."""
    while (other := rng.randbytes(max(1, len(content)))) == content:
        pass
    return other


def _one_line(value: str) -> str:
    """What an app put into its answer may hold line breaks, which no header can."""
    return " ".join(value.split())
