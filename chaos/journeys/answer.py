"""What one request brought back, exactly as the user got it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from chaos.rules.browser import BrowserView  # rules import this module

Format = Literal["html", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer, redirects already followed (or not, as the step says).

    `asked_for` is the format that the request's Accept header preferred. `elapsed_s` runs from the request to the last
    byte. `complete` is false when the body ended before its announced end. `view` is what a browser showed of it, where
    one did.
    """

    method: str
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    elapsed_s: float
    asked_for: Format = "html"
    complete: bool = True
    view: BrowserView | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        wanted = name.lower()
        for key, value in self.headers:
            if key.lower() == wanted:
                return value
        return None

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters, in lower case; empty when there is none."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")
