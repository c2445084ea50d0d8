"""Opening a page of ours in a browser."""

from __future__ import annotations

import os
import sys
import tempfile
import webbrowser
from pathlib import Path


def shall_open(asked: bool | None) -> bool:
    """By default at a terminal."""
    return sys.stdout.isatty() and "CI" not in os.environ if asked is None else asked


def open_in_browser(url: str, door: Path | None = None) -> None:
    """Through a file that leads there: an address on a command line could be read by everybody on this machine."""
    path = door or Path(tempfile.mkdtemp(prefix="gatecrash-")) / "workshop.html"
    path.touch(mode=0o600)
    path.write_text(f'<!doctype html><title>Gatecrash</title><meta http-equiv="refresh" content="0;url={url}">\n')
    webbrowser.open(path.resolve().as_uri())
