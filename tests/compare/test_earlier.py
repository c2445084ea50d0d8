"""Earlier results from disk: found where people keep them, and refused with what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chaos.compare.earlier import read_earlier, without_run
from chaos.errors import InvalidOption
from chaos.run.folders import new_run


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def write(make: Any) -> Any:
    def written(path: str, run: str = "r", **changes: Any) -> Path:
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        document = make["results"](make["record"](), run=run).model_dump(mode="json") | changes
        file.write_text(json.dumps(document | {"added": "later"}))
        return file

    return written


def runs(where: str) -> list[str]:
    return [each.run for each in read_earlier(where)]


def test_a_file_a_folder_of_files_and_a_folder_of_runs_are_read(write: Any) -> None:
    write("one.json", "one")
    write("kept/2021-07-06.json", "monday")
    write("kept/results.json", "newest")
    write("runs/a/results.json", "a")
    write("runs/b/results.json", "b")
    (Path("kept") / "other.json").write_text("[1, 2]")
    assert runs("one.json") == ["one"]
    assert runs("kept") == ["monday", "newest"]
    assert runs("runs") == ["a", "b"]


def test_a_run_that_is_kept_here_is_known_by_its_name(write: Any) -> None:
    run = new_run(["a"])
    write(str(run.path / "results.json"), run.id)
    assert runs("last") == runs(run.id) == runs(".gatecrash/runs") == [run.id]


def test_no_run_is_compared_with_itself(write: Any) -> None:
    found = [*read_earlier(str(write("a.json", "a"))), *read_earlier(str(write("b.json", "b")))]
    assert [each.run for each in without_run(found, "a")] == ["b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "x.json is not JSON"),
        ("[]", "x.json holds no results of a run"),
        ('{"format": 2, "run": "r", "experiments": []}', "has format 2, and this version reads 1"),
        ('{"format": 1, "run": "r", "experiments": [{}]}', r"x.json: experiments.0.id: Field required"),
        (None, "there is no file or folder x.json, and there are no runs"),
    ],
)
def test_what_can_not_be_read_is_told(text: str | None, message: str) -> None:
    if text is not None:
        Path("x.json").write_text(text)
    with pytest.raises(InvalidOption, match=message):
        read_earlier("x.json")


def test_a_folder_without_results_is_told() -> None:
    Path("empty").mkdir()
    with pytest.raises(InvalidOption, match="empty holds no results of earlier runs"):
        read_earlier("empty")
