"""Faults that grow step by step: amounts of a link's toxic, checked like the value that they begin with."""

from __future__ import annotations

from typing import Any

import pytest

from chaos.experiment.plan import Plan

PLACE = "faults[0]"


def ramped(fault: str, ramp: str, lasts: str = "3s") -> tuple[str, str]:
    return ("hang: {}\n    for: 2s", f"{fault}\n    ramp: {ramp}\n    for: {lasts}")


def test_each_step_sets_the_whole_toxic_anew_with_its_own_value(folder: Any) -> None:
    plan: Plan = folder.plan(
        ramped("latency: {delay: 100ms, jitter: 10ms}", "{of: delay, steps: [300ms, 0.9s], each: 1s}")
    )
    entry = plan.faults[0].entry
    assert [at for at, _ in entry.steps] == [1.0, 2.0]
    assert [change.toxics[0].attributes for _, change in entry.steps] == [
        {"latency_s": 0.3, "jitter_s": 0.01},
        {"latency_s": 0.9, "jitter_s": 0.01},
    ]


def test_a_ramp_of_an_http_fault_keeps_whom_it_is_for(folder: Any) -> None:
    fault = "http_delay: {delay: 100ms, match: {path: /a*}}\n    only: {request: [1, 2]}"
    (first, _), (second, _) = [
        (change.toxics[0].settings, at)
        for at, change in folder.plan(ramped(fault, "{of: delay, steps: [200ms, 300ms], each: 1s}"))
        .faults[0]
        .entry.steps
    ]
    assert first == second == {"match": {"path": "/a*"}, "only": {"request": [1, 2]}}


def test_a_fault_without_a_ramp_has_no_steps(folder: Any) -> None:
    assert folder.plan().faults[0].entry.steps == ()


@pytest.mark.parametrize(
    ("fault", "ramp", "lasts", "message"),
    [
        (
            "latency: {delay: 1s}",
            "{of: dealy, steps: [2s], each: 1s}",
            "3s",
            "it has no attribute 'dealy'; known are: stream, delay, jitter",
        ),
        ("latency: {delay: 1s}", "{of: delay, steps: [2], each: 1s}", "3s", "the step 2 can't be: 2 has no unit"),
        ("latency: {delay: 1s}", "{of: delay, steps: [2MB], each: 1s}", "3s", "the step '2MB' can't be: "),
        ("latency: {delay: 1s}", "{of: stream, steps: [upstream], each: 1s}", "3s", "stream is no amount"),
        ("latency: {delay: 1s}", "{of: delay, steps: [1s], each: 1s}", "3s", "delay is no amount"),
        ("hang: {}", "{of: delay, steps: [1s], each: 1s}", "3s", "it has no attribute 'delay'"),
        ("down: {}", "{of: delay, steps: [1s], each: 1s}", "3s", "only what a link's toxic has in amounts"),
        (
            "latency: {delay: 1s}",
            "{of: delay, steps: [2s, 3s], each: 1s}",
            "2s",
            "the last step of its ramp begins after 2s; write a `for` that is longer",
        ),
    ],
)
def test_a_ramp_that_makes_no_sense_is_told(folder: Any, fault: str, ramp: str, lasts: str, message: str) -> None:
    (problem,) = folder.problems(ramped(fault, ramp, lasts))
    assert problem.startswith("hangs.yaml:6:5: faults[0]: ")
    assert message in problem
