"""What the rules are told of each answer, and which findings make it broken."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chaos.experiment.graceful import Allowance
from chaos.journeys import judging as module
from chaos.journeys.judging import Judging, borne_on
from chaos.rules.reading import Reading
from chaos.rules.rule import Gate, Learned, Sent, Situation
from chaos.rules.wordlist import Words

OPEN: dict[str, Any] = {"get": "edge:/", "expect": {"text": "For you"}}
GOOD = "<p>For you</p>"
LEAK = '<p>For you</p><pre>Traceback (most recent call last):\n  File "a.py", line 1</pre>'


class Counting:
    """Learns how many good answers there were."""

    def __init__(self) -> None:
        self.seen = 0

    def learn(self, good: Reading) -> None:
        self.seen += 1

    @property
    def learned(self) -> Learned | None:
        return Learned(counts={"seen": self.seen})


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Situation]:
    """Every situation that the rules were told of."""
    situations: list[Situation] = []
    judge = module.judge

    def listen(reading: Reading, situation: Situation) -> Any:
        situations.append(situation)
        return judge(reading, situation)

    monkeypatch.setattr(module, "judge", listen)
    return situations


def allowance(rule: str, until: str) -> Allowance:
    return Allowance.model_validate({"rule": rule, "reason": "known", "until": until})


@pytest.mark.parametrize(("until", "borne"), [("2027-01-30", set()), ("2027-01-31", {"G09"}), ("2027-02-01", {"G09"})])
def test_an_allowance_holds_until_the_end_of_its_last_day(until: str, borne: set[str]) -> None:
    assert borne_on(date(2027, 1, 31), [allowance("G09", until)]) == borne


@pytest.mark.parametrize(("borne", "outcome"), [(frozenset(), "broken"), (frozenset({"G09"}), "served")])
def test_a_finding_that_is_borne_with_breaks_nothing_but_is_kept(
    play_it: Any, journey: Any, script: Any, html: Any, borne: frozenset[str], outcome: str
) -> None:
    judging = Judging(Situation(served=True), borne=borne)
    played = play_it(journey(OPEN), script(html(LEAK)), None, judging)
    assert (played.outcome, [finding.rule for finding in played.findings]) == (outcome, ["G09"])


def test_another_finding_breaks_it_all_the_same(play_it: Any, journey: Any, script: Any, html: Any) -> None:
    judging = Judging(Situation(served=True), borne=frozenset({"G09"}))
    played = play_it(journey(OPEN), script(html(LEAK, status=500)), None, judging)
    assert played.outcome == "broken"
    assert len(played.findings) > 1


def test_good_answers_are_learned_from_until_something_is_about_to_break(
    play_it: Any, journey: Any, script: Any, html: Any, told: list[Situation]
) -> None:
    judging = Judging(Situation(served=True), new_learner=Counting)
    client = script(html(GOOD), html(GOOD), html("sorry", status=503), html(GOOD), html(GOOD))
    for number in range(5):
        if number == 3:
            judging.freeze()
            judging.freeze()
        play_it(journey(OPEN), client, None, judging)
    assert [each.learned for each in told] == [None] * 3 + [Learned(counts={"seen": 2})] * 2


def test_each_step_is_learned_by_itself(
    play_it: Any, journey: Any, script: Any, html: Any, told: list[Situation]
) -> None:
    judging = Judging(Situation(served=True), new_learner=Counting)
    play_it(journey(OPEN, OPEN), script(html(GOOD), html(GOOD)), None, judging)
    play_it(journey(OPEN), script(html(GOOD)), None, judging)
    judging.freeze()
    play_it(journey(OPEN, OPEN, OPEN), script(*[html(GOOD)] * 3), None, judging)
    assert [each.learned and each.learned.counts["seen"] for each in told[-3:]] == [2, 1, None]


def test_the_rules_know_what_was_sent_and_which_gates_are_passed(
    play_it: Any, journey: Any, script: Any, html: Any, person: Any, told: list[Situation]
) -> None:
    """The gate is behind its user from the answer after the one that was served."""
    who = person(passed={"terms"})
    age = {"post": "edge:/age", "form": {"born": "1990"}, "passes": "age"}
    client = script(html("no", status=500), html("fine"), html(GOOD))
    play_it(journey(age, OPEN), client, who)
    assert who.passed == {"terms"}
    play_it(journey(age, OPEN), client, who)
    assert [(each.served, each.sent, each.passed) for each in told] == [
        (False, Sent(fields={"born": "1990"}), {"terms"}),
        (True, Sent(fields={"born": "1990"}), {"terms"}),
        (True, None, {"terms", "age"}),
    ]
    assert who.passed == {"terms", "age"}


def test_a_plan_says_what_holds_for_every_answer(plan: Any, tmp_path: Any) -> None:
    (tmp_path / "words.toml").write_text('[jargon]\nterms = ["flux capacitor"]\n')
    made = plan(
        rules={
            "budget": "3s",
            "max_retry_after": "1min",
            "canaries": ["c-1"],
            "public_hosts": ["127.0.0.1:9"],
            "words": "words.toml",
        },
        gates={"age": {"asks": "your age", "guards": "For you"}},
        allow=[{"rule": "G15", "reason": "known", "until": "2027-01-31"}],
    )
    judging = module.judging_of(made, date(2027, 1, 1))
    situation = judging.situation
    assert (situation.budget_s, situation.max_retry_after_s, situation.surge) == (3, 60, False)
    assert (situation.canaries, situation.public_hosts) == (("c-1",), ("127.0.0.1:9",))
    assert situation.gates == (Gate("age", "your age", "For you"),)
    assert situation.words == Words.load(tmp_path / "words.toml") != Words.load()
    assert judging.borne == {"G15"}
    assert module.judging_of(made, date(2027, 2, 1)).borne == frozenset()
