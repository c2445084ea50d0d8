"""Probes: figures that no user sees and that are asked for at an interval, each with a deadline of its own."""

from __future__ import annotations

import re
import shlex
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from chaos.experiment.values import Headers, Query, Target
from chaos.fields import Duration, Strict

KINDS = ("get", "command", "prometheus", "python")


class Probe(Strict):
    """A number, or a truth (1 or 0), from exactly one of `get`, `command`, `prometheus` and `python`."""

    get: Target | None = Field(
        None, description="asked on the service itself, round the proxies; without `value`: 1 for a status below 400"
    )
    value: Query | None = Field(None, description="with get: JMESPath into the JSON answer, to a number or a truth")
    text: str | None = Field(None, min_length=1, description="with get: 1 when the answer has this text, else 0")
    headers: Headers = Field(default_factory=dict, description="with get")
    command: str | None = Field(
        None, description="split as in a shell, run without one, in this file's folder; 1 when its exit code is 0"
    )
    stdout: bool = Field(
        False, description="with command: the number that it prints; then another exit code is a failure"
    )
    prometheus: str | None = Field(None, description="the service that is a Prometheus server; needs `query`")
    query: str | None = Field(None, min_length=1, description="with prometheus: PromQL that yields a single value")
    python: str | None = Field(
        None,
        description="`module:function`, found from this file's folder; called in a process of its own with a mapping "
        "of services to their addresses (`host:port`), and returns a number or a truth",
    )
    every: Duration = Field(1.0, ge=0.05, description="how often it is asked")
    within: Duration = Field(5.0, gt=0, description="it has this long to answer; later is a failure")
    failure: Literal["answer", "error"] = Field(
        "answer",
        description="what it means when it fails: `answer`, that no bound on it holds; `error`, that the environment "
        "is broken and nothing can be concluded",
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(getattr(self, kind) is not None for kind in KINDS) != 1:
            raise ValueError(f"a probe needs exactly one of: {', '.join(KINDS)}")
        if self.get is None and (self.value is not None or self.text is not None or self.headers):
            raise ValueError("value, text and headers go with get")
        if self.value is not None and self.text is not None:
            raise ValueError("a probe reads either value or text")
        if self.command is None and self.stdout:
            raise ValueError("stdout goes with command")
        if (self.prometheus is None) != (self.query is None):
            raise ValueError("prometheus and query go together")
        return self

    @field_validator("command")
    @classmethod
    def _can_be_split(cls, command: str | None) -> str | None:
        try:
            words = shlex.split(command) if command is not None else [""]
        except ValueError as error:
            raise ValueError(f"it can't be split as in a shell: {str(error).lower()}") from None
        if not words:
            raise ValueError("the command is empty")
        return command

    @field_validator("python")
    @classmethod
    def _names_a_function(cls, python: str | None) -> str | None:
        if python is not None and not re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", python):
            raise ValueError(f'{python!r} is not a function; write it like "checks:queue_length"')
        return python

    @property
    def kind(self) -> str:
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @property
    def tells_truth(self) -> bool:
        """Whether it can only be 1 or 0."""
        return (self.get is not None and self.value is None) or (self.command is not None and not self.stdout)
