"""The board: from a live system's events to what a page is told."""

from __future__ import annotations

from typing import Any

from chaos.dashboard.board import Board, Sight
from chaos.journal import events as e
from chaos.undo.undo import Undo


def test_a_page_that_knows_all_is_told_nothing_again(board: Board, sample: Any) -> None:
    board.see(sample(1.0))
    first = board.since(0, now_s=2.0)
    assert [each.at_s for each in first.seconds] == [1]
    again = board.since(first.version, now_s=3.0)
    assert (again.seconds, again.trials, again.answers, again.sights) == ((), (), (), ())
    assert again.users is None
    assert again.trouble is None


def test_a_page_that_comes_back_gets_in_one_update_what_it_missed(board: Board, sample: Any, broken: Any) -> None:
    board.see(sample(1.0))
    known = board.since(0, now_s=2.0).version
    board.see(sample(2.0))
    broken("hang on db", 2.5, None, link="db", hang={})
    board.see(sample(3.0, "broken", failure="no answer"))
    missed = board.since(known, now_s=4.0)
    assert [each.at_s for each in missed.seconds] == [2, 3]
    assert [fault.name for trial in missed.trials for fault in trial.faults] == ["hang on db"]
    assert [each.says for each in missed.answers] == ["no answer"]


def test_faults_that_overlap_are_one_trial_and_the_next_is_another(board: Board, broken: Any) -> None:
    broken("hang on db", 1.0, None, link="db", hang={})
    broken("down on edge", 2.0, 3.0, link="edge", down={})
    board.see(e.FaultUndone(at_s=4.0, issued_s=4.0, fault="hang on db"))
    broken("down on edge (2)", 9.0, 10.0, link="edge", down={})
    first, second = board.since(0, now_s=11.0).trials
    assert [fault.name for fault in first.faults] == ["hang on db", "down on edge"]
    assert [fault.name for fault in second.faults] == ["down on edge (2)"]
    assert first.over
    assert second.over


def test_the_timeline_says_why_a_fault_ended_and_what_it_met(board: Board, broken: Any) -> None:
    broken("a", 1.0, 11.0, link="db", latency={"delay": "400ms"}, share="30%")
    broken("b", 12.0, 13.0, link="db", down={}, why="by hand")
    (one,), (other,) = (trial.faults for trial in board.since(0, now_s=20.0).trials)
    assert (one.ended, one.met, one.ends_s) == ("over", "7 connections, 2KiB", 11.0)
    assert one.settings == {"delay": "400ms", "share": "30%"}
    assert other.ended == "by hand"


def test_a_fault_that_met_nobody_says_so(board: Board, broken: Any) -> None:
    broken("a", 1.0, None, link="db", down={})
    board.see(e.FaultTookEffect(at_s=2.0, fault="a", connections=0, requests=0, bytes=0, closes=0))
    assert board.since(0, now_s=3.0).trials[0].faults[0].met == "nobody has met it"


def test_acknowledged_items_are_counted_against_what_is_stored(board: Board, sample: Any) -> None:
    for number, due_s in enumerate((1.0, 1.1, 1.2)):
        board.see(sample(due_s, journey="save", acknowledged=f"item-{number}"))
    board.stored(2.0, "items", ["item-0", "item-2", "somebody else's", "item-2"])
    kept = board.since(0, now_s=3.0).seconds[-1].kept["items"]
    assert (kept.acknowledged, kept.stored) == (3, 2)


def test_users_come_and_go(board: Board) -> None:
    assert board.since(0, now_s=0.0).users == {"open": False, "save": False, "browse": False}
    board.see(e.UsersCame(at_s=1.0, users="open (1)", journey="open", rate_per_s=20.0))
    assert board.users["open"]
    board.see(e.UsersLeft(at_s=2.0, users="open (1)"))
    assert not board.users["open"]


def test_everybody_who_is_let_down_reports_at_most_once_a_minute(system: Any, sample: Any) -> None:
    sure = system.model_copy(
        update={
            "detect": system.detect.model_copy(
                update={"reports": system.detect.reports.model_copy(update={"share": 1.0})}
            )
        }
    )
    board = Board(sure, seed=1)
    for due_s in (1.0, 2.0, 3.0, 61.0, 62.0):
        board.see(sample(due_s, "broken"))
    assert [(each.at_s, each.reports) for each in board.since(0, now_s=70.0).seconds if each.reports] == [
        (1, 1),
        (61, 1),
    ]


def test_who_was_served_reports_nothing(board: Board, sample: Any) -> None:
    for number in range(100):
        board.see(sample(1.0 + number / 100, user=f"known-{number}"))
    assert sum(each.reports for each in board.since(0, now_s=3.0).seconds) == 0


def test_what_somebody_sees_is_told_until_it_changes(board: Board) -> None:
    seen = Sight(journey="open", at_s=1.0, took_s=0.1, outcome="served", status=200, says="Welcome", page="/seen/x")
    board.seen(seen)
    update = board.since(0, now_s=2.0)
    assert update.sights == (seen,)
    assert board.since(update.version, now_s=3.0).sights == ()


def test_a_lost_part_is_trouble_until_it_is_well_and_a_failed_undo_for_good(board: Board) -> None:
    board.health("db ended (exit code 1)")
    lost = board.since(0, now_s=1.0)
    assert lost.trouble == "db ended (exit code 1)"
    board.health("db ended (exit code 1)")
    assert board.since(lost.version, now_s=2.0).trouble is None, "it was told before"
    undo = Undo(id="1", kind="proxy.enable", args={}, says="take the link db up again", repair="curl db")
    board.see(e.UndoFailed(at_s=3.0, undo=undo, reason="no answer"))
    board.health(None)
    trouble = board.since(lost.version, now_s=4.0).trouble or ""
    assert "exit code" not in trouble
    assert "could not undo: take the link db up again (no answer); to repair it: curl db" in trouble


def test_answers_of_one_kind_are_counted_together(board: Board, sample: Any) -> None:
    board.see(
        e.AnswerSeen(
            at_s=1.0, fingerprint="f", journey="open", status=500, headers=(), body="Server error", says="Server error"
        )
    )
    for due_s in (1.0, 2.0):
        board.see(sample(due_s, "broken", answer="f", status=500, rules=("G09",)))
    (answered,) = board.since(0, now_s=3.0).answers
    assert (answered.says, answered.status, answered.times, answered.last_s) == ("Server error", 500, 2, 2.01)
    assert list(answered.rules) == ["G09"]
