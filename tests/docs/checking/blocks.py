"""The code blocks of a page, with their language, their place, and what the comment right above them says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

INDENTED = "indented"
_MARK = re.compile(r"<!-- block: (.+?) -->\s*$")
_NAME = re.compile(r"# ([\w./-]+\.(?:yaml|yml|py|toml))$")


@dataclass(frozen=True, slots=True)
class Block:
    """`mark` is what `<!-- block: ... -->` above it says; `line`, from 1, is that of its first line of code."""

    page: Path
    line: int
    language: str
    text: str
    mark: str = ""

    @property
    def name(self) -> str | None:
        """The file that it is, where its first line is a comment with nothing but a file's name."""
        found = _NAME.match(self.text.partition("\n")[0])
        return found.group(1) if found else None

    @property
    def place(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks_of(page: Path, text: str | None = None) -> Sequence[Block]:
    """In the page's order; an indented block has the language `indented`."""
    return tuple(_blocks(page, page.read_text(encoding="utf-8") if text is None else text))


def _blocks(page: Path, text: str) -> Iterator[Block]:
    mark = ""
    for token in MarkdownIt("commonmark").parse(text):
        if token.type in {"fence", "code_block"} and token.map is not None:
            fenced = token.type == "fence"
            language = token.info.strip() if fenced else INDENTED
            yield Block(page, token.map[0] + (2 if fenced else 1), language, token.content, mark)
        found = _MARK.search(token.content) if token.type == "html_block" else None
        mark = found.group(1) if found else ""
