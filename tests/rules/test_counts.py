from __future__ import annotations

import pytest

from chaos.rules import Words
from chaos.rules.counts import counts_of
from chaos.rules.reading import Reading

WORDS = Words.load()


def counted(answer) -> dict[str, float]:
    return dict(counts_of(Reading(answer), WORDS))


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("<ul class='clips wide'><li>a<li>b<li>c</ul>", {"entries of ul.clips": 3}),
        ("<ul id=feed><li>a</ul>", {"entries of ul#feed": 1}),
        ("<ol></ol>", {"entries of ol": 0}),
        ("<table><tbody class=orders><tr><td>a<tr><td>b</table>", {"entries of tbody.orders": 2}),
        ("<div role=list><div role=listitem>a</div><div>b</div></div>", {"entries of div": 1}),
        ("<article class=clip>a</article><article class=clip>b</article>", {"entries of article.clip": 2}),
        ("<ul><li>a</ul><ul><li>b<li>c</ul>", {"entries of ul": 3}),
        ("<nav><ul><li>Home<li>Post</ul></nav>", {}),
        ("<p>12 followers</p>", {"follower": 12}),
        ("<p>0 followers</p><p>No results</p>", {"follower": 0, "result": 0}),
        ("<p>1,204 followers and 3.4k likes</p>", {"follower": 1204, "like": 3400}),
        ("<p>2m views</p><p>1 view</p>", {"view": 2_000_001}),
        ("<p>v1.2 followers-only. 12:30 clipped.</p>", {}),
        ("<p hidden>12 followers</p><nav>5 members</nav>", {}),
        ("<p>just words</p>", {}),
    ],
)
def test_lists_and_counts_of_a_page(html, main, expected) -> None:
    assert counted(html(main)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([1, 2], {"entries of the answer": 2}),
        ({"clips": [{"likes": 3}, {"likes": 4}]}, {"entries of clips": 2, "clips[].likes": 7}),
        ({"user": {"followers": 12, "age": 30}}, {"user.followers": 12}),
        ({"total_count": 5, "likeCount": 2, "unread": 0}, {"total_count": 5, "likeCount": 2, "unread": 0}),
        ({"count": True, "total": "5", "items": None}, {}),
        ({"a": {"b": [[1, 2], [3]]}}, {"entries of a.b": 2, "entries of a.b[]": 3}),
        ("text", {}),
    ],
)
def test_lists_and_counts_of_json(problem, value, expected) -> None:
    assert counted(problem(value, status=200, media_type="application/json")) == expected


def test_what_is_neither_page_nor_json_has_none(html, problem) -> None:
    assert counted(html("", headers={"Content-Type": "text/plain"})) == {}
    assert counted(html(page=b"\0\1", headers={"Content-Type": "image/png"})) == {}
    assert counted(problem(body=b"{", media_type="application/json")) == {}


def test_nouns_are_english_and_lists_are_not(html) -> None:
    page = "<!doctype html><html lang=de><meta charset=utf-8><p>12 clips<ul><li>a</ul>"
    assert counted(html(page=page)) == {"entries of ul": 1}


def test_no_more_than_some_hundred_things_are_counted(problem) -> None:
    value = {f"list {n}": [1] for n in range(5_000)}
    assert len(counted(problem(value, status=200, media_type="application/json"))) == 200
