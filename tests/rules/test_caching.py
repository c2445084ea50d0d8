from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("sent", "passes"),
    [
        ("no-store", True),
        ("NO-STORE", True),
        ("private, no-store, max-age=0", True),
        ('private="x",no-store', True),
        ("no-cache", False),
        ("no-cache, must-revalidate, max-age=0", False),
        ("public, max-age=600", False),
        ("x-no-store", False),
        ("", False),
    ],
)
def test_only_no_store_keeps_an_error_out_of_caches(html, problem, broken, sent, passes) -> None:
    for answer in (html(headers={"Cache-Control": sent}), problem(headers={"Cache-Control": sent})):
        assert ("G06" not in broken(answer)) is passes


def test_what_was_sent_is_named(html, broken) -> None:
    assert 'Cache-Control "max-age=5"' in broken(html(headers={"Cache-Control": "max-age=5"}))["G06"]
    assert "without Cache-Control" in broken(html(headers={"Cache-Control": ""}))["G06"]


def test_an_answer_below_400_may_be_kept(html, broken) -> None:
    assert "G06" not in broken(html(status=202, headers={"Cache-Control": "max-age=5"}))
