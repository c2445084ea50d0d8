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


def sent(checksum: str, acknowledged: str | None = None, **facts: Any) -> dict[str, Any]:
    outcome = {} if acknowledged else REFUSED
    return {**outcome, "acknowledged": acknowledged, "checksum": checksum, **facts}


@pytest.mark.parametrize(
    ("saves", "stored", "checksums", "expected", "fates"),
    [
        ([sent("1", "a"), sent("2", "b")], "ab", "12", ledger(2, 2), []),
        ([sent("1", "a"), sent("2", "b")], "ab", "19", ledger(2, 2, corrupted=("b",)), ["corrupted"]),
        ([sent("a0", "a")], "a", ["A0"], ledger(1, 1), []),  # hexadecimal digits have no case
        ([sent("1", "a")], "ax", "11", ledger(1, 2, duplicated=("x",)), ["duplicated"]),
        ([sent("1", "a"), sent("1", "b")], "ab", "11", ledger(2, 2), []),  # the same was sent twice
        ([sent("1", "a"), sent("1", "b")], "abx", "111", ledger(2, 3, duplicated=("x",)), ["duplicated"] * 2),
        ([sent("1")], "x", "1", ledger(0, 1, refused=1, phantom=1), ["phantom"]),
        ([sent("1")], "", "", ledger(refused=1), ["refused"]),
        ([sent("1", **UNKNOWN)], "", "", ledger(unknown=1), ["unknown"]),
        ([sent("1", **UNKNOWN)] * 2, "x", "1", ledger(0, 1, unknown=2, phantom=1), ["phantom", "unknown"]),
    ],
)  # fmt: skip
def test_an_item_is_known_by_its_content_too(
    story: Tell, saves: list[dict[str, Any]], stored: str, checksums: Any, expected: dict[str, Any], fates: list[str]
) -> None:
    told = story(audit={"items": {"lost": 0}}).night()
    for facts in saves:
        told.run(journey="save", **facts)
    found = told.wait(1).audit(*stored, checksums=tuple(checksums)).end().verdict().ledgers[0]
    assert {name: getattr(found, name) for name in expected} == expected
    assert [item.fate for item in found.items] == fates


@pytest.mark.parametrize(
    ("run", "stored", "truthful"),
    [
        ({**A, "fate": "saved"}, "a", True),
        ({**A, "fate": "saved"}, "", False),
        ({**A, "fate": "not-saved"}, "a", False),
        ({**REFUSED, "fate": "not-saved", "checksum": "1"}, "x", False),
        ({**REFUSED, "fate": "not-saved", "checksum": "2"}, "x", True),
        ({**REFUSED, "fate": "not-saved"}, "", True),
        ({**REFUSED, "fate": "saved"}, "", False),
        ({**REFUSED, "fate": "unknown", "checksum": "1"}, "x", True),
        ({**REFUSED}, "", None),
    ],
)
def test_words_are_held_against_what_became_of_the_item(
    story: Tell, run: dict[str, Any], stored: str, truthful: bool | None
) -> None:
    told = story(audit={"items": {"lost": 0}}).night().run(journey="save", **run)
    found = told.wait(1).audit(*stored, checksums=("1",) * len(stored)).end().verdict().ledgers[0]
    assert found.untruthful == (truthful is False)
    assert {item.truthful for item in found.items} <= {truthful}


def test_a_refusal_can_be_called_untrue_only_where_contents_are_known(story: Tell) -> None:
    refused = {**REFUSED, "fate": "not-saved", "checksum": "1"}
    told = story(audit={"items": {"lost": 0}}).night().run(journey="save", **refused).wait(1).audit("x").end()
    assert [item.truthful for item in told.verdict().ledgers[0].items] == [None]


@pytest.mark.parametrize(
    ("claims", "verdict"),
    [({"lost": 0}, "failed"), ({"lost": 0, "corrupted": 1}, "passed"), ({"corrupted": 0}, "failed")],
)
def test_damaged_items_are_never_fine_unless_the_experiment_says_so(
    story: Tell, claims: dict[str, int], verdict: str
) -> None:
    told = story(audit={"items": claims}).night().run(journey="save", **sent("1", "a"))
    assert told.wait(1).audit("a", checksums=("2",)).end().verdict().verdict == verdict


def test_phantoms_can_be_forbidden_even_where_nothing_was_acknowledged(story: Tell) -> None:
    told = story(audit={"items": {"phantom": 0}}).night().run(journey="save", **UNKNOWN).wait(1)
    assert told.audit("x").end().verdict().reasons[0] == "items phantom <= 0: 1 of 0 phantom after 2s"
