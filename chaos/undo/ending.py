"""The undos that end everything of one running system: its processes, its containers. One that is somebody else's is
looked at instead."""

from __future__ import annotations

from collections.abc import Sequence

from chaos.undo.engine import MARK_LABEL
from chaos.undo.undo import Undo


def end_processes(mark: str, sessions: Sequence[str]) -> Undo:
    """Of those that carry the mark or are in one of the sessions. Recorded anew whenever there is one session more."""
    return Undo(
        id=f"{mark}/processes",
        kind="processes.end",
        args={"mark": mark, "sessions": "\n".join(sessions)},
        says="end the system's services and its proxy",
        repair=f"end the processes that have GATECRASH_MARK={mark} in their environment",
    )


def end_containers(engine: str, mark: str, *, quiet_s: float) -> Undo:
    """Of everything in that engine that carries the mark. Recorded anew, with nothing to wait for, once all is made."""
    look = f"docker ps -aq --filter label={MARK_LABEL}={mark}"
    return Undo(
        id=f"{mark}/containers",
        kind="containers.end",
        args={"engine": engine, "mark": mark, "quiet_s": f"{quiet_s:g}"},
        says="remove the system's containers, networks and volumes",
        repair=f"docker rm -fv $({look}); the same for docker network and docker volume",
    )


def leave_container(engine: str, mark: str, service: str, container: str, *, standing: str, reached_at: str) -> Undo:
    """Of a container that was there before and stays: recorded before all that is done to it, it is performed last."""
    return Undo(
        id=f"{mark}/{service}/as-it-was",
        kind="container.compare",
        args={"engine": engine, "container": container, "standing": standing, "reached_at": reached_at},
        says=f"leave the service {service} as it was",
        repair=f"docker inspect {container[:12]}, and put right what differs",
    )
