"""Whether Locust is there."""

from __future__ import annotations

import importlib.util


def why_no_locust() -> str | None:
    """None when it can be used."""
    if importlib.util.find_spec("locust") is not None:
        return None
    return "traffic by Locust needs Locust, which is not installed: pip install 'gatecrash[locust]'"
