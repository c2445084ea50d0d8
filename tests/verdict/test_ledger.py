"""The ledger: lost, duplicated, pending, refused, unknown, phantom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Tell = Callable[..., Any]
A, B, C = ({"acknowledged": name} for name in "abc")
REFUSED = {"outcome": "broken", "status": 503}
UNKNOWN = {"outcome": "broken", "status": None, "took": 1.0}


def ledger(acknowledged: int = 0, stored: int = 0, **others: Any) -> dict[str, Any]:
    none: dict[str, Any] = {"lost": (), "duplicated": (), "pending": (), "refused": 0, "unknown": 0, "phantom": 0}
    return {**none, "audit": "items", "journey": "save", "acknowledged": acknowledged, "stored": stored, **others}


@pytest.mark.parametrize(
    ("saves", "stored", "pending", "expected"),
    [
        ([], "", "", ledger()),
        ([A, B], "ab", "", ledger(2, 2)),
        ([A, B], "ba", "", ledger(2, 2)),
        ([A, B], "a", "", ledger(2, 1, lost=("b",))),
        ([A, B], "", "", ledger(2, 0, lost=("a", "b"))),
        ([A], "aa", "", ledger(1, 2, duplicated=("a",))),
        ([A], "aaa", "", ledger(1, 3, duplicated=("a",))),
        ([A, B], "a", "b", ledger(2, 1, pending=("b",))),
        ([A], "a", "a", ledger(1, 1)),  # stored: that it is still listed as pending does no harm
        ([A, B], "", "b", ledger(2, 0, lost=("a",), pending=("b",))),
        ([REFUSED], "", "", ledger(refused=1)),
        ([UNKNOWN], "", "", ledger(unknown=1)),
        ([UNKNOWN, A], "ax", "", ledger(1, 2, unknown=1, phantom=1)),
        ([A], "axx", "", ledger(1, 3, phantom=2, duplicated=("x",))),
        # an app that acknowledges everything under one id has kept one item at most for each time that it is stored
        ([A, A, A], "a", "", ledger(3, 1, lost=("a", "a"))),
        ([A, A, A], "abc", "", ledger(3, 3, lost=("a", "a"), phantom=2)),
        ([A, A], "aa", "", ledger(2, 2)),
        ([A, A], "aaa", "", ledger(2, 3, duplicated=("a",))),
    ],
)
def test_every_item_is_accounted_for(
    story: Tell, saves: list[dict[str, Any]], stored: str, pending: str, expected: dict[str, Any]
) -> None:
    told = story(audit={"items": {"lost": 0}}).night()
    for facts in saves:
        told.run(journey="save", **facts)
    verdict = told.wait(1).audit(*stored, pending=tuple(pending)).end().verdict()
    assert {name: getattr(verdict.ledgers[0], name) for name in expected} == expected


def test_other_journeys_acknowledge_nothing_to_this_audit(story: Tell) -> None:
    told = story(audit={"items": {"lost": 0}}).night().run(journey="open", acknowledged="x").run(journey="save", **A)
    assert told.wait(1).audit("a").end().verdict().verdict == "passed"


def test_many_lost_items_are_named_by_the_first_three(story: Tell) -> None:
    told = story(audit={"items": {"lost": 0}}).night()
    for name in "fedcba":
        told.run(journey="save", acknowledged=name)
    verdict = told.wait(1).audit("f").end().verdict()
    assert verdict.reasons == ("items lost <= 0: 5 of 6 lost after 2s: a, b, c, ...",)
    assert next(claim for claim in verdict.claims if claim.state == "refuted").samples == 6
