"""Doing what a page says, in its order: files are written, changes are made, commands are run, output is compared."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chaos.verdict.busy import TOO_BUSY
from chaos.verdict.verdict import EXIT_CODES
from checking.blocks import Block

PLAYED: Final = "<!-- played: a test does all of this, in this order -->"
"""A page with this comment is played."""
RUN: Final = "run"
"""How the mark of a block begins that is run on any other page, beside the demo app and its experiments."""
INCONCLUSIVE: Final = EXIT_CODES["inconclusive"]
_ATTEMPTS: Final = 4
_FIGURE: Final = r"(?<!\w)\d[\d.,]*(?:\s?(?:ms|µs|s|%|KiB|MiB|B)(?!\w))?"
_ENDS_WITH: Final = re.compile(r"ends with (\d+)")


@dataclass(frozen=True, slots=True)
class Player:
    """In a folder of its own. A machine that is busy with something else shall not spoil it: what can't be concluded,
    in whole or in part, is tried again.
    """

    folder: Path
    environment: Mapping[str, str]

    def play(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            if block.name is not None:
                self.file(block.name).write_text(block.text)
            elif block.language == "diff":
                self.change(block)
            elif block.language == "console":
                self.run(block)

    def file(self, name: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def change(self, block: Block) -> None:
        """Lines that are taken out must be there, once; where none are, the others come at the end."""
        head, *lines = block.text.splitlines()
        path = self.file(head.removeprefix("--- "))
        old, new = ("".join(f"{line[1:]}\n" for line in lines if line[:1] in kept) for kept in (" -", " +"))
        text = path.read_text()
        if old:
            assert text.count(old) == 1, f"{block.place}: this is there {text.count(old)} times:\n{old}"
        path.write_text(text.replace(old, new) if old else text + new)

    def run(self, block: Block) -> None:
        """Only commands of our own; each may have its output below it, figures aside."""
        wanted = int(found.group(1)) if (found := _ENDS_WITH.search(block.mark)) else 0
        for shown in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            line, _, output = shown.partition("\n")
            if line.startswith("gatecrash "):
                self.command(block, line.split("#")[0].split()[1:], wanted, output)

    def command(self, block: Block, arguments: list[str], wanted: int, output: str) -> None:
        for _ in range(_ATTEMPTS):
            done = subprocess.run(
                [sys.executable, "-m", "chaos", *arguments],
                cwd=self.folder,
                env=dict(self.environment),
                capture_output=True,
                text=True,
                timeout=120,
            )
            said = done.stdout + done.stderr
            if done.returncode != INCONCLUSIVE and TOO_BUSY not in said:
                break
        assert done.returncode == wanted, f"{block.place}: {arguments} ended with {done.returncode}:\n{said}"
        pattern = as_pattern(output)
        assert re.search(pattern, said), f"{block.place}: this was shown:\n{output}\nand this is said:\n{said}"


def as_pattern(output: str) -> str:
    """Any figure stands for any other, and `...` for anything; how lines are wrapped is the terminal's affair."""
    pieces = []
    for piece in output.split("..."):
        texts = re.split(_FIGURE, piece.strip())
        pieces.append(_FIGURE.join(r"\s+".join(map(re.escape, re.split(r"\s+", text))) for text in texts))
    return r"[\s\S]*?".join(pieces)
