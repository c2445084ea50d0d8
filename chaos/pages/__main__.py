"""Write the reference pages anew: `python -m chaos.pages [docs]`."""

from __future__ import annotations

import sys
from pathlib import Path

from chaos.pages import PAGES


def main(folder: Path) -> None:
    """Only pages that are not as they should be are touched."""
    for name, make in PAGES.items():
        path, text = folder / name, make()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {path}\n")


if __name__ == "__main__":
    main(Path(*sys.argv[1:] or ["docs"]))
