"""The blast radius in a line, for what runs already: it may be in use, and it is still there when the run is over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chaos.experiment.preview.touches import BlastRadius


def in_place(touches: Sequence[BlastRadius]) -> str:
    """Of all experiments together; empty where every system is started for them."""
    there = [each for each in touches if each.already_there]
    if not there:
        return ""
    services = _once(f"{name} {where}" for each in there for name, where in each.already_there.items())
    broken = _once(place for each in there for place in each.broken) or "nothing"
    servers = _once(f"{link} ({server})" for each in there for link, server in each.servers.items())
    users = _once(f"{name} {many}" for each in there for name, many in each.users.items())
    proxies = f"; links on {servers}" if servers else ""
    return f"touches what already runs: {services}; breaks {broken}{proxies}; users: {users}"


def _once(texts: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(texts))
