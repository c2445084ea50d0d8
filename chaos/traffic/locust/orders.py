"""What is said between runner, master and workers. Times are seconds on the run's clock, but for those of pings."""

from __future__ import annotations

from typing import Final

HERE: Final = "gatecrash_here"
"""A worker is at the door. It says so until it is answered: a master that is about to leave does not answer."""
FULL: Final = "gatecrash_full"
"""The answer when all workers that the journey expects are there."""
PING: Final = "gatecrash_ping"
PONG: Final = "gatecrash_pong"
"""What time is it where you are? To a worker at the door: come in."""
PLAN: Final = "gatecrash_plan"
"""Get ready: plan, addresses, the worker's number, and when the run's clock began by the worker's own."""
CLOCK: Final = "gatecrash_clock"
"""A better guess of when the run's clock began."""
READY: Final = "gatecrash_ready"
FAILED: Final = "gatecrash_failed"
REPORT: Final = "gatecrash_report"
"""Events since the last one, and the moment up to which all runs have ended."""
START: Final = "start"
FREEZE: Final = "gatecrash_freeze"
"""Something is about to be broken: learn no more from good answers."""
STOP: Final = "gatecrash_stop"
"""No more runs; those that are under way are played to their end."""
LOST: Final = "lost"
LISTENS: Final = "listens"

READY_WITHIN_S: Final = 60.0
"""Of workers that are started by the run; others have the time that the system file gives them."""
NO_PATCHES: Final = {"LOCUST_SKIP_MONKEY_PATCH": "1"}
"""Without it Locust replaces sockets and threads of the whole process, on which our event loop stands."""
