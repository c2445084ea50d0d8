from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from chaos.backends.links import Count
from chaos.journal import events as e
from chaos.workshop.gameday.scenarios import SCENARIOS
from chaos.workshop.gameday.scenes import SIGN, Scenes
from chaos.workshop.progress import Times

TIMES = Times(seed=7, what="the age service hung", place="profile", seen_s=1.0, acted_s=None, served_s=None)


@pytest.fixture
def written() -> list[str]:
    return []


@pytest.fixture
def scenes(live: Any, written: list[str]) -> Scenes:
    return Scenes(live, lambda _: None, written.append)


def told(written: list[str], kind: str) -> list[Any]:
    assert all(line.startswith(SIGN) and "\n" not in line for line in written)
    found = (json.loads(line.removeprefix(SIGN)) for line in written)
    return [each[kind] for each in found if kind in each]


def test_what_was_done_to_the_system_is_kept_back_until_the_end(
    scenes: Scenes, written: list[str], one: Callable[..., Any]
) -> None:
    for event in (
        e.FaultChosen(at_s=1.0, fault="f", entry=SCENARIOS[0].entry()),
        e.FaultInjected(at_s=1.0, issued_s=1.0, fault="f"),
        one(1.5, "broken"),
        e.FaultUndone(at_s=2.0, issued_s=2.0, fault="f"),
    ):
        scenes.see(event)
    scenes.answer("noted", TIMES)
    assert "profile" not in "".join(written)
    assert told(written, "times")[-1] == {"seen_s": 1.0, "acted_s": None, "served_s": None, "wrong_acts": 0}
    scenes.end(TIMES)
    (update,) = told(written, "update")
    assert update["seconds"][0]["all"]["broken"] == 1
    assert [fault["on"] for trial in update["trials"] for fault in trial["faults"]] == ["profile"]
    assert told(written, "times")[-1]["what"] == TIMES.what


def test_a_page_gets_the_system_once_with_nothing_to_break_and_then_what_changes(
    live: Any, scenes: Scenes, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chaos.workshop.gameday.scenes.EVERY_S", 0.0)
    monkeypatch.setattr("chaos.workshop.gameday.scenes.Counting", Counted)

    async def story() -> None:
        going = asyncio.create_task(scenes.go_on())
        while not any(update["seconds"] for update in told(written, "update")):
            await asyncio.sleep(0)
        going.cancel()

    asyncio.run(asyncio.wait_for(story(), 20))
    (system,) = told(written, "system")
    assert system["offers"] == []
    assert not any(node["touchable"] for node in system["nodes"])
    assert {wire["link"] for wire in system["wires"]} == {"edge", "profile", "media"}
    assert told(written, "update")[-1]["seconds"][0]["links"]["edge"]["requests_per_s"] == 2.0


class Counted:
    """Links that were looked at twice."""

    def __init__(self, *, board: Any, **_: Any) -> None:
        self._board = board

    async def go_on(self) -> None:
        for at_s in (1.0, 2.0):
            self._board.counted(at_s, {"edge": Count(1, int(2 * at_s))}, {"edge": 0})
