"""When faults begin and end, by a method's pauses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chaos.ctk.model import Activity
from chaos.ctk.timeline import Timeline, beyond_undoing, play
from chaos.errors import InvalidFile
from chaos.experiment.loader import Document

FILE = Document(Path("e.json"), {}, {(): (1, 1), ("method", 1): (7, 3)}, {})


def act(func: str, arguments: dict[str, Any] | None = None, **more: Any) -> Activity:
    provider = {"type": "python", "module": "chaostoxi.proxy.actions", "func": func, "arguments": arguments or {}}
    return Activity.model_validate({"type": "action", "name": func, "provider": provider, **more})


def run(path: str, arguments: Any, **more: Any) -> Activity:
    provider = {"type": "process", "path": path, "arguments": arguments}
    return Activity.model_validate({"type": "action", "name": path, "provider": provider, **more})


def slow(name: str = "t", **more: Any) -> Activity:
    return act("create_latency_toxic", {"for_proxy": "db", "toxic_name": name, "latency": 1}, **more)


def spans(timeline: Timeline) -> list[tuple[str, float, float | None]]:
    return [(fault.toxic, fault.begins_s, fault.ends_s) for fault in timeline.faults]


DELETE = act("delete_toxic", {"for_proxy": "db", "toxic_name": "t"})
DOWN, UP = act("disable_proxy", {"proxy_name": "db"}), act("enable_proxy", {"proxy_name": "db"})
PAUSE = {"before": 1, "after": 2}


@pytest.mark.parametrize(
    ("method", "expected", "ends_s"),
    [
        ([slow()], [("t", 0, None)], 0),
        ([slow(pauses=PAUSE), DELETE], [("t", 1, 3)], 3),
        ([slow(pauses=PAUSE), DOWN, UP], [("t", 1, None), ("down", 3, 3)], 3),
        ([slow("a", pauses=PAUSE), slow("b"), act("reset")], [("a", 1, 3), ("b", 3, 3)], 3),
        ([slow(background=True, pauses=PAUSE), slow("b")], [("t", 1, None), ("b", 0, None)], 3),
        ([slow(), run("/bin/sleep", "1.5"), DELETE], [("t", 0, 1.5)], 1.5),
        ([slow(), run("sleep", ["2"]), slow()], [("t", 0, None), ("t", 2, None)], 2),
        ([slow(), DELETE, slow(pauses={"before": 1}), DELETE], [("t", 0, 0), ("t", 1, 1)], 1),
    ],
)
def test_pauses_are_how_long_a_fault_lasts(
    method: list[Activity], expected: list[tuple[str, float, float | None]], ends_s: float
) -> None:
    timeline = play(method, FILE)
    assert (spans(timeline), timeline.ends_s) == (expected, ends_s)
    assert timeline.notes == []


def test_what_can_not_be_carried_over_is_noted_with_its_line() -> None:
    probe = run("uptime", None).model_copy(update={"type": "probe"})
    wires = act("create_proxy", {"proxy_name": "db", "upstream_host": "h", "upstream_port": 1})
    timeline = play([slow(), run("pkill", "-9 db"), probe, wires], FILE)
    assert [str(note) for note in timeline.notes] == [
        'line 7: method[1] "pkill" (pkill -9 db): what it does can\'t be undone here; a fault may do the same',
        'method[2] "uptime" (uptime): it was asked once and nobody judged its answer; a journey or a probe of '
        "the system can",
        'method[3] "create_proxy" (chaostoxi.proxy.actions.create_proxy): the proxy must be there before a run; '
        "make it with your Toxiproxy",
    ]
    assert timeline.upstreams == {"db": "h:1"}


def test_what_is_asked_all_the_time_is_no_loss_when_the_method_asks_it_too() -> None:
    probe = run("uptime", None).model_copy(update={"type": "probe"})
    assert play([probe], FILE, [probe.provider]).notes == []


def test_every_argument_that_does_not_fit_is_told() -> None:
    with pytest.raises(InvalidFile) as error:
        play([act("disable_proxy"), act("disable_proxi")], FILE)
    assert [problem.where for problem in error.value.problems] == [
        "method[0].provider.arguments.proxy_name",
        "method[1].provider.func",
    ]


def test_rollbacks_that_only_undo_need_no_word() -> None:
    more = [DELETE, UP, act("reset"), run("systemctl", "start db"), DOWN]
    assert [(note.what.partition(" ")[0], note.why) for note in beyond_undoing(more, FILE)] == [
        ("rollbacks[2]", "only our own toxics are taken away again; no other proxy is reset"),
        ("rollbacks[3]", "only faults are undone here; do it after a run, if ever"),
        ("rollbacks[4]", "it breaks or makes something, at the end"),
    ]
