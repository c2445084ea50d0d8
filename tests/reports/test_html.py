"""The HTML report's text: all that a verdict knows is there, and nothing of what users saw is markup of ours."""

from __future__ import annotations

import dataclasses
import io
import re
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from chaos.reports.html import MOST_ANSWERS, MOST_ITEMS, write_html
from chaos.reports.page.answers import MOST_SHOWN, csp_hash
from chaos.reports.report import Report
from chaos.verdict.verdict import RuleFinding, RuleSkipped


def html(*verdicts: Any, **others: Any) -> str:
    stream = io.StringIO()
    write_html(Report(run="run-1", verdicts=verdicts, **others), stream)
    return stream.getvalue()


def parsed(*verdicts: Any, **others: Any) -> LexborHTMLParser:
    return LexborHTMLParser(html(*verdicts, **others))


def words(tree: LexborHTMLParser, selector: str = "main") -> str:
    return " ".join(" ".join(node.text(deep=True, separator=" ") for node in tree.css(selector)).split())


def page_of(seen: Any, body: str, kind: str = "text/html; charset=utf-8") -> Any:
    answer = dataclasses.replace(seen.answer, body=body, headers=(("Content-Type", kind),))
    return dataclasses.replace(seen, answer=answer)


def test_a_failed_verdict_is_told_in_a_sentence_with_its_reasons_and_the_offending_answer(full: Any) -> None:
    tree = parsed(full())
    assert words(tree, "h1") == "The experiment failed"
    assert words(tree, ".sentence").startswith("The app did not hold. While “hang on db” was on, of 45 visits ")
    reasons = words(tree, ".reasons")
    assert "open broken <= 5% : broken was 44.5%, claimed was <= 5%" in reasons
    assert "status 500" in reasons
    assert words(tree, ".claims").count("refuted") == 1


def test_every_part_of_the_run_is_there(full: Any, verdict: Any) -> None:
    findings = (
        RuleFinding(
            rule="G09",
            name="no leak",
            level="E",
            journey="open",
            phases=("during",),
            reason="a traceback",
            advice="log it",
            count=30,
            users=12,
            first_s=3.2,
            allowed="until May",
        ),
    )
    made = full(findings=findings, not_checked=(RuleSkipped(rule="G21", why="no browser"),), ledgers=verdict().ledgers)
    said = words(parsed(made))
    for part in (
        "hang on db met 9 connections",
        "items lost 2 of 50",
        "G09 no leak",
        "allowed: until May",
        "G21 no browser",
        "The figures of open as a table",
        "experiments/db_hangs.yaml",
        "Seed 1",
        "name: The database hangs",
        "hang: {}",
    ):
        assert part in said, part


def test_the_map_shows_the_link_that_was_hit_and_says_it_in_words(full: Any) -> None:
    tree = parsed(full())
    assert words(tree, ".map .hit .fault") == "✘ hang on db"
    assert words(tree, ".map desc") == (
        "users to web over the link edge; web to db over the link db, hit by hang on db"
    )


def test_the_figures_stand_in_a_table_for_those_without_scripts(full: Any) -> None:
    made = full()
    (series,) = made.series
    rows = parsed(made).css(".journey .numbers tbody tr")
    assert len(rows) == len(series.slices)
    counted = [sum(int(cell.text()) for cell in row.css("td")[1:4]) for row in rows]
    assert sum(counted) == sum(each.served + each.degraded + each.broken for each in series.slices)
    assert {row.css("td")[0].text() for row in rows} == {"baseline", "fault", "recovery"}


def test_the_policy_names_every_script_and_style_of_the_page_and_nothing_else(full: Any) -> None:
    tree = parsed(full())
    (policy,) = (node.attributes["content"] or "" for node in tree.css("meta[http-equiv]"))
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    scripts = [node for node in tree.css("script") if node.attributes.get("type") is None]
    assert {csp_hash(node.text()) for node in scripts} == set(re.findall(r"'sha256-[^']+'", policy.split(";")[1]))
    for node in tree.css("style"):
        assert csp_hash(node.text()) in policy
    assert [node.tag for node in tree.css("[style], [onclick], [onload], link, img, form, base")] == []


HOSTILE = {
    "a script": "<script>top.hacked = 1; alert(1)</script>",
    "the end of the attribute": "\"'><script>top.hacked = 1</script><iframe srcdoc='\"",
    "the end of a script": "</script><script>top.hacked = 1</script>",
    "the end of everything": "</iframe></details></li></body></html><script>top.hacked = 1</script>",
    "an unclosed comment": "<!-- <p>never closed",
    "an unclosed element": "<textarea><title><style><xmp>",
    "CDATA": "]]><script>top.hacked = 1</script><![CDATA[",
    "null bytes": "<scr\x00ipt>top.hacked = 1</scr\x00ipt>\x00<b>",
    "a template": "{{ 7 * 7 }}{% for x in y %}{# #}",
    "an entity": "&quot;&gt;&lt;script&gt;top.hacked = 1&lt;/script&gt;",
    "line ends": "a\r\nb\rc\u2028d",
    "half a character": "\ud83d<b>",
}


