"""What is installed has all that the workshop and the dashboard show, and the demo app that they are about."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[1]


def test_a_wheel_has_every_file_and_its_workshop_begins(tmp_path: Path) -> None:
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--wheel-dir", str(tmp_path))
    subprocess.run([sys.executable, "-m", "pip", "wheel", str(ROOT), *options], check=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "installed")
    wanted = files_below("chaos") | {f"chaos/_shipped/{name}" for name in files_below("demo_app")}
    assert wanted - names == set()
    for lost in ("tests/", "docs/"):
        assert not any(name.startswith(lost) for name in names)
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "installed"), "XDG_STATE_HOME": str(tmp_path / "state")}
    (tmp_path / "work").mkdir()
    begun = subprocess.run(
        [sys.executable, "-m", "chaos", "workshop", "--terminal"],
        cwd=tmp_path / "work",
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert begun.returncode == 0, begun.stderr
    copy = tmp_path / "work/gatecrash-workshop"
    assert files_below("demo_app") <= {str(path.relative_to(copy)) for path in copy.rglob("*")}


def files_below(folder: str) -> set[str]:
    """Named from the repository on."""
    found = (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(ROOT)) for path in found}
