from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaos.rules.markup import MOST_TAGS, CutOff, cut_off_inside, readable_part, tags


def test_tags_come_in_order_and_without_those_in_comments_and_scripts() -> None:
    found = [tag.name for tag in tags("<P><!-- <b> --><script>'<i>'</script><a/><br>") if not isinstance(tag, CutOff)]
    assert found == ["p", "script", "script", "a", "br"]


@pytest.mark.parametrize("piece", ["<div>", "<p><b>", "<span><p>", "<i id=1>", "<li>"])
def test_a_page_nested_without_end_is_read_from_its_beginning(piece: str) -> None:
    part = readable_part("<h1>Sorry</h1>" + piece * 50_000)
    assert part.startswith("<h1>Sorry</h1>")
    assert part.count("<") <= MOST_TAGS + 1


@pytest.mark.parametrize(
    "source", ["", "<p>a<p>b", "<ul>" + "<li><a href=x><b>y</b></a>" * 900 + "</ul>", "<script>" * 9]
)
def test_an_ordinary_page_is_read_to_its_end(source: str) -> None:
    assert readable_part(source) == source


@given(st.text(alphabet="<>/!-apscript \n\"'=", max_size=80))
def test_any_source_is_read(source: str) -> None:
    list(tags(source))
    cut_off_inside(source)
    assert source.startswith(readable_part(source))


@pytest.mark.parametrize("cut", range(60, 420, 7))
def test_a_page_cut_anywhere_in_its_main_element_is_seen_to_be_cut(cut: int) -> None:
    page = (
        "<!doctype html><html lang=en><head><title>Sorry</title></head><body><main><h1>Sorry</h1>"
        + "<p>It is <b>our</b> fault. <a href='/'>Try again</a> soon.</p>" * 6
        + "</main></body></html>"
    )
    assert cut_off_inside(page) is None
    assert cut_off_inside(page[:cut]) is not None
