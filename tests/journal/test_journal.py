"""Writing and reading a journal: every event, a cut last line, a line that is no event, a disk that takes no more."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, get_args

import pytest

from chaos.errors import EnvironmentFailed
from chaos.experiment.loader import parse
from chaos.experiment.planner import make_plan
from chaos.experiment.systems import Choices, Systems
from chaos.journal import events as e
from chaos.journal.journal import Journal, read_journal
from chaos.secrets import Secrets
from chaos.undo.undo import Undo

SYSTEM = """
name: shop
vars: {mode: a, many: 3, on: true}
services: {web: {command: web}}
links: {edge: {to: web}}
journeys:
  save:
    rate: 20/s
    timeout: 1s
    steps:
      - post: edge:/items
        json: {nothing: null, list: [null, 1], text: "x"}
        acknowledge: {json: id}
"""
EXPERIMENT = """
name: Slow
system: system.yaml
steady_state: {save: {served: ">= 99%"}}
faults: [{link: edge, latency: {delay: 300ms}, share: 7%, for: 2s}]
during: {save: {p95: 1s}}
"""
UNDO = Undo(id="1", kind="toxic.remove", args={"link": "edge"}, says="remove it", repair="curl")


@pytest.fixture
def every_event(tmp_path: Path) -> list[e.Event]:
    """One of each kind; lists with nothing in them and None included."""
    (tmp_path / "system.yaml").write_text(SYSTEM)
    plan = make_plan(parse(EXPERIMENT, tmp_path / "slow.yaml"), Systems(Choices(vars={"many": 4})))
    return [
        e.RunStarted(at_s=0, plan=plan, gatecrash="1", rules="1", python="3", wall_time="2021-07-06T20:00:00Z"),
        e.LiveStarted(
            at_s=0,
            system=plan.system,
            vars={"many": 4},
            seed=1,
            gatecrash="1",
            rules="1",
            python="3",
            wall_time="2021-07-06T20:00:00Z",
        ),
        e.UsersCame(at_s=0.1, users="save-1", journey="save", rate_per_s=20.0),
        e.UsersLeft(at_s=0.2, users="save-1"),
        e.FaultChosen(at_s=0.1, fault="slow", entry=plan.faults[0].entry),
        e.ServiceRestarted(at_s=0.1, service="web", fallen=True),
        e.PhaseStarted(at_s=0.1, phase="baseline"),
        e.Sample(journey="save", user="u1", due_s=0.1, left_s=0.1, ended_s=0.3, took_s=0.2, outcome="served"),
        e.ControlSample(
            at_s=0.3,
            sample=e.Sample(
                journey="save", user="u1", due_s=0.1, left_s=0.1, ended_s=0.3, took_s=0.2, outcome="served"
            ),
        ),
        e.Sample(
            journey="save",
            user="u2",
            due_s=0.2,
            left_s=0.2,
            ended_s=1.2,
            took_s=1.0,
            outcome="broken",
            step=1,
            status=500,
            failure="reset",
            rules=("G01", "G03"),
            answer="f",
            acknowledged="id",
        ),
        e.AnswerSeen(
            at_s=1,
            fingerprint="f",
            journey="save",
            status=500,
            headers=(("a", "b"), ("a", "c")),
            body="\N{SNOWMAN}\x00\n",
            says="Oops",
            findings={"G01": "x"},
        ),
        e.LinksCarried(at_s=1, bytes_by_link={"edge": 5}),
        e.ProbeTaken(at_s=1, probe="queue", took_s=0.1, failure="no answer within 5s"),
        e.LinksCounted(at_s=1, connections_by_link={"edge": 5}),
        e.UndoRecorded(at_s=1, undo=UNDO),
        e.FaultInjected(at_s=1.1, issued_s=1.0, fault="latency on edge"),
        e.FaultTookEffect(at_s=2, fault="latency on edge", connections=1, requests=0, bytes=3, closes=0),
        e.UndoDone(at_s=2, undo="1"),
        e.UndoFailed(at_s=2, undo=UNDO, reason="refused"),
        e.FaultStepped(at_s=1.5, fault="latency on edge", step=1),
        e.FaultUndone(at_s=2.1, issued_s=2.0, fault="latency on edge"),
        e.AuditTaken(at_s=3, audit="items", stored=("a", "a"), pending=(), waited_s=0.5, checksums=("00", "00")),
        e.ReferencesLookedUp(at_s=3, found={"K7-2F": True}),
        e.CutShort(at_s=3),
        e.EnvironmentBroke(at_s=3, reason="gone"),
        e.Interrupted(at_s=3, signal=2),
        e.SafeguardTripped(at_s=3.0, safeguard="open broken > 90% over 2s", measured="95%", samples=40),
        e.ToolFailed(at_s=3, traceback="Traceback\n  x"),
        e.RunEnded(at_s=3),
    ]


def write(path: Path, events: list[Any]) -> Path:
    journal = Journal(path)
    for event in events:
        journal.append(event)
    journal.close()
    return path


def test_every_kind_of_event_is_among_the_examples(every_event: list[e.Event]) -> None:
    assert {type(event) for event in every_event} == set(get_args(get_args(e.Event)[0]))


def test_every_event_is_read_as_it_was_written(every_event: list[e.Event], tmp_path: Path) -> None:
    assert list(read_journal(write(tmp_path / "j", every_event))) == every_event


def test_a_journal_is_one_line_an_event(every_event: list[e.Event], tmp_path: Path) -> None:
    assert write(tmp_path / "j", every_event).read_bytes().count(b"\n") == len(every_event)


def test_wherever_a_crash_cuts_the_last_line_the_others_are_read(every_event: list[e.Event], tmp_path: Path) -> None:
    path = write(tmp_path / "j", every_event)
    whole = path.read_bytes()
    last = whole.rstrip(b"\n").rfind(b"\n") + 1
    for length in range(last, len(whole)):
        path.write_bytes(whole[:length])
        assert list(read_journal(path)) == every_event[:-1]


@pytest.mark.parametrize(
    "line", [b"{}", b"[]", b"nonsense", b'{"event": "party"}', b'{"event": "run_ended"}', b"\xff\xfe", b""]
)
def test_a_line_that_is_no_event_is_named(every_event: list[e.Event], tmp_path: Path, line: bytes) -> None:
    path = write(tmp_path / "j", every_event[:2])
    path.write_bytes(path.read_bytes() + line + b"\n")
    with pytest.raises(EnvironmentFailed, match=r"j:3: this is not an event of a journal"):
        list(read_journal(path))


def test_a_journal_that_is_not_there_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailed, match="can't be read: No such file"):
        list(read_journal(tmp_path / "nothing"))


def test_a_journal_is_never_written_over(every_event: list[e.Event], tmp_path: Path) -> None:
    write(tmp_path / "j", every_event)
    with pytest.raises(EnvironmentFailed, match="can't be written: File exists"):
        Journal(tmp_path / "j")


def test_a_full_disk_is_an_environment_that_failed(every_event: list[e.Event]) -> None:
    if not os.path.exists("/dev/full"):  # noqa: PTH110
        pytest.skip("no /dev/full here")
    journal = Journal.__new__(Journal)
    journal.path, journal._listeners, journal._secrets = Path("/dev/full"), (), Secrets()
    journal._file = Path("/dev/full").open("wb")  # noqa: SIM115
    with pytest.raises(EnvironmentFailed, match="can't be written: No space left"):
        journal.append(every_event[0])


def test_all_but_samples_reach_the_file_at_once_and_listeners_hear_of_each(
    every_event: list[e.Event], tmp_path: Path
) -> None:
    heard: list[e.Event] = []
    journal = Journal(tmp_path / "j", (heard.append,))
    for event in every_event:
        journal.append(event)
        if not isinstance(event, e.Sample | e.ControlSample):
            assert list(read_journal(tmp_path / "j")) == heard
    assert heard == every_event
    journal.close()


def test_text_that_no_file_can_hold_is_kept_as_far_as_it_goes(tmp_path: Path) -> None:
    r"""A JSON answer may say "cut \ud83d", and an app's id may be just that."""
    seen = e.AnswerSeen(
        at_s=1, fingerprint="f", journey="save", status=500, headers=(), body="{}", says="cut \ud83d", expected=""
    )
    sample = e.Sample(
        journey="save", user="u", due_s=0, left_s=0, ended_s=1, took_s=1, outcome="served", acknowledged="\udcff"
    )
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append(seen)
    journal.append(sample)
    journal.close()
    said, kept = read_journal(tmp_path / "journal.jsonl")
    assert isinstance(said, e.AnswerSeen)
    assert said.says == "cut ?"
    assert isinstance(kept, e.Sample)
    assert (kept.acknowledged, kept.took_s) == ("?", 1)


def test_neither_the_file_nor_a_listener_learns_a_secret(every_event: list[e.Event], tmp_path: Path) -> None:
    """Events without one are handed on as they are; the others keep all but the secret."""
    heard: list[e.Event] = []
    journal = Journal(tmp_path / "j", (heard.append,), Secrets({"TOKEN": "hush-hush"}))
    broke = e.EnvironmentBroke(at_s=1.0, reason='the app said "hush-hush"')
    for event in (*every_event, broke):
        journal.append(event)
    journal.close()
    assert heard[:-1] == every_event
    assert heard[-1] == e.EnvironmentBroke(at_s=1.0, reason='the app said "{env.TOKEN}"')
    assert list(read_journal(tmp_path / "j")) == heard
