"""Whether this machine has what browser steps need. Nothing here needs it."""

from __future__ import annotations

import importlib.util
import shutil
from typing import Final

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str | None:
    """The first Chromium on PATH."""
    return next((path for program in PROGRAMS if (path := shutil.which(program)) is not None), None)


def why_no_browser() -> str | None:
    """What is missing, and what to do about it; None when all is there."""
    if importlib.util.find_spec("playwright") is None:
        return "a browser is driven by playwright, which is not installed: pip install 'gatecrash[browser]'"
    if chromium_path() is None:
        return f"there is no Chromium on PATH (looked for {', '.join(PROGRAMS)}); install it, or take `browser` out"
    return None
