"""`--dry-run` for people: each fault drawn on a line as long as the phase."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from chaos.experiment.preview.faults import FaultPreview
from chaos.experiment.preview.preview import Preview
from chaos.experiment.preview.touches import BlastRadius
from chaos.reports.preview import DryRun, write_dry_run, write_dry_run_json

RADIUS = BlastRadius(
    processes={"web": "web {port}"},
    containers={"db": "postgres:16"},
    borrowed={"stock": "of the compose project shop"},
    running={"db": "http://127.0.0.1:5432"},
    tools={"proxy": "gatecrash proxy"},
    engine="unix:///run/docker.sock",
    proxies=("edge, in front of web (embedded)",),
    servers={},
    broken=("the link db",),
    probes={"queue": "GET db:/stats, every 1s"},
    users={"open": "20/s"},
    hosts=("this machine (loopback)",),
    writes=(".gatecrash/ in the working directory",),
)


def fault(name: str, *spans: tuple[float, float | None], until_sure_s: float | None = None) -> FaultPreview:
    return FaultPreview(
        name=name,
        kind="hang",
        place="link",
        on="db",
        attributes={},
        spans=spans,
        until_sure_s=until_sure_s,
        ramp="",
        only_for="",
        claims=(),
    )


def made(*faults: FaultPreview, longest_fault_s: float = 4.0) -> Preview:
    return Preview(
        id="db_hangs[good]",
        name="The database hangs",
        file="db_hangs.yaml",
        variant="fragile",
        vars={},
        seed=0,
        muted=False,
        phases={"baseline": "until all is well"},
        fault_s=longest_fault_s,
        longest_fault_s=longest_fault_s,
        faults=faults,
        claims={"during": ("open broken <= 0%", "open served >= 50%"), "recovery": ("it is back",)},
        safeguards=("open broken > 90% over 2s",),
        touches=RADIUS,
        undos=("take the link db up again",),
    )


def dry(*previews: Preview, repeat: int = 1, retries: int = 0, at_once: int = 1, said: str = "") -> DryRun:
    skipped = {"other": "why"}
    return DryRun(experiments=previews, skipped=skipped, repeat=repeat, retries=retries, at_once=at_once, said=said)


def text_of(told: DryRun) -> str:
    stream = io.StringIO()
    write_dry_run(told, Console(file=stream, width=200))
    return stream.getvalue()


def shown(*faults: FaultPreview, longest_fault_s: float = 4.0) -> str:
    return text_of(dry(made(*faults, longest_fault_s=longest_fault_s)))


def test_faults_are_drawn_where_they_are_on() -> None:
    text = shown(fault("first", (0.0, 1.0), (2.0, 3.0)), fault("second", (3.9, 4.0)))
    on, off = "█" * 10, "·" * 10
    assert f"    first   {on}{off}{on}{off}  hang on the link db: 0s to 1s, 2 times, the last at 2s\n" in text
    assert f"    second  {'·' * 39}█  hang on the link db: 3.9s to 4s\n" in text


def test_a_fault_without_an_end_is_drawn_as_open() -> None:
    text = shown(fault("all along", (0.0, None)), longest_fault_s=30.0)
    assert f"    all along  {'▒' * 40}  hang on the link db: 0s until every claim has its samples\n" in text


def test_a_fault_that_goes_on_until_claims_are_sure_is_drawn_as_open_from_then() -> None:
    text = shown(fault("first", (0.0, 3.0), until_sure_s=60.0), longest_fault_s=60.0)
    said = "0s to 3s, and then on until every claim with a confidence is decided, 60s at most"
    assert f"    first  ██{'▒' * 38}  hang on the link db: {said}\n" in text


def test_claims_stand_with_the_part_of_the_verdict_that_they_are_of() -> None:
    assert """
  claims
    during           open broken <= 0%
    during           open served >= 50%
    recovery         it is back
""" in shown(fault("first", (0.0, 4.0)))


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({}, "would be run: once each, one at a time"),
        ({"repeat": 3}, "would be run: 3 times each, of which the worst counts, one at a time"),
        ({"retries": 1}, "would be run: once each, once more where inconclusive, one at a time"),
        ({"retries": 2}, "would be run: once each, up to 2 times more where inconclusive, one at a time"),
        ({"at_once": 4}, "would be run: once each, at most 4 at once, each on a system of its own"),
        (
            {"said": "one at a time: web [x] runs"},
            "would be run: once each, one at a time\none at a time: web [x] runs",
        ),
    ],
)
def test_how_often_and_how_many_at_once_is_said(how: Any, said: str) -> None:
    assert f"{said}\ndry run: 1 experiment, nothing was touched\n" in text_of(dry(made(fault("a", (0.0, 4.0))), **how))


def test_everything_that_matters_before_a_run_is_said() -> None:
    text = shown(fault("first", (0.0, 4.0)))
    assert text.startswith("db_hangs[good]: The database hangs [fragile]\n")
    for said in (
        "process web      web {port}",
        "container db     postgres:16",
        "container stock  of the compose project shop, put back as it was",
        "running db       http://127.0.0.1:5432, asked and never signalled",
        "program proxy    gatecrash proxy",
        "probe queue      GET db:/stats, every 1s",
        "engine           unix:///run/docker.sock",
        "breaks           the link db",
        "open broken > 90% over 2s",
        "take the link db up again",
        "would be skipped: other (why)",
        "dry run: 1 experiment, nothing was touched",
    ):
        assert said in text


def test_programs_get_one_document() -> None:
    stream = io.StringIO()
    write_dry_run_json(dry(made(fault("first", (0.0, 4.0))), repeat=3, at_once=2), stream)
    document = json.loads(stream.getvalue())
    assert document["dry_run"] is True
    assert (document["repeat"], document["at_once"]) == (3, 2)
    assert document["skipped"] == {"other": "why"}
    assert document["experiments"][0]["faults"][0]["spans"] == [[0.0, 4.0]]
    assert document["experiments"][0]["touches"]["broken"] == ["the link db"]


def test_two_copies_are_announced_where_there_is_a_control() -> None:
    alone = made(fault("first", (0.0, 4.0)))
    said = "  two copies of the system: the same users come to both, and only one is broken (control: the other)\n"
    assert said in text_of(dry(replace(alone, control=True)))
    assert said not in text_of(dry(alone))
