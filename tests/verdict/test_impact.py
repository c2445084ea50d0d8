"""What the faults cost in all, as claims and as figures of the verdict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chaos.journal import events as e

Tell = Callable[..., Any]


def counting(tell: Tell, *, retries: int = 1, herd: int = 25, **experiment: Any) -> Any:
    """A link that takes a connection for each run in the baseline, and so many for each while it is broken."""
    told = tell(**{"during": {}, **experiment}).counted(0).baseline("25s").counted(25).fault_on()
    told.runs("50s").effect(bytes=1).fault_off().counted(25 + 50 * retries).phase("recovery").runs("5s")
    return told.counted(25 + 50 * retries + herd).runs("40s").counted(25 + 50 * retries + herd + 40).end()


@pytest.mark.parametrize(
    ("links", "facts", "verdict", "reason"),
    [
        ({"amplification": "<= 1.5"}, {}, "passed", ""),
        ({"amplification": "<= 1.5"}, {"retries": 3}, "failed", "db amplification <= 1.5: amplification was 2.94"),
        ({"herd": "<= 2"}, {"herd": 5}, "passed", ""),
        ({"herd": "<= 2"}, {"herd": 50}, "failed", "db herd <= 2: herd was 10"),
        ({"amplification_after": "<= 2"}, {"herd": 5}, "passed", ""),
        ({"amplification_after": "<= 2"}, {"herd": 90}, "failed", "db amplification_after <= 2: "),
    ],
)
def test_claims_on_links(story: Tell, links: Any, facts: Any, verdict: str, reason: str) -> None:
    found = counting(story, **facts, links={"db": links}).verdict()
    assert found.verdict == verdict
    assert "".join(found.reasons[:1]).startswith(reason)


def test_a_claim_on_a_link_that_was_not_counted_is_undecided_and_never_held(story: Tell) -> None:
    found = story(links={"db": {"amplification": "<= 9"}}).night().end().verdict()
    assert (found.verdict, found.reasons) == (
        "inconclusive",
        ("db amplification <= 9: nobody counted what came by",),
    )


def kept(tell: Tell, requests: int | None, *, late: int | None = 0) -> Any:
    """One connection that is kept for all requests, of which there are so many while the fault is on; `late`: what the
    last count says is more."""
    told = tell(during={}, links={"db": {"amplification": "<= 1.5"}}).counted(1, requests=requests and 0)
    told.baseline("25s").counted(1, requests=requests and 25).fault_on().runs("50s").effect(bytes=1).fault_off()
    told.counted(1, requests=requests and 25 + requests).recovery()
    return told.counted(1, requests=None if late is None else requests and 80 + requests).end().verdict()


def test_requests_on_connections_that_are_kept_are_told_where_they_were_counted(story: Tell) -> None:
    failed = kept(story, 150)
    assert failed.verdict == "failed"
    assert failed.reasons[0].startswith("db amplification <= 1.5: amplification was 2.94")
    assert (failed.traffic[0].counted, failed.traffic[0].before) == ("requests", pytest.approx(1, abs=0.05))
    assert kept(story, 50).verdict == "passed"


@pytest.mark.parametrize(("requests", "late"), [(None, 0), (50, None)])
def test_where_not_all_requests_could_be_read_connections_are_what_is_left(
    story: Tell, requests: int | None, late: int | None
) -> None:
    found = kept(story, requests, late=late)
    assert found.traffic[0].counted == "connections"
    assert found.reasons == (
        "db amplification <= 1.5: its connections are kept open, so they do not count its requests",
    )


def test_retries_of_users_are_requests_of_users(story: Tell) -> None:
    """Every user tries twice while the fault is on, so two connections for each visit multiply nothing."""
    told = story(during={}, links={"db": {"amplification": "<= 1.1"}}).counted(0).baseline("25s").counted(25).fault_on()
    for _ in range(40):
        tries = (e.Try(at_s=told.now, ended_s=told.now, outcome="broken"),)
        told.run(tries=tries).wait(0.05)
    told.effect(bytes=1).fault_off().counted(25 + 80).recovery().counted(200)
    assert told.end().verdict().verdict == "passed"


def test_the_verdict_tells_traffic_on_links_also_where_nothing_is_claimed(story: Tell) -> None:
    (traffic,) = counting(story, retries=3, herd=5).verdict().traffic
    assert (traffic.link, traffic.during, traffic.herd) == ("db", pytest.approx(3, abs=0.1), pytest.approx(1, abs=0.01))
    assert traffic.before == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize(
    ("bound", "during", "verdict"),
    [("<= 2s", "40s 1b 4s", "passed"), ("<= 2s", "40s 5b", "failed"), ("<= 30s", "40s 5b", "passed")],
)
def test_lost_user_seconds_count_to_the_end_of_recovery(story: Tell, bound: str, during: str, verdict: str) -> None:
    """One user is served again at once; users of their own, as elsewhere, are never seen again."""
    told = story(during={}, impact={"open": {"lost_user_seconds": bound}})
    told.baseline(user="u").fault_on().runs(during, **({"user": "u"} if "1b" in during else {}))
    found = told.effect(bytes=1).fault_off().recovery("45s", user="u").end().verdict()
    assert found.verdict == verdict
    lost_s = found.suffered[0].lost_user_s
    assert lost_s == (pytest.approx(0.06) if "1b" in during else pytest.approx(12.5, abs=0.2))


def test_users_who_left_in_recovery_count_as_well(story: Tell) -> None:
    told = story(during={}, impact={"open": {"abandonment": "<= 1%"}}).baseline().fault_on().runs("45s")
    told.effect(bytes=1).fault_off().phase("recovery").runs("2b", gave_up=True)
    found = told.runs("45s").end().verdict()
    assert found.verdict == "failed"
    assert found.reasons[0].startswith("open abandonment <= 1%: abandonment was 2.2%")


def test_what_may_still_get_better_is_not_refuted_before_the_end(story: Tell) -> None:
    told = story(during={}, impact={"open": {"abandonment": "<= 1%", "lost_user_seconds": "<= 1s"}})
    told.baseline().fault_on().runs("45s").effect(bytes=1).fault_off().phase("recovery").runs("2b", gave_up=True)
    claims = told.add(e.CutShort(at_s=told.now)).end().verdict().claims
    states = {claim.text: claim.state for claim in claims if claim.phase == "impact"}
    assert states["open abandonment <= 1%"] == "undecided"


def test_without_a_fault_nothing_was_suffered(story: Tell) -> None:
    found = story(impact={"open": {"lost_user_seconds": "<= 1s"}}).baseline("300b").end().verdict()
    assert (found.suffered, found.traffic) == ((), ())
