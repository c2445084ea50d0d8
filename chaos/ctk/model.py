"""An experiment of Chaos Toolkit. Keys that mean nothing to us are let through, as Chaos Toolkit does."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {"http": ("url",), "process": ("path",), "python": ("module", "func")}
_SHELL: Final = frozenset("|&;<>()$`\\*?[]#~=%!{}\n")
"""What means something to a shell."""
Seconds = Annotated[float, Field(ge=0)]


class Open(BaseModel):
    """The base of what others define, and may add to."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Provider(Open):
    """Who does it, or answers: `url`, `method`, `headers` of http; `path` of process; `module`, `func` of python."""

    type: Literal["http", "process", "python"]
    url: str = ""
    method: str = "GET"
    headers: Mapping[str, Any] = Field(default_factory=dict)
    path: str = ""
    module: str = ""
    func: str = ""
    arguments: Any = None
    timeout: float | tuple[float, ...] | None = None
    secrets: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for key in _NEEDS[self.type]:
            if not getattr(self, key):
                raise ValueError(f"a provider of type {self.type} needs `{key}`")
        return self

    @property
    def named_arguments(self) -> Mapping[str, Any]:
        return self.arguments if isinstance(self.arguments, Mapping) else {}

    @property
    def timeout_s(self) -> float | None:
        """Of a pair for connecting and reading, the whole; None: it waits for ever."""
        return sum(self.timeout) if isinstance(self.timeout, tuple) else self.timeout

    @property
    def command(self) -> str:
        """Of a process: split as in a shell, run without one; where the original needs a shell, it is written out."""
        arguments = self.arguments or []
        if isinstance(arguments, str):
            line = f"{self.path} {arguments}"
            return shlex.join(["/bin/sh", "-c", line]) if _SHELL & set(arguments) else line
        if isinstance(arguments, Mapping):
            arguments = [word for pair in arguments.items() for word in pair]
        return shlex.join([self.path, *(str(word) for word in arguments if word not in (None, ""))])

    def __str__(self) -> str:
        what = {"http": f"{self.method.upper()} {self.url}", "process": self.command}
        return what.get(self.type, f"{self.module}.{self.func}")


class Pauses(Open):
    """Seconds."""

    before: Seconds = 0.0
    after: Seconds = 0.0


class Activity(Open):
    """A probe asks, an action does. Only probes of the hypothesis have a tolerance."""

    type: Literal["probe", "action"]
    name: str = Field(min_length=1)
    provider: Provider
    tolerance: Any = None
    pauses: Pauses = Field(default_factory=Pauses)
    background: bool = False
    controls: Any = None


class Hypothesis(Open):
    """What holds before the method, and after it."""

    title: str = ""
    probes: tuple[Activity, ...] = ()


class Strategy(Open):
    strategy: str = "default"


class Runtime(Open):
    """When the hypothesis is asked for, and rollbacks are done."""

    hypothesis: Strategy = Field(default_factory=Strategy)
    rollbacks: Strategy = Field(default_factory=Strategy)


class CtkExperiment(Open):
    """Chaos Toolkit demands a description as well; we can do without."""

    title: str = Field(min_length=1)
    description: str = ""
    tags: tuple[str, ...] = ()
    hypothesis: Hypothesis = Field(default_factory=Hypothesis, alias="steady-state-hypothesis")
    method: tuple[Activity, ...]
    rollbacks: tuple[Activity, ...] = ()
    runtime: Runtime = Field(default_factory=Runtime)
    controls: Any = None
    extensions: Any = None
    contributions: Any = None
