"""The command as processes of their own that need not import it: each is forked off this one, which has.

Asked by a line of JSON on stdin: what to run, where, in which environment, for how long, and the folder for its output.
Answers with its exit code, negative for a signal. The command takes a second or two to import; a fork takes
milliseconds.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import sys
from typing import Any

from chaos.__main__ import main
from chaos.cli.app import COMMANDS


def become(asked: dict[str, Any]) -> None:
    """As if it had just been started for this; one that takes too long is ended by SIGALRM."""
    signal.setitimer(signal.ITIMER_REAL, asked["patience_s"])
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv = ["gatecrash", *asked["arguments"]]
    for number, path in enumerate((os.devnull, f"{asked['told']}/stdout", f"{asked['told']}/stderr")):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), number)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout, sys.stderr = (open(number, "w", closefd=False) for number in (1, 2))  # noqa: SIM115


def serve() -> None:
    for name in COMMANDS:
        importlib.import_module(f"chaos.cli.{name}")
    gc.freeze()  # or what is the same in all of them would be copied into each
    while line := sys.stdin.readline():
        child = os.fork()
        if not child:
            become(json.loads(line))
            sys.exit(main())
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    serve()
