"""From one experiment to the next: when a worker stays, and when it leaves."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from chaos.traffic.locust.door import NoMaster
from chaos.traffic.locust.worker import Worker, experiments_at

Met = str | NoMaster | None


def nobody(*, full: bool = False) -> NoMaster:
    return NoMaster("127.0.0.1", 5557, 2.0, full=full)


@pytest.fixture
def meets(monkeypatch: pytest.MonkeyPatch) -> Callable[[Sequence[Met]], None]:
    """Masters as they come to a worker: an experiment was played, or there was no plan, or no master."""

    def prepare(all_met: Sequence[Met]) -> None:
        left = deque(all_met)

        def run(self: Worker, *, within_s: float) -> str | None:
            assert within_s == 2.0
            met = left.popleft()
            if isinstance(met, NoMaster):
                raise met
            return met

        monkeypatch.setattr(Worker, "run", run)

    return prepare


@pytest.mark.parametrize(
    ("met", "played"),
    [
        (["a", "b", nobody()], ["a", "b"]),
        (["a", None, "b", nobody(full=True)], ["a", "b"]),
        ([None, nobody()], []),
        ([nobody(full=True)], []),
    ],
    ids=["two", "one of three ended before its plan", "it ended before its plan", "all workers were there"],
)
def test_a_worker_plays_until_nobody_wants_it_any_more(meets: Any, met: Sequence[Met], played: list[str]) -> None:
    meets(met)
    assert list(experiments_at("127.0.0.1", 5557, within_s=2.0)) == played


def test_where_there_never_was_a_run_it_is_said(meets: Any) -> None:
    meets([nobody()])
    with pytest.raises(NoMaster, match=r"no run waited for workers at 127.0.0.1:5557 within 2s"):
        list(experiments_at("127.0.0.1", 5557, within_s=2.0))
