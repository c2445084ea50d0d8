"""Where the demo app and its experiments are: beside the package in a checkout, inside it once installed."""

from __future__ import annotations

from pathlib import Path

from chaos.errors import EnvironmentFailed

_PACKAGE = Path(__file__).parent


def experiments_folder() -> Path:
    """The folder `experiments/`, with `../demo_app/` beside it. Raises `EnvironmentFailed` when neither is there."""
    for base in (_PACKAGE.parent, _PACKAGE / "_shipped"):
        if (base / "experiments").is_dir() and (base / "demo_app" / "system.yaml").is_file():
            return base / "experiments"
    raise EnvironmentFailed("the demo's experiments are missing from this installation; install Gatecrash again")
