"""Markdown: short enough for a comment, and what users saw is text in it."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import pytest
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from chaos.reports.markdown import LONGEST, write_markdown
from chaos.reports.report import Report


def markdown(*verdicts: Any, **others: Any) -> str:
    stream = io.StringIO()
    write_markdown(Report(run="run-1", verdicts=verdicts, **others), stream)
    return stream.getvalue()


def rendered(said: str) -> LexborHTMLParser:
    return LexborHTMLParser(MarkdownIt("commonmark", {"html": True}).enable("table").render(said))


def test_a_table_has_a_line_for_each_experiment(verdict: Any, bare: Any) -> None:
    tree = rendered(markdown(verdict(variant="fragile"), verdict("passed"), bare("error")))
    rows = [[cell.text() for cell in row.css("td")] for row in tree.css("tbody tr")]
    assert rows == [
        [
            "✘ failed",
            "The database hangs [fragile]",
            "60 served, 10 degraded, 30 broken",
            "200ms to 250ms",
            "2 of 50 items",
        ],
        ["✔ passed", "The database hangs", "60 served, 10 degraded, 30 broken", "200ms to 250ms", "2 of 50 items"],
        ["! error", "The database hangs", "nobody came", "not watched", "–"],
    ]
    assert tree.css_first("h2").text() == "Of 3 experiments: 1 failed, 1 error"


def test_only_what_did_not_pass_has_details(verdict: Any) -> None:
    tree = rendered(markdown(verdict("passed"), verdict("failed")))
    (details,) = tree.css("details")
    assert "The database hangs: failed" in details.css_first("summary").text()
    assert [item.text().strip() for item in details.css("li")][:2] == [
        "open broken: 30% of 100, at most 0% was claimed",
        "items lost: 2",
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "</details><h1>x</h1>",
        "<!-- and the rest is gone",
        "[click](https://evil.example)",
        "![x](https://evil.example/x.png)",
        "https://evil.example www.evil.example <https://evil.example>",
        "a | b | c",
        "**bold** _it_ ~~no~~ `code` ```",
        "@everyone & &lt;b&gt;",
        "# headline\n- list\n1. one\n> quote\n---",
        "1. one",
        "- list",
        "=====",
        "\\*x\\*",
        "$x$",
    ],
)
def test_what_users_saw_is_text(verdict: Any, hostile: str) -> None:
    def tags(text: str) -> list[str]:
        made = verdict(title=text, variant=text, reasons=(text, text), file=text, warnings=(text,))
        return [node.tag for node in rendered(markdown(made, skipped={text: text})).css("*")]

    calm = tags("calm")
    assert tags(hostile) == calm
    assert "@everyone" not in markdown(verdict(title=hostile))


def test_it_fits_into_a_comment_whatever_there_is_to_say(verdict: Any) -> None:
    many = [
        dataclasses.replace(verdict(), id=f"e{number}", title=f"Experiment {number}", reasons=("word " * 400,) * 60)
        for number in range(300)
    ]
    said = markdown(*many)
    assert len(said) <= LONGEST + 200
    assert "Experiment 299" in said
    assert "more did not fit; `gatecrash report run-1` has all of it" in said
    assert said.count("<details>") == said.count("</details>") > 0


def test_an_experiment_that_was_repeated_is_summed_up_below_the_table(verdict: Any) -> None:
    repeats = [verdict("passed", repetition=1), verdict("failed", repetition=2), verdict("passed", repetition=3)]
    tree = rendered(markdown(*repeats, verdict("passed", id="other", title="Once")))
    (said,) = [item.text() for item in tree.css("body > ul > li")]
    assert said == (
        "repeated: db_hangs: 2 passed, 1 failed of 3 runs (95%: 20.8% to 93.9% pass); "
        "MTTR 200ms to 250ms over 3 that recovered"
    )
    names = [row.css("td")[1].text() for row in tree.css("tbody tr")]
    assert names == ["The database hangs", "The database hangs (run 2)", "The database hangs (run 3)", "Once"]


def test_the_control_is_told_beside_the_system_under_fault(beside: Any) -> None:
    (cell,) = [each for each in rendered(markdown(beside())).css("td") if "60 served" in each.text()]
    assert cell.text(separator=" ") == "60 served, 10 degraded, 30 broken without it: 90 served, 9 degraded, 1 broken"
