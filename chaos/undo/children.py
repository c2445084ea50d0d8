"""Starting Python children that find this very code, wherever the runner was started.

Their working directory says nothing (`-P`): a folder there may be called `chaos`, too.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_CODE = Path(__file__).resolve().parents[2]


def python(module: str) -> list[str]:
    """The command that runs a module of ours; further arguments go behind it."""
    return [sys.executable, "-P", "-m", module]


def how_it_ended(code: int) -> str:
    """Of a process, by its return code: what it gave, or the signal that ended it."""
    return f"exit code {code}" if code >= 0 else f"signal {-code}"


def environment(**more: str) -> dict[str, str]:
    """Ours, with the way to this code where it is not installed but was found by the working directory."""
    paths = [str(Path(path).resolve()) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    if _CODE.name not in {"site-packages", "dist-packages"}:  # these are found anyway, and in their proper place
        paths.insert(0, str(_CODE))
    return {**os.environ, **({"PYTHONPATH": os.pathsep.join(paths)} if paths else {}), **more}
