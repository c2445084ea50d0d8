"""The HTML report in a real Chromium: it is accessible, it draws, it fits, and nothing that users saw comes to life."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path
from typing import Any

import pytest

from chaos.reports.html import write_html
from chaos.reports.report import Report

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
EVIL = """<!doctype html><html lang=en><head><meta http-equiv=refresh content="0;url=http://127.0.0.1:9/refreshed">
<link rel=stylesheet href="http://127.0.0.1:9/style.css"><style>h1{color:rgb(1,2,3)}@import "http://127.0.0.1:9/i";
p{background:url(http://127.0.0.1:9/bg)}</style></head><body onload="top.hacked=1"><h1 style="margin:7px">Sorry</h1>
<script>top.hacked=1;alert(1);fetch("http://127.0.0.1:9/fetch")</script>
<img src=http://127.0.0.1:9/i onerror="top.hacked=1">
<svg onload="top.hacked=1"></svg><iframe src="http://127.0.0.1:9/frame"></iframe>
<object data="http://127.0.0.1:9/o"></object>
<form action="http://127.0.0.1:9/form"><button id=send>send</button></form>
<a id=leave target=_top href="http://127.0.0.1:9/top">x</a>
<a id=away href="http://127.0.0.1:9/away">y</a><p>calm</p></body></html>"""


def html(*verdicts: Any) -> str:
    stream = io.StringIO()
    write_html(Report(run="run-1", verdicts=verdicts), stream)
    return stream.getvalue()


def seen_as(seen: Any, body: str) -> Any:
    answer = dataclasses.replace(seen.answer, body=body, headers=(("Content-Type", "text/html"),))
    return dataclasses.replace(seen, answer=answer)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    looking_at: Any, axe: Path, full: Any, verdict: Any, bare: Any, size: Any, scheme: str
) -> None:
    made = (full(ledgers=verdict().ledgers), verdict("passed"), bare("error", id="e"), bare("inconclusive", id="i"))
    with looking_at(html(*made), color_scheme=scheme, bypass_csp=True, **size) as (page, _):
        page.locator("figure.journey").first.scroll_into_view_if_needed()
        page.wait_for_selector("canvas")
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.add_script_tag(path=axe)
        found = page.evaluate("axe.run(document, {iframes: false})")
    assert found["passes"], "axe did not look at anything"
    told = [
        f"{each['id']}: {each['help']}: {[node['target'] for node in each['nodes']][:3]}"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
    ]
    assert told == []


def test_axe_would_find_something_serious(looking_at: Any, axe: Path) -> None:
    bad = "<!doctype html><html><head><title></title></head><body><img src='x.png'><p style='color:#ccc'>faint</p>"
    with looking_at(bad) as (page, _):
        page.add_script_tag(path=axe)
        found = page.evaluate("axe.run(document)")
    assert {"image-alt", "color-contrast"} <= {each["id"] for each in found["violations"]}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_fits_and_draws_a_chart_of_each_kind_for_each_journey(looking_at: Any, full: Any, size: Any) -> None:
    with looking_at(html(full()), **size) as (page, heard):
        page.locator("figure.journey").scroll_into_view_if_needed()
        page.wait_for_selector(".latency canvas")
        assert page.locator("canvas").count() == 2
        assert page.evaluate("document.documentElement.scrollWidth") == size["viewport"]["width"]
        coloured = page.evaluate(
            """() => [...document.querySelectorAll("canvas")].map((canvas) =>
                new Set(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data).size)"""
        )
        assert min(coloured) > 20
        assert heard == []


def test_hovering_over_a_chart_gives_the_values_of_that_moment(looking_at: Any, full: Any) -> None:
    with looking_at(html(full()), **DESKTOP) as (page, _):
        over = page.locator(".outcomes .u-over")
        over.scroll_into_view_if_needed()
        box = over.bounding_box()
        page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] / 2)
        page.wait_for_function("!document.querySelector('.outcomes .hover').hidden")
        said = page.locator(".outcomes .hover").inner_text()
    assert "fault: hang on db" in said
    assert "broken" in said
    assert "median" in said


def test_what_users_saw_looks_as_it_did_and_does_nothing(looking_at: Any, full: Any, seen: Any) -> None:
    with looking_at(html(full(seen=(seen_as(seen, EVIL),))), **DESKTOP) as (page, heard):
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.locator("iframe").scroll_into_view_if_needed()
        page.wait_for_function("document.querySelector('iframe').contentDocument === null")  # of another origin
        frame = next(each for each in page.frames if each.parent_frame is page.main_frame)
        frame.wait_for_selector("h1")
        assert frame.locator("h1").evaluate("(node) => getComputedStyle(node).color") == "rgb(1, 2, 3)"
        assert frame.locator("h1").evaluate("(node) => getComputedStyle(node).marginTop") == "7px"
        for selector in ("#leave", "#send"):
            frame.locator(selector).evaluate("(node) => node.click()")
        two_frames_later(page)
        assert frame.locator("h1").inner_text() == "Sorry"
        frame.locator("#away").evaluate("(node) => node.click()")  # nobody can: but if, it leads nowhere
        two_frames_later(page)
        assert page.evaluate("window.hacked") is None
        assert page.url.startswith("file:")
        asked = {each for each in heard if each != "about:srcdoc"}
        assert {each for each in asked if not each.endswith(": csp")} == set()


def test_the_same_page_outside_of_a_report_would_have_done_it_all(looking_at: Any) -> None:
    alone = EVIL.replace("http-equiv=refresh", "name=x").replace("alert(1);", "")
    with looking_at(alone, **DESKTOP) as (page, heard):
        page.wait_for_function("window.hacked === 1")
    asked = {each.partition(": ")[0].removeprefix("http://127.0.0.1:9/") for each in heard}
    assert {"style.css", "bg", "i", "frame"} <= asked
    assert not any(each.endswith(": csp") for each in heard)


def two_frames_later(page: Any) -> None:
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_nobody_gets_into_the_picture_of_a_page(looking_at: Any, full: Any, seen: Any) -> None:
    with looking_at(html(full(seen=(seen_as(seen, EVIL),))), **DESKTOP) as (page, _):
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.locator("iframe").scroll_into_view_if_needed()
        focused = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            focused.add(page.evaluate("document.activeElement.tagName"))
        assert {"A", "SUMMARY"} <= focused
        assert "IFRAME" not in focused
        page.locator("iframe").scroll_into_view_if_needed()
        box = page.locator("iframe").bounding_box()
        middle = [box["x"] + box["width"] / 2, box["y"] + 60]
        assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).tagName", middle) == "DIV"


def test_without_scripts_the_figures_are_there_as_tables(looking_at: Any, full: Any) -> None:
    with looking_at(html(full()), java_script_enabled=False, **DESKTOP) as (page, _):
        page.locator("summary", has_text="The figures of open").click()
        assert page.locator(".journey .numbers tbody tr").first.is_visible()


def test_on_paper_it_is_light_and_wide_things_fit(looking_at: Any, full: Any) -> None:
    with looking_at(html(full()), color_scheme="dark", **DESKTOP) as (page, _):
        page.wait_for_selector("canvas")
        page.emulate_media(media="print", color_scheme="dark")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.pdf(format="A4").startswith(b"%PDF")
