"""The reference page is made from the models."""

from __future__ import annotations

from pathlib import Path

from chaos.experiment.reference import as_markdown
from chaos.faults import FAULTS
from chaos.measures import MEASURES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "files.md"


def test_the_page_in_docs_is_the_one_that_the_models_make() -> None:
    assert PAGE.read_text() == as_markdown(), "make it anew: gatecrash schema --markdown > docs/files.md"


def test_the_page_knows_every_fault_and_every_measure() -> None:
    page = as_markdown()
    for name in (*FAULTS, *MEASURES, "within", "acknowledge"):
        assert f"| `{name}` |" in page
