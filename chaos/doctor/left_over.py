"""What earlier runs left over. Live runs, also those of other terminals, are passed over."""

from __future__ import annotations

from typing import Final

from chaos.doctor.check import Result, note, well, wrong
from chaos.doctor.containers import NotSeen, find_left_over
from chaos.doctor.orphans import find_orphans
from chaos.doctor.unfinished import find_unfinished
from chaos.undo.lease import LeaseState, abandoned

REPAIR: Final = "gatecrash doctor --repair"


def leases() -> Result:
    """What `gatecrash rollback` would undo."""
    found = list(abandoned())
    if not found:
        return well("nothing is open")
    said = "; ".join(f"{state.run}: {_open(state)}" for state in found)
    return wrong(f"of runs that were killed together with their guardian: {said}", f"{REPAIR}, or gatecrash rollback")


def processes() -> Result:
    found = find_orphans()
    if not found:
        return well("none")
    return wrong(f"{len(found)} of runs that are gone: {', '.join(map(str, found))}", f"{REPAIR} ends them")


def containers() -> Result:
    try:
        found = find_left_over()
    except NotSeen as unseen:
        return note(f"not looked at: {unseen}", "start it, or set DOCKER_HOST, and look again if runs had containers")
    if not found:
        return well("none")
    return wrong(f"{len(found)} of runs that are gone: {', '.join(map(str, found))}", f"{REPAIR} removes them")


def unfinished_runs() -> Result:
    found = find_unfinished()
    if not found:
        return well("none")
    runs = ", ".join(run.id for run in found)
    return wrong(f"{len(found)} without an end: {runs}", f"{REPAIR} removes what has no end; what has ended stays")


def _open(state: LeaseState) -> str:
    return ", ".join(undo.says for undo in state.open_undos) or "nothing is open, but its list of undos is still there"
