"""What a service can do, which callers it does not begin work for, and whose work it throws away."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from demo_app import media, profile
from demo_app.arrival import BEGUN, QUEUED
from demo_app.capacity import PATIENCE_S, UNLIMITED, WORKERS, Capacity, TookTooLong, TooLate, capacity_option


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0
        self.worked_s: list[float] = []

    def __call__(self) -> float:
        return self.now_s

    def work(self, cost_s: float) -> None:
        self.worked_s.append(cost_s)
        self.now_s += cost_s


def spend(environ: Mapping[str, Any], cost_s: float = 0.02) -> list[float]:
    clock = Clock()
    Capacity(cost_s, clock=clock, work=clock.work).spend(dict(environ))
    return clock.worked_s


@pytest.mark.parametrize(("written", "per_s"), [("100/s", 100.0), ("0.5/s", 0.5), ("none", None)])
def test_a_capacity_is_what_all_workers_together_do_in_a_second(written: str, per_s: float | None) -> None:
    cost_s = capacity_option(written).cost_s
    assert cost_s == (pytest.approx(WORKERS / per_s) if per_s else 0.0)


@pytest.mark.parametrize("written", ["100", "0/s", "-1/s", "100/m", "", "a/s"])
def test_a_capacity_that_is_none_is_refused_and_said_how_to_write(written: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="like 100/s, or none"):
        capacity_option(written)


def test_every_request_holds_its_worker_for_the_same_time() -> None:
    assert spend({}) == [0.02]
    assert spend({}, cost_s=0.0) == []


@pytest.mark.parametrize(
    ("deadline_ms", "begun_ago_s", "begins"),
    [("250", 0.0, True), ("250", 0.2, True), ("250", 0.235, False), ("250", 3.0, False), ("10", 0.0, False)],
)
def test_what_can_not_be_done_in_time_is_not_begun(deadline_ms: str, begun_ago_s: float, begins: bool) -> None:
    environ = {"HTTP_X_DEADLINE_MS": deadline_ms, BEGUN: 100.0 - begun_ago_s, QUEUED: 100.0 - begun_ago_s}
    if begins:
        assert spend(environ) == [0.02]
    else:
        with pytest.raises(TooLate):
            spend(environ)


def test_also_where_work_costs_nothing_who_has_gone_is_not_served() -> None:
    with pytest.raises(TooLate):
        UNLIMITED.spend({"HTTP_X_DEADLINE_MS": "0"})


@pytest.mark.parametrize(("waited_s", "thrown_away"), [(PATIENCE_S - 0.01, False), (PATIENCE_S + 0.01, True)])
def test_who_says_no_deadline_is_worked_for_and_may_have_waited_too_long(waited_s: float, thrown_away: bool) -> None:
    clock = Clock()
    capacity = Capacity(0.02, clock=clock, work=clock.work)
    environ = {QUEUED: 100.0 - waited_s}
    if thrown_away:
        with pytest.raises(TookTooLong):
            capacity.spend(environ)
    else:
        capacity.spend(environ)
    assert clock.worked_s == [0.02]  # in vain or not


def test_a_clip_that_comes_in_slowly_has_not_waited_in_the_queue() -> None:
    assert spend({BEGUN: 40.0, QUEUED: 99.9}) == [0.02]


@pytest.mark.parametrize("deadline", ["soon", "-5", "1.5", "", "٣"])
def test_a_deadline_that_is_none_is_said_to_be(tmp_path: Path, deadline: str) -> None:
    answer = Client(profile.create_app(tmp_path)).get(
        "/users/anna/age", environ_overrides={"HTTP_X_DEADLINE_MS": deadline}
    )
    assert answer.status_code == 400
    assert answer.json is not None
    assert "such as 250" in answer.json["detail"]


def test_a_clip_whose_sender_has_gone_is_not_stored(tmp_path: Path) -> None:
    service = Client(media.create_app(tmp_path))
    answer = service.post("/clips", data=b"x", headers={"X-Deadline-Ms": "0"})
    assert (answer.status_code, answer.content_type) == (504, "application/problem+json")
    assert service.get("/clips").json == []
    assert service.post("/clips", data=b"x", headers={"X-Deadline-Ms": "60000"}).status_code == 201


def test_what_took_too_long_has_no_effect_and_whether_it_runs_costs_nothing(tmp_path: Path) -> None:
    clock = Clock()
    service = Client(media.create_app(tmp_path, capacity=Capacity(0.02, clock=clock, work=clock.work)))
    waited = {QUEUED: 100.0 - 2 * PATIENCE_S}
    assert service.get("/healthz", environ_overrides=waited).status_code == 200
    assert clock.worked_s == []
    assert service.post("/clips", data=b"x", environ_overrides=waited).status_code == 503
    assert service.get("/clips").json == []


def test_a_problem_names_the_machine_for_those_who_run_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIPSHARE_NODE", "node-7")
    service = Client(profile.create_app(tmp_path))
    for answer in (service.get("/nothing"), service.get("/users/anna/age", headers={"X-Deadline-Ms": "0"})):
        assert answer.json is not None
        assert answer.json["node"] == "node-7"
