"""The reference pages in `docs/` are those that the code makes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chaos.cli.app import COMMANDS
from chaos.experiment.experiment import FaultEntry
from chaos.faults import FAULTS
from chaos.measures import AUDIT_MEASURES, DETECT_MEASURES, IMPACT_MEASURES, LINK_MEASURES, MEASURES, PROBE_MEASURES
from chaos.pages import PAGES, __main__
from chaos.pages.faults import example_of
from chaos.pages.markdown import table

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_the_page_in_docs_is_the_one_that_the_code_makes(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "make it anew: make pages"


def test_pages_are_written_where_they_are_not_as_they_should_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    __main__.main(tmp_path)
    assert capsys.readouterr().out.count("wrote ") == len(PAGES)
    (tmp_path / "faults.md").write_text("old")
    __main__.main(tmp_path)
    assert capsys.readouterr().out == f"wrote {tmp_path / 'faults.md'}\n"
    assert (tmp_path / "faults.md").read_text() == PAGES["faults.md"]()


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_has_a_section_with_its_proof_and_an_example_that_is_valid(kind: str) -> None:
    page = PAGES["faults.md"]()
    _, _, section = page.partition(f"\n### {kind}\n")
    section = section.partition("\n### ")[0]
    assert f"Proof: {FAULTS[kind].acted}." in section
    assert f"{kind}: {{" in section
    entry = {FAULTS[kind].place: "x", kind: dict(example_of(FAULTS[kind])), "for": "4s"}
    assert FaultEntry.model_validate_json(json.dumps(entry)).kind == kind


def test_every_measure_is_there() -> None:
    page = PAGES["measures.md"]()
    for measures in (MEASURES, IMPACT_MEASURES, LINK_MEASURES, DETECT_MEASURES, PROBE_MEASURES, AUDIT_MEASURES):
        for name, measure in measures.items():
            assert f"| `{name}` | {measure.summary} |" in page


def test_every_command_is_there_with_its_options() -> None:
    page = PAGES["commands.md"]()
    assert all(f"\n## gatecrash {name}\n" in page for name in (*COMMANDS, "proxy"))
    for option in ("`--retry-inconclusive N`", "`-y`, `--yes`", "-proxy-metrics"):
        assert option in page


def test_every_exit_code_says_which_verdict_it_stands_for_and_the_worst_is_first() -> None:
    page = PAGES["exit-codes.md"]()
    for code, word in ((0, "passed"), (1, "failed"), (3, "error"), (4, "inconclusive"), (5, "aborted")):
        assert f"\n| `{code}` | `{word}` | " in page
    assert "in this order: 6, 128+N, 70, 3, 1, 5, 4, 0." in page


def test_a_cell_can_hold_what_would_end_it() -> None:
    assert list(table(("a", "b"), [("x | y", "two\nlines")])) == [
        "| a | b |",
        "| --- | --- |",
        "| x \\| y | two lines |",
    ]
