"""The actions of chaostoolkit-toxiproxy, and what each does to a proxy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError

from chaos.ctk.model import Open, Provider
from chaos.ctk.toxics import TOXICS, FaultKeys
from chaos.experiment.problems import Location, suggest
from chaos.units import exact_share

EXTENSION: Final = "chaostoxi."
"""How its modules begin."""
DOWN: Final = "down"


@dataclass(frozen=True, slots=True)
class Begins:
    """Something goes wrong at a proxy. `toxic` is by what name it ends again; `share` is empty for all connections."""

    proxy: str
    toxic: str
    fault: FaultKeys
    share: str = ""


@dataclass(frozen=True, slots=True)
class Ends:
    """And is put right: one toxic, or all at the proxy; None: all of all proxies."""

    proxy: str | None = None
    toxic: str | None = None


@dataclass(frozen=True, slots=True)
class Wires:
    """A proxy is made; `upstream` is a `host:port`."""

    proxy: str
    upstream: str


@dataclass(frozen=True, slots=True)
class Lost:
    """It can't be carried over, for this reason."""

    why: str


Done = Begins | Ends | Wires | Lost


class Unfit(Exception):
    """An argument that can't be used: where it stands, from the provider, and what is wrong."""

    def __init__(self, location: Location, message: str) -> None:
        super().__init__(message)
        self.location = location


class CreateToxic(Open):
    for_proxy: str
    toxic_name: str
    toxic_type: str
    stream: Literal["upstream", "downstream"] = "downstream"
    toxicity: Annotated[float, Field(ge=0, le=1)] = 1.0
    attributes: Mapping[str, Any] = Field(default_factory=dict)

    def done(self) -> Done:
        kind = TOXICS.get(self.toxic_type)
        if kind is None:
            return Lost(
                f"no fault is known for a toxic of type {self.toxic_type!r}; {suggest(self.toxic_type, TOXICS)}"
            )
        fault = kind.model_validate(self.attributes).fault(self.stream)
        if self.toxicity == 0:
            return Lost("its toxicity is 0, so it never acts on anything")
        share = exact_share(self.toxicity) if self.toxicity < 1 else ""
        return Begins(self.for_proxy, self.toxic_name, fault, share)


class DeleteToxic(Open):
    for_proxy: str
    toxic_name: str

    def done(self) -> Done:
        return Ends(self.for_proxy, self.toxic_name)


class DisableProxy(Open):
    proxy_name: str

    def done(self) -> Done:
        return Begins(self.proxy_name, DOWN, {"down": {}})


class EnableProxy(Open):
    proxy_name: str

    def done(self) -> Done:
        return Ends(self.proxy_name, DOWN)


class ModifyProxy(Open):
    proxy_name: str
    enabled: bool | None = None
    listen_address: str | None = None
    upstream_address: str | None = None

    def done(self) -> Done:
        if self.listen_address is not None or self.upstream_address is not None or self.enabled is None:
            return Lost("it moves a proxy to another address, which is no fault here")
        return (EnableProxy if self.enabled else DisableProxy)(proxy_name=self.proxy_name).done()


class CreateProxy(Open):
    proxy_name: str
    upstream_host: str
    upstream_port: int

    def done(self) -> Done:
        return Wires(self.proxy_name, f"{self.upstream_host}:{self.upstream_port}")


class DeleteProxy(Open):
    proxy_name: str

    def done(self) -> Done:
        return Lost("it deletes a proxy; proxies of your own are never deleted here (to break one: disable_proxy)")


class Reset(Open):
    def done(self) -> Done:
        return Ends()


Action = CreateToxic | DeleteToxic | DisableProxy | EnableProxy | ModifyProxy | CreateProxy | DeleteProxy | Reset

ACTIONS: Final[Mapping[str, type[Action]]] = {
    "create_toxic": CreateToxic,
    "delete_toxic": DeleteToxic,
    "disable_proxy": DisableProxy,
    "enable_proxy": EnableProxy,
    "modify_proxy": ModifyProxy,
    "create_proxy": CreateProxy,
    "delete_proxy": DeleteProxy,
    "reset": Reset,
}
OF_ONE_TYPE: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "create_latency_toxic": ("latency", {}),
    "create_bandwith_degradation_toxic": ("bandwidth", {}),
    "create_slow_connection_close_toxic": ("slow_close", {}),
    "create_timeout_toxic": ("timeout", {}),
    "create_slicer_toxic": ("slicer", {}),
    "create_limiter_toxic": ("limit_data", {"bytes_limit": "bytes"}),
}
"""Functions that make one type of toxic, whose attributes are arguments; some under another name."""


def done_by(provider: Provider) -> Done:
    """What an action of the extension does. Raises `Unfit`."""
    arguments = dict(provider.named_arguments)
    action = ACTIONS.get(provider.func)
    inner: Location = ("arguments",)
    if provider.func in OF_ONE_TYPE:
        kind, renamed = OF_ONE_TYPE[provider.func]
        attributes = {renamed.get(key, key): value for key, value in arguments.items()}
        arguments = {**arguments, "toxic_type": kind, "attributes": attributes}
        action = CreateToxic
    elif provider.func == "create_toxic":
        inner = ("arguments", "attributes")
    if action is None:
        known = {**ACTIONS, **OF_ONE_TYPE}
        raise Unfit(("func",), f"chaostoolkit-toxiproxy has no {provider.func}; {suggest(provider.func, known)}")
    try:
        wanted = action.model_validate(arguments)
    except ValidationError as error:
        raise _unfit(error, ("arguments",)) from None
    try:
        return wanted.done()
    except ValidationError as error:
        raise _unfit(error, inner) from None


def _unfit(error: ValidationError, location: Location) -> Unfit:
    first = error.errors(include_url=False)[0]
    inside = ".".join(map(str, first["loc"]))
    says = first["msg"].removeprefix("Value error, ")
    return Unfit((*location, *first["loc"]), f"{inside}: {says}" if first["type"] == "missing" else says)
