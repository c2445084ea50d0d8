"""Do all backends come to the same verdicts? The shipped experiments on each of them, as a table for the documentation.

    python benchmarks/verdicts.py KEPT [--most 10] > table.md

What a run said is kept in the folder KEPT, so that it can be made in pieces: with `--most`, only so many experiments
are run now. Containers need an engine with the images of the demo and of Toxiproxy (BASE and TOXIPROXY_IMAGE name
others).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from measure import REPOSITORY

from chaos.undo.children import environment

RETRIES = "2"
BACKENDS: Mapping[str, tuple[str, ...]] = {
    "embedded, process": (),
    "embedded, docker": ("--backend", "docker"),
    "toxiproxy-container, process": ("--backend", "toxiproxy-container"),
}
MARKS = {"passed": "✔", "failed": "✘ failed", "skipped": ""}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kept", type=Path)
    parser.add_argument("--most", type=int)
    options = parser.parse_args()
    options.kept.mkdir(parents=True, exist_ok=True)
    files = sorted((REPOSITORY / "experiments").glob("[0-9]*.yaml"))
    left = len(files) * len(BACKENDS) if options.most is None else options.most
    for backends, arguments in BACKENDS.items():
        known = kept(options.kept, backends)
        now = [file for file in files if file.stem not in known][:left]
        left -= len(now)
        if now:
            known |= run(now, arguments)
            where(options.kept, backends).write_text(json.dumps(known, indent=2))
    show([file.stem for file in files], {backends: kept(options.kept, backends) for backends in BACKENDS})


def where(folder: Path, backends: str) -> Path:
    return folder / f"{backends.replace(', ', '-')}.json"


def kept(folder: Path, backends: str) -> dict[str, str]:
    """The verdict of each experiment that was run there."""
    path = where(folder, backends)
    return dict(json.loads(path.read_text())) if path.exists() else {}


def run(files: list[Path], arguments: tuple[str, ...]) -> Mapping[str, str]:
    command = [sys.executable, "-m", "chaos", "run", "--json", "--no-gate", "--skip-unsupported", *arguments]
    command += ["--retry-inconclusive", RETRIES, *map(str, files)]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment(), check=False)
    try:
        document = json.loads(done.stdout)
    except ValueError:
        if "can run none of these" in done.stderr:
            return dict.fromkeys((file.stem for file in files), "skipped")
        sys.exit(done.stdout + done.stderr)
    for each in document["experiments"]:
        if each["verdict"] != "passed":
            print(each["id"], each["verdict"], *each["reasons"], file=sys.stderr, sep="\n  ")
    verdicts = {each["id"]: each["verdict"] for each in document["experiments"]}
    return {**dict.fromkeys(document["skipped"], "skipped"), **verdicts}


def show(names: list[str], verdicts: Mapping[str, Mapping[str, str]]) -> None:
    print(f"| experiment | {' | '.join(verdicts)} |")
    print(f"| --- {'| :-: ' * len(verdicts)}|")
    for name in names:
        found = [each.get(name, "not run") for each in verdicts.values()]
        print(f"| {name} | {' | '.join(MARKS.get(verdict, verdict) for verdict in found)} |")


if __name__ == "__main__":
    main()
