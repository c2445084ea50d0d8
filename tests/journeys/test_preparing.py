"""Getting ready: what users do once, and what is said when it does not work."""

from __future__ import annotations

from typing import Any

import pytest

from chaos.experiment.request import Step
from chaos.journeys import preparing
from chaos.journeys.preparing import prepare
from chaos.journeys.sends import NoAnswer

AGE = Step.model_validate_json('{"post": "edge:/age", "form": {}, "expect": {"status": 303}}')


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (["303", "303"], None),
        (["303", "200"], "post edge:/age: status 303 was expected, not 200"),
        ([NoAnswer("connection refused")], "post edge:/age: connection refused"),
        ([None], "post edge:/age: no complete answer within 0.05s"),
        (["503", "429", "303", "303"], None),
        (["503", None], "post edge:/age: status 303 was expected, not 503 within 0.05s"),
    ],
)
def test_getting_ready_says_what_did_not_work(
    run: Any, script: Any, person: Any, html: Any, monkeypatch: pytest.MonkeyPatch, answers: list[Any], why: str | None
) -> None:
    within_s = 0.05 if answers[-1] is None else 60
    monkeypatch.setattr(preparing, "PREPARED_WITHIN_S", within_s)
    monkeypatch.setattr(preparing, "_SOON_S", 0.001)
    client = script(*[html("", status=int(answer)) if isinstance(answer, str) else answer for answer in answers])
    assert run(prepare((AGE, AGE), person(), client, "http://{}".format)) == why
