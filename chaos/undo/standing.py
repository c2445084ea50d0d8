"""How a container stands, in words: what a fault may change of it, and an undo must put back.

Standard library only, from what the engine's `inspect` says: this also runs in the guardian.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

NO_LIMIT_BYTES: Final = 1 << 61
"""More than any machine has: engines refuse to take a limit of memory away again."""
PERIOD_US: Final = 100_000
NONE: Final = "no limit"
_NANO: Final = 1_000_000_000


def standing(found: Mapping[str, Any], *, reached_at: str = "") -> Mapping[str, str]:
    """By what it is of. `reached_at`: the address that a proxy of ours leads to; empty where it is published."""
    host, networks = found["HostConfig"], found["NetworkSettings"]["Networks"] or {}
    state = found["State"]
    ended = state["Status"] in {"exited", "dead"}
    said = {
        "state": f"{state['Status']} ({state['ExitCode']})" if ended else str(state["Status"]),
        "computing time": _cores(host),
        "memory": _bytes(host.get("Memory")),
        "memory with swap": _bytes(host.get("MemorySwap") or 2 * (host.get("Memory") or 0)),
    }
    said |= {f"network {name}": ", ".join(_endpoint(found["Id"], each)) for name, each in networks.items()}
    if reached_at:
        addresses = [each["IPAddress"] for each in networks.values()]
        said["address"] = reached_at if reached_at in addresses else " ".join(addresses)
    return said


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """What is other than it was, each with both."""
    return tuple(
        f"{what} was {before.get(what, 'not there')}, is {now.get(what, 'not there')}"
        for what in sorted({*before, *now})
        if before.get(what) != now.get(what)
    )


def own_names(container: str, endpoint: Mapping[str, Any]) -> tuple[str, ...]:
    """By which others on that network find it, but for the beginning of its id, which older engines add themselves."""
    return tuple(each for each in endpoint.get("Aliases") or () if each != container[:12])


def static_addresses(endpoint: Mapping[str, Any]) -> tuple[str, ...]:
    """Those that were asked for when it was put on that network."""
    asked = endpoint.get("IPAMConfig") or {}
    return tuple(asked[key] for key in ("IPv4Address", "IPv6Address") if asked.get(key))


def _endpoint(container: str, endpoint: Mapping[str, Any]) -> Iterator[str]:
    yield f"names {' '.join(sorted({*own_names(container, endpoint)})) or 'none'}"
    yield f"static address {' '.join(static_addresses(endpoint)) or 'none'}"
    if links := endpoint.get("Links"):
        yield f"links {' '.join(sorted(links))}"


def _cores(host: Mapping[str, Any]) -> str:
    nano, quota, period = (host.get(key) or 0 for key in ("NanoCpus", "CpuQuota", "CpuPeriod"))
    cores = nano / _NANO if nano > 0 else quota / (period or PERIOD_US)
    return f"{cores:g} cores" if cores > 0 else NONE


def _bytes(limit: int | None) -> str:
    return f"{limit} bytes" if limit is not None and 0 < limit < NO_LIMIT_BYTES else NONE
