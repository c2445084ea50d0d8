"""The load generator: `load/load.c`, compiled when a benchmark starts, and its upstream servers."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).with_name("load") / "load.c"
LIMIT_S = 130  # a client ends itself sooner


class NoCompiler(Exception):
    """There is nothing to compile the load generator with."""


class Load:
    """The compiled program; `ports` are those of its upstream servers, by role."""

    def __init__(self, program: Path, ports: Mapping[str, int]) -> None:
        self._program = program
        self.ports = ports

    def run(self, *words: object) -> Mapping[str, float]:
        """One client, to its end. Raises subprocess.CalledProcessError with what it said in `stderr`."""
        command = [str(self._program), *map(str, words)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=LIMIT_S)
        figures: Mapping[str, float] = json.loads(done.stdout)
        return figures

    @contextmanager
    def idle(self, port: int, connections: int) -> Iterator[None]:
        """So many connections, each used once, open within the block."""
        with _until_told([str(self._program), "idle", str(port), str(connections)]):
            yield


@contextmanager
def load(folder: Path) -> Iterator[Load]:
    """Compile into `folder` and start the upstream servers. Raises NoCompiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise NoCompiler("no C compiler (cc) here: the load generator can't be built; on Debian: apt-get install gcc")
    program = folder / "load"
    subprocess.run([compiler, "-O2", "-o", str(program), str(SOURCE)], check=True)
    with _until_told([str(program), "serve"]) as ports:
        yield Load(program, json.loads(ports))


@contextmanager
def _until_told(command: list[str]) -> Iterator[str]:
    """A process that says one line when it is ready, and goes when its input ends."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise ChildProcessError(f"{command[1]} did not start")
        yield line
    finally:
        process.communicate(input="", timeout=10)
