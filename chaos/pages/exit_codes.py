"""What the command ends with, from the words of verdicts and the tree of errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chaos.errors import BUG, SIGNALLED, UNDO_FAILED, ChaosError
from chaos.pages.markdown import table
from chaos.verdict.verdict import EXIT_CODES, worst_exit_code

_HEAD: Final = """# Exit codes

Made from the verdicts and the tree of errors that the command itself goes by; a test keeps it true.

`gatecrash run` ends with one of these, `gatecrash report` as the run did, `gatecrash prove` with the same meanings.
Whatever else a command does, 0 is "all is well" and 2 is "nothing was touched".
"""
_MEANINGS: Final = {
    0: ("all experiments passed", "ship it"),
    1: ("at least one experiment failed: the fault took effect, and a claim did not hold", "read the reasons"),
    2: ("a file or an option is invalid, or nothing was selected; nothing was touched", "mend what is named"),
    3: ("the environment failed, not the app: a service did not start, a proxy was lost", "look at the output named"),
    4: ("nothing can be concluded: no baseline, no traffic that met the fault, too few samples", "read why; not green"),
    5: ("a safeguard was reached, or somebody stopped it; all is undone", "see what the safeguard saw"),
    UNDO_FAILED: ("an undo failed: something may still be broken", "do what it says, or `gatecrash rollback`"),
    BUG: ("a bug in Gatecrash itself, after all undos", "report it with the traceback"),
    SIGNALLED: ("128 + N: ended by signal N, such as 130 for Ctrl-C; all is undone", ""),
}  # fmt: skip
_TAIL: Final = """
## Several experiments

Over several experiments the worst wins, in this order: {order}. One whose `inconclusive` is allowed by name
(`--allow-inconclusive ID`) counts as 0, and every report says so.

## In a pipeline

Only 0 is green, and only 1 says that the app broke its word. With 3 and 4 the run could not tell: do not read them as a
failed experiment, and do not turn them green. `gatecrash run --retry-inconclusive 2` tries again what a busy machine
spoilt; [attempts](verdicts.md#attempts) says what is tried again and what never is.
"""


def as_markdown() -> str:
    """The whole of `docs/exit-codes.md`."""
    rows = ((f"`{_written(code)}`", ", ".join(_words(code)), *said) for code, said in _MEANINGS.items())
    codes = table(("code", "verdict", "means", "what to do"), rows)
    return "\n".join([_HEAD, *codes, _TAIL.format(order=", ".join(map(_written, _worst_first())))])


def _written(code: int) -> str:
    return str(code) if code < SIGNALLED else "128+N"


def _words(code: int) -> Iterator[str]:
    yield from (f"`{word}`" for word, its in EXIT_CODES.items() if its == code)


def _worst_first() -> Iterator[int]:
    """As the code that decides it says, asked for the worst of ever fewer. Some signal stands for all of them."""
    before_anything_runs = {error.exit_code for error in _tree(ChaosError)} - {*EXIT_CODES.values(), UNDO_FAILED}
    codes = {code + (code == SIGNALLED) for code in _MEANINGS} - before_anything_runs
    while codes:
        yield (worst := worst_exit_code([*codes]))
        codes.remove(worst)


def _tree(error: type[ChaosError]) -> Iterator[type[ChaosError]]:
    yield error
    for each in error.__subclasses__():
        yield from _tree(each)
