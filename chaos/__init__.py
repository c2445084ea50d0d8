"""Gatecrash: break an app's dependencies on purpose and judge what its users were told.

What stands in `__all__` is the public API. Each name is imported when it is first used: much starts by importing this
package that needs none of it.
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False  # as `typing` has it, which takes longer to be imported than all that the proxy needs
if TYPE_CHECKING:
    from typing import Any

    from chaos.api.fault import Fault
    from chaos.api.places import Journey, Link, Service
    from chaos.api.running import run_experiments
    from chaos.api.stretch import Stretch
    from chaos.api.system import System, open_system
    from chaos.api.users import Users
    from chaos.errors import (
        ChaosError,
        EnvironmentFailed,
        FaultNotMet,
        InvalidFile,
        InvalidOption,
        NothingSeen,
        UndoFailed,
    )
    from chaos.reports.report import Report
    from chaos.verdict.verdict import Verdict

_HOMES = {
    "chaos.api.fault": ("Fault",),
    "chaos.api.places": ("Journey", "Link", "Service"),
    "chaos.api.running": ("run_experiments",),
    "chaos.api.stretch": ("Stretch",),
    "chaos.api.system": ("System", "open_system"),
    "chaos.api.users": ("Users",),
    "chaos.errors": (
        "ChaosError",
        "EnvironmentFailed",
        "FaultNotMet",
        "InvalidFile",
        "InvalidOption",
        "NothingSeen",
        "UndoFailed",
    ),
    "chaos.reports.report": ("Report",),
    "chaos.verdict.verdict": ("Verdict",),
}

__all__ = [
    "ChaosError",
    "EnvironmentFailed",
    "Fault",
    "FaultNotMet",
    "InvalidFile",
    "InvalidOption",
    "Journey",
    "Link",
    "NothingSeen",
    "Report",
    "Service",
    "Stretch",
    "System",
    "UndoFailed",
    "Users",
    "Verdict",
    "open_system",
    "run_experiments",
]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
