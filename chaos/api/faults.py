"""A method for each fault of the table, on the kind of place where it happens. Their types stand in `faults.pyi`, which
`python -m chaos.api.stub` makes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chaos.api.fault import Fault
from chaos.api.place import Place
from chaos.api.signatures import PROVEN, given, signature_of
from chaos.faults import FAULTS
from chaos.faults.fault import Place as Kind


def faults_on(place: Kind, name: str) -> type[Place]:
    """A class with a method for each fault of such a place."""
    methods = {kind: _method(kind) for kind, fault in FAULTS.items() if fault.place == place}
    return type(name, (Place,), {"__module__": __name__, "__doc__": f"The faults of a {place}.", **methods})


def _method(kind: str) -> Callable[..., Fault]:
    signature = signature_of(kind)

    def method(self: Place, *args: Any, **kwargs: Any) -> Fault:
        arguments = dict(signature.bind(self, *args, **kwargs).arguments)
        del arguments["self"]
        proven = arguments.pop(PROVEN, True)
        attributes, keys = given(kind, arguments)
        return self.fault(kind, attributes, proven=proven, **keys)

    method.__name__ = method.__qualname__ = kind
    method.__doc__ = f"It {FAULTS[kind].summary}."
    method.__signature__ = signature  # type: ignore[attr-defined]
    return method


LinkFaults = faults_on("link", "LinkFaults")
ServiceFaults = faults_on("service", "ServiceFaults")
JourneyFaults = faults_on("journey", "JourneyFaults")
