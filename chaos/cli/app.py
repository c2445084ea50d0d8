"""All subcommands in one table, and what happens to the errors that they raise."""

from __future__ import annotations

import functools
import importlib
import io
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import typer

from chaos.errors import BUG, SIGNALLED, ChaosError, InvalidFile

if TYPE_CHECKING:
    from rich.console import Console

HELP = """Break an app's dependencies on purpose, and judge what its users were told.

Start with `gatecrash demo`, then `gatecrash run experiments/`. `gatecrash proxy --help` explains the proxy alone.
"""


COMMANDS: Final = ("demo", "run", "validate", "prove", "report", "runs", "faults", "rules", "lint", "schema", "rollback")
"""Each is a function of its own name, in a module of this package of that name, and returns its exit code."""


def make_app(wanted: str | None) -> typer.Typer:
    """Only the module of the wanted command is imported; those of all of them where the help is asked for."""
    app = typer.Typer(help=HELP, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="markdown")
    for name in COMMANDS:
        if wanted in {name, None}:
            command = getattr(importlib.import_module(f"chaos.cli.{name}"), name)
            app.command(name)(_exiting(command))
    app.command("proxy")(_proxy)
    app.callback()(_global)
    return app


def run_command(arguments: Sequence[str]) -> int:
    """Runs one subcommand and returns its exit code; an expected error is a line or two on stderr."""
    _configure_output()
    try:
        first = arguments[0] if arguments else None
        make_app(first if first in COMMANDS else None)(args=list(arguments), prog_name="gatecrash")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except ChaosError as error:
        _say(error)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except Exception:
        traceback.print_exc()
        _stderr().print("\nThis is a bug in Gatecrash. Please report it with the lines above.", style="bold red")
        return BUG
    return 0


def _exiting(command: Callable[..., int]) -> Callable[..., None]:
    @functools.wraps(command)
    def exiting(*args: Any, **options: Any) -> None:
        try:
            code = command(*args, **options)
            sys.stdout.flush()
        except (BrokenPipeError, SystemExit):  # whoever read the output has gone; rich says so by a SystemExit of 1,
            # and typer would, too: that is the code of a failed experiment
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = SIGNALLED + signal.SIGPIPE
        raise typer.Exit(code)

    return exiting


def _configure_output() -> None:
    """A level that is none of ours (`LOG_LEVEL` may be meant for the app) is passed over, and so is a character that
    the terminal can't show.
    """
    level = logging.getLevelNamesMapping().get(os.environ.get("LOG_LEVEL", "").upper(), logging.WARNING)
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _say(error: ChaosError) -> None:
    console = _stderr()
    if isinstance(error, InvalidFile):
        for problem in error.problems:
            console.print(str(problem), markup=False)
        count = len(error.problems)
        console.print(f"{count} problem{'s' if count != 1 else ''}; nothing was touched", style="bold red")
        return
    console.print(f"gatecrash: {error}", style="red", markup=False)


def _stderr() -> Console:
    """Made when something is to be said: rich takes its time to load."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def _global(
    version: bool = typer.Option(False, "--version", help="Print the version and leave."),
) -> None:
    """Only for the help: `--version` is answered before this module is imported."""


def _proxy() -> None:
    """Run the embedded proxy alone: a drop-in for toxiproxy-server."""
