"""Where the user's state is kept."""

from __future__ import annotations

import os
from pathlib import Path


def leases_folder() -> Path:
    """`$XDG_STATE_HOME/gatecrash/leases`, by default (and when it is not absolute) below `~/.local/state`."""
    base = Path(os.environ.get("XDG_STATE_HOME", ""))
    return (base if base.is_absolute() else Path.home() / ".local" / "state") / "gatecrash" / "leases"
