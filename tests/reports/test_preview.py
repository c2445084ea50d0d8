"""`--dry-run` for people: each fault drawn on a line as long as the phase."""

from __future__ import annotations

import io
import json
from dataclasses import replace

from rich.console import Console

from chaos.experiment.preview import BlastRadius, FaultPreview, Preview
from chaos.reports.preview import write_previews, write_previews_json

RADIUS = BlastRadius(
    processes={"web": "web {port}"},
    containers={"db": "postgres:16"},
    borrowed={"stock": "of the compose project shop"},
    running={"db": "http://127.0.0.1:5432"},
    proxies=("edge, in front of web (embedded)",),
    broken=("the link db",),
    users={"open": "20/s"},
    hosts=("this machine (loopback)",),
    writes=(".gatecrash/ in the working directory",),
)


def fault(name: str, *spans: tuple[float, float | None], claims: tuple[str, ...] = ()) -> FaultPreview:
    return FaultPreview(
        name=name, kind="hang", place="link", on="db", attributes={}, spans=spans, ramp="", only_for="", claims=claims
    )


def made(*faults: FaultPreview, fault_s: float | None = 4.0) -> Preview:
    return Preview(
        id="db_hangs[good]",
        name="The database hangs",
        file="db_hangs.yaml",
        variant="fragile",
        vars={},
        seed=0,
        muted=False,
        phases={"baseline": "until all is well"},
        fault_s=fault_s,
        faults=faults,
        claims=("open broken <= 0%",),
        safeguards=("open broken > 90% over 2s",),
        touches=RADIUS,
        undos=("take the link db up again",),
    )


def shown(*faults: FaultPreview, fault_s: float | None = 4.0) -> str:
    stream = io.StringIO()
    write_previews([made(*faults, fault_s=fault_s)], {"other": "why"}, Console(file=stream, width=200))
    return stream.getvalue()


def test_faults_are_drawn_where_they_are_on() -> None:
    text = shown(fault("first", (0.0, 1.0), (2.0, 3.0), claims=("open served >= 50%",)), fault("second", (3.9, 4.0)))
    on, off = "█" * 10, "·" * 10
    assert f"    first   {on}{off}{on}{off}  hang on the link db: 0s to 1s, 2 times, the last at 2s\n" in text
    assert f"    second  {'·' * 39}█  hang on the link db: 3.9s to 4s\n" in text
    assert "    open served >= 50% while 'first' is on\n" in text


def test_a_fault_without_an_end_is_drawn_as_open() -> None:
    text = shown(fault("all along", (0.0, None)), fault_s=None)
    assert f"    all along  {'▒' * 40}  hang on the link db: 0s until every claim has its samples\n" in text


def test_everything_that_matters_before_a_run_is_said() -> None:
    text = shown(fault("first", (0.0, 4.0)))
    assert text.startswith("db_hangs[good]: The database hangs [fragile]\n")
    for said in (
        "process web      web {port}",
        "container db     postgres:16",
        "container stock  of the compose project shop, put back as it was",
        "running db       http://127.0.0.1:5432, asked and never signalled",
        "breaks           the link db",
        "open broken > 90% over 2s",
        "take the link db up again",
        "would be skipped: other (why)",
        "dry run: 1 experiment, nothing was touched",
    ):
        assert said in text


def test_programs_get_one_document() -> None:
    stream = io.StringIO()
    write_previews_json([made(fault("first", (0.0, 4.0)))], {"other": "why"}, stream)
    document = json.loads(stream.getvalue())
    assert document["dry_run"] is True
    assert document["skipped"] == {"other": "why"}
    assert document["experiments"][0]["faults"][0]["spans"] == [[0.0, 4.0]]
    assert document["experiments"][0]["touches"]["broken"] == ["the link db"]


def test_two_copies_are_announced_where_there_is_a_control() -> None:
    stream = io.StringIO()
    alone = made(fault("first", (0.0, 4.0)))
    write_previews([replace(alone, control=True)], {}, Console(file=stream, width=200))
    said = "  two copies of the system: the same users come to both, and only one is broken (control: the other)\n"
    assert said in stream.getvalue()
    assert said not in shown(fault("first", (0.0, 4.0)))