@pytest.mark.parametrize("kind", ["text/html", "application/json"])
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_answers_are_text_of_an_attribute_and_markup_of_nothing(
    full: Any, seen: Any, case: str, kind: str
) -> None:
    plain = [node.tag for node in parsed(full(seen=(page_of(seen, "calm", kind),))).css("*")]
    hostile = HOSTILE[case]
    told = dataclasses.replace(page_of(seen, hostile, kind), says=hostile, journey=hostile, rules={hostile: hostile})
    made = full(seen=(dataclasses.replace(told, rules={"G02": hostile}),), title=hostile, why=hostile, file=hostile)
    tree = parsed(made)
    extra = ["p"]  # the reason why the experiment is there
    assert sorted(node.tag for node in tree.css("*")) == sorted([*plain, *extra])
    assert "{{" not in hostile or "{{ 7 * 7 }}" in words(tree)


def test_an_answer_of_each_kind_is_shown_as_what_it_is(full: Any, seen: Any) -> None:
    tree = parsed(full(seen=(page_of(seen, "<h1>Sorry</h1>"), page_of(seen, '{"a": 1}', "application/problem+json"))))
    (frame,) = tree.css("iframe")
    assert frame.attributes["data-page"] == "<h1>Sorry</h1>"
    assert frame.attributes["sandbox"] == ""
    assert '{"a": 1}' in words(tree, ".answers pre")


def test_what_is_too_much_is_counted_not_shown(full: Any, seen: Any, verdict: Any) -> None:
    many = tuple(
        dataclasses.replace(page_of(seen, f"<p>{number}</p>"), says=f"answer {number}")
        for number in range(MOST_ANSWERS + 5)
    )
    (ledger,) = verdict().ledgers
    item = lost_item()
    tree = parsed(full(seen=many, ledgers=(dataclasses.replace(ledger, items=(item,) * (MOST_ITEMS + 7)),)))
    assert len(tree.css(".answer")) == MOST_ANSWERS
    assert len(tree.css("iframe")) == MOST_SHOWN
    assert "and 5 other kinds of answers" in words(tree)
    assert "and 7 more" in words(tree)


def test_with_many_experiments_fewer_answers_of_each_are_shown_in_full(full: Any, seen: Any) -> None:
    made = full(seen=(page_of(seen, "<p>x</p>"),) * 10)
    assert len(parsed(made).css("iframe")) == 10
    assert len(parsed(*(made,) * 24).css("iframe")) == 24 * 3
    assert len(parsed(*(made,) * 60).css("iframe")) == 60 * 2


def lost_item() -> Any:
    from chaos.verdict.verdict import Item

    return Item(
        user="u1",
        sent_s=1.0,
        answered_s=1.1,
        id="a",
        key=None,
        checksum=None,
        fate="lost",
        told="saved",
        truthful=False,
    )


def test_several_experiments_have_an_overview_that_leads_to_each(full: Any, verdict: Any) -> None:
    tree = parsed(full(), verdict("passed", series=(), plan=None), allowed={}, skipped={"other": "no Docker"})
    links = [node.attributes["href"] for node in tree.css(".overview a")]
    assert links == [f"#{node.attributes['id']}" for node in tree.css("article")]
    assert "Of 2 experiments: 1 failed" in words(tree, "h1")
    assert "other skipped: no Docker" in words(tree)


def test_a_run_without_samples_has_no_charts_and_no_script(bare: Any) -> None:
    tree = parsed(bare("error", reasons=("the service web did not start",)))
    assert "could not be carried out: the service web did not start" in words(tree, ".sentence")
    assert tree.css("script") == []


def test_an_experiment_that_was_repeated_is_summed_up_above_its_runs(full: Any) -> None:
    tree = parsed(full(repetition=1), full(repetition=2))
    (section,) = [each for each in tree.css("section.plain") if "Repeated" in each.text()]
    assert section.css_first("dt").text() == "db_hangs"
    assert section.css_first("dd").text().startswith("2 failed of 2 runs (95%: 0.0% to 65.8% pass); MTTR")
    assert [row.css_first("th").text() for row in tree.css(".overview tbody tr")] == [
        "The database hangs",
        "The database hangs (run 2)",
    ]
    assert "Repeated" not in words(parsed(full()))


def test_the_control_is_told_beside_the_system_under_fault(beside: Any, full: Any) -> None:
    told = words(parsed(beside()))
    assert "control 310ms, difference +90ms; 98 pairs, 95 %: +60ms to +130ms" in told
    assert "control 1%; 100 samples" in told
    assert "without it: 90 served, 9 degraded, 1 broken" in told

    (series,) = full().series
    slices = (dataclasses.replace(series.slices[0], control_p95_s=0.123), *series.slices[1:])
    charted = words(parsed(full(series=(dataclasses.replace(series, slices=slices),))))
    assert charted.count("p95 without the fault") == 2  # above the chart, and in the table
    assert "123ms" in charted
    assert "without the fault" not in words(parsed(full()))
