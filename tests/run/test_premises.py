"""A copy of a system: its undo is told before anything is started, and all that is said of it says which copy it is."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from chaos.backends.links import Choice
from chaos.errors import EnvironmentFailed
from chaos.run.premises import Premises
from chaos.undo import perform
from chaos.undo.undo import Undo

WHERE = "the other copy: "


def test_what_can_not_be_started_is_said_of_that_copy_after_its_undo_was_recorded(
    run: Any, plan: Any, tmp_path: Path
) -> None:
    undos: list[Undo] = []
    undoer = SimpleNamespace(record=undos.append)
    copy = Premises(
        plan(services={"web": {"command": "there-is-no-such-program"}}, audit={}).system,
        tmp_path,
        tmp_path / "copy",
        mark=f"{tmp_path.name}~control",
        seed=1,
        choice=Choice(),
        where=WHERE,
    )
    try:
        with pytest.raises(EnvironmentFailed, match=f"^{WHERE}the service web can't be started"):
            run(copy.start(undoer))  # type: ignore[arg-type]
    finally:
        for undo in undos:
            assert perform(undo) is None
    assert undos[0].says == f"{WHERE}end the system's services and its proxy"
    assert undos[0].args["mark"] == copy.mark
    assert copy.folder.is_dir()
