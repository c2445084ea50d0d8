"""The reference page is made from the models."""

from __future__ import annotations

from chaos.experiment.reference import as_markdown
from chaos.faults import FAULTS
from chaos.measures import MEASURES


def test_the_page_knows_every_fault_and_every_measure() -> None:
    page = as_markdown()
    for name in (*FAULTS, *MEASURES, "within", "acknowledge"):
        assert f"| `{name}` |" in page
