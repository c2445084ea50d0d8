"""A plan told without doing any of it: its faults in time, its phases, and all that will be judged."""

from __future__ import annotations

from typing import Any

SURE = ("open: {broken: 0%}", 'open: {broken: {bound: "<= 5%", confidence: 95%}}')


def test_faults_stand_in_time_as_often_as_they_come(told: Any) -> None:
    made = told(("for: 2s", "for: 1s\n    every: 1500ms\n    times: 2\n    share: 30%"))
    (fault,) = made.faults
    assert fault.spans == ((0.0, 1.0), (1.5, 2.5))
    assert fault.only_for == "30% of it"
    assert (made.fault_s, made.longest_fault_s) == (2.5, 2.5)
    assert made.phases["fault"] == "2.5s"


def test_a_fault_without_an_end_lasts_until_the_claims_are_decided(told: Any) -> None:
    made = told(("    for: 2s\n", ""))
    assert (made.fault_s, made.longest_fault_s) == (None, 30.0)
    assert made.faults[0].spans == ((0.0, None),)
    assert made.phases["fault"] == "until every claim has its samples, 2s at least, at most 30s"


def test_claims_with_a_confidence_keep_the_last_fault_on(told: Any) -> None:
    another = (
        "    for: 2s\n",
        "    for: 2s\n    at: 1s\n  - link: edge\n    latency: {delay: 1ms}\n    for: 1s\n",
    )
    made = told(SURE, another)
    assert (made.fault_s, made.longest_fault_s) == (None, 60.0)
    assert [fault.until_sure_s for fault in made.faults] == [60.0, None]
    assert made.phases["fault"] == "3s, and on until every claim with a confidence is decided, at most 60s in all"


def test_a_confidence_that_is_decided_before_the_faults_end_prolongs_nothing(told: Any) -> None:
    made = told(SURE, ("for: 2s", "for: 5s"), ("system:", "confidence_within: 4s\nsystem:"))
    assert (made.fault_s, made.longest_fault_s) == (5.0, 5.0)
    assert made.faults[0].until_sure_s is None
    assert made.phases["fault"] == "5s"


def test_probes_belong_to_the_steady_state_and_to_what_must_be_back(told: Any) -> None:
    queue = ("audit:\n", 'probes:\n  queue: {get: "db:/stats", value: queue}\naudit:\n')
    bounds = ("during:", 'probes: {queue: {steady_state: "<= 10", recovery: "<= 20"}}\nduring:')
    phases = told(bounds, system=(queue,)).phases
    assert phases["baseline"].startswith("until open served >= 99%, queue steady_state <= 10 hold for ")
    assert phases["recovery"].startswith("until that is back, with queue recovery <= 20, within 10s")


def test_an_audit_says_where_it_looks(told: Any) -> None:
    made = told(("during:", "audit: {items: {lost: 0}}\nduring:"))
    assert made.phases["audit"] == "what was acknowledged to save is looked for at db:/items, 10s at most"


def test_claims_of_every_kind_are_told_by_the_part_of_the_verdict(told: Any) -> None:
    queue = ("audit:\n", 'probes:\n  queue: {get: "db:/stats", value: queue}\naudit:\n')
    more = """\
impact: {open: {lost_user_seconds: "<= 60s"}}
links: {db: {amplification: "<= 2"}}
detect: {told: "<= 5s"}
probes: {queue: {during: "<= 100"}}
audit: {items: {lost: 0}}
rules: {errors: 0}
recovery: {within: 3s, stuck: 1s, shape: clean}
during:"""
    own = ("    for: 2s\n", '    for: 2s\n    during: {save: {broken: "<= 50%"}}\n')
    made = told(own, ("during:\n  open: {broken: 0%}", more + "\n  open: {broken: 0%}"), system=(queue,))
    assert made.claims == {
        "during": ("open broken <= 0%", "save broken <= 50% while 'hang on db' is on"),
        "probes": ("queue during <= 100",),
        "recovery": (
            "steady state is back within 3s",
            "recovery is clean",
            "the app is back within 1s of its dependencies",
        ),
        "detect": ("app told <= 5s",),
        "impact": ("open lost_user_seconds <= 60s",),
        "links": ("db amplification <= 2",),
        "audit": ("items lost <= 0", "items pending <= 0"),
        "rules": ("rules errors <= 0",),
    }
    assert made.faults[0].claims == ("save broken <= 50%",)
