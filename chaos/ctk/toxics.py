"""Toxiproxy's toxics as our faults, one model each: numbers stay what they are, and get their unit.

Amounts are Toxiproxy's: milliseconds, KB/s, bytes; microseconds for the slicer alone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Self

from pydantic import Field, model_validator

from chaos.ctk.model import Open

Amount = Annotated[int, Field(ge=0)]
FaultKeys = Mapping[str, Mapping[str, object]]
"""A fault key with its attributes, as they are written into an experiment."""


class Attributes(Open, ABC):
    """`either`: guessing a stream would mislead, so it is always written."""

    either: ClassVar[bool] = False

    @abstractmethod
    def keys(self) -> FaultKeys: ...

    def fault(self, stream: str) -> FaultKeys:
        written = {"stream": stream} if self.either or stream != "downstream" else {}
        return {key: {**given, **written} for key, given in self.keys().items()}


class Latency(Attributes):
    latency: Amount = 0
    jitter: Amount = 0

    def keys(self) -> FaultKeys:
        jitter = {"jitter": f"{self.jitter}ms"} if self.jitter else {}
        return {"latency": {"delay": f"{self.latency}ms", **jitter}}


class Bandwidth(Attributes):
    either: ClassVar[bool] = True

    rate: Amount = 0

    def keys(self) -> FaultKeys:
        return {"bandwidth": {"rate": f"{self.rate}KB/s"}}

    def fault(self, stream: str) -> FaultKeys:
        return super().fault(stream) if self.rate else {"hang": {}}


class SlowClose(Attributes):
    delay: Amount = 0

    def keys(self) -> FaultKeys:
        return {"slow_close": {"delay": f"{self.delay}ms"}}


class Timeout(Attributes):
    timeout: Amount = 0

    def keys(self) -> FaultKeys:
        return {"timeout": {"after": f"{self.timeout}ms"}}


class ResetPeer(Attributes):
    timeout: Amount = 0

    def keys(self) -> FaultKeys:
        return {"reset_peer": {"after": f"{self.timeout}ms"}}


class Slicer(Attributes):
    either: ClassVar[bool] = True

    average_size: Annotated[int, Field(ge=1)]
    size_variation: Amount = 0
    delay: Amount = 0

    @model_validator(mode="after")
    def _variation_fits(self) -> Self:
        if self.size_variation >= self.average_size:
            raise ValueError("size_variation must be smaller than average_size")
        return self

    def keys(self) -> FaultKeys:
        sizes = {"size": f"{self.average_size}B", "variation": f"{self.size_variation}B"}
        return {"slicer": {**sizes, "delay": f"{self.delay}us"}}


class LimitData(Attributes):
    either: ClassVar[bool] = True

    bytes: Amount = 0

    def keys(self) -> FaultKeys:
        return {"limit_data": {"bytes": f"{self.bytes}B"}}


TOXICS: Final[Mapping[str, type[Attributes]]] = {
    "latency": Latency,
    "bandwidth": Bandwidth,
    "slow_close": SlowClose,
    "timeout": Timeout,
    "reset_peer": ResetPeer,
    "slicer": Slicer,
    "limit_data": LimitData,
}
"""By Toxiproxy's name of the toxic."""
