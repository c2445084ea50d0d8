"""Undoing as plain data: what was recorded before an act, and who performs it, whatever became of the runner.

Standard library only: the guardian imports this, and must stay small and start at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from chaos.undo import engine, processes, sessions, toxiproxy
from chaos.undo.undo import Undo

UNDOS: Final[Mapping[str, Callable[[Mapping[str, str]], None]]] = {
    "processes.end": lambda args: processes.end_marked(args["mark"], args.get("sessions", "").splitlines()),
    "session.resume": lambda args: sessions.resume(args["session"]),
    "throttle.end": lambda args: _end_throttle(args["mark"], args["session"]),
    "toxic.remove": lambda args: toxiproxy.remove_toxic(**args),
    "proxy.enable": lambda args: toxiproxy.enable_proxy(args["api"], args["proxy"]),
    "proxy.delete": lambda args: toxiproxy.delete_proxy(args["api"], args["proxy"]),
    "containers.end": lambda args: engine.remove_marked(args["engine"], args["mark"], quiet_s=float(args["quiet_s"])),
    "container.start": lambda args: engine.start(**args),
    "container.unpause": lambda args: engine.unpause(**args),
    "container.update": lambda args: engine.update(**args),
    "container.connect": lambda args: engine.connect(**args),
    "container.empty": lambda args: engine.empty(**args),
    "container.compare": lambda args: engine.compare(**args),
}
"""How each kind of undo is performed. Each has its own deadline, and performing it twice is harmless."""


def _end_throttle(mark: str, session: str) -> None:
    """Whatever it was at when it ended, the service goes on."""
    processes.end_marked(mark)
    sessions.resume(session)


def perform(undo: Undo) -> str | None:
    """None when it is done, else why not. Never raises: the undos after this one must have their turn."""
    if undo.kind not in UNDOS:
        return f"an undo of the kind {undo.kind!r} is not known"
    try:
        UNDOS[undo.kind](undo.args)
    except KeyError as missing:
        return f"the undo is not complete: it has no {missing}"
    except Exception as error:
        return str(error) or type(error).__name__
    return None
