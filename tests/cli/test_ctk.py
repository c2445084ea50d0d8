"""`ctk import` from outside: what it writes and says, what it never overwrites, and what goes wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

PROVIDER = {
    "type": "python",
    "module": "chaostoxi.toxic.actions",
    "func": "create_latency_toxic",
    "arguments": {"for_proxy": "db", "toxic_name": "t", "latency": 5},
}
ORIGINAL: dict[str, Any] = {
    "title": "The page is served",
    "steady-state-hypothesis": {
        "title": "h",
        "probes": [
            {"type": "probe", "name": "page", "tolerance": 200, "provider": {"type": "http", "url": "http://[::1]:1/"}},
            {"type": "probe", "name": "n", "tolerance": 1, "provider": {"type": "process", "path": "x"}},
        ],
    },
    "method": [
        {"type": "action", "name": "slow", "provider": PROVIDER, "pauses": {"after": 8}},
        {"type": "action", "name": "kill it", "provider": {"type": "process", "path": "pkill", "arguments": "db"}},
    ],
}
FILES = ["experiments/slow_db.yaml", "experiments/slow_db_system.yaml", "experiments/slow_db_probes.py"]


@pytest.fixture
def original(folder: Path) -> Path:
    (folder / "experiments" / "system.yaml").unlink()
    (folder / "experiments" / "edge_hangs.yaml").unlink()
    file = folder / "slow-db.json".replace("-", "_")
    file.write_text(json.dumps(ORIGINAL, indent=1))
    return file


def test_the_files_are_written_and_validate(gatecrash: Any, original: Path) -> None:
    done = gatecrash("ctk", "import", "slow_db.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        *(f"wrote {name}" for name in FILES),
        'not carried over: line 44: method[1] "kill it" (pkill db): what it does can\'t be undone here; a fault may do '
        "the same",
        f"next: gatecrash validate {FILES[0]} && gatecrash run {FILES[0]} --backend toxiproxy",
    ]
    checked = gatecrash("validate", "--strict")
    assert (checked.returncode, checked.stdout) == (0, "2 files are well; 1 experiment\n")


@pytest.mark.parametrize("there", FILES)
def test_nothing_is_overwritten_unless_it_shall(gatecrash: Any, original: Path, there: str) -> None:
    path = original.parent / there
    path.write_text("mine")
    done = gatecrash("ctk", "import", "slow_db.json")
    assert done.returncode == 2
    assert f"{there}: there already; --force overwrites" in done.stderr
    assert [name for name in FILES if (original.parent / name).exists()] == [there]
    assert path.read_text() == "mine"
    assert gatecrash("ctk", "import", "slow_db.json", "--force").returncode == 0
    assert path.read_text() != "mine"


def test_the_same_import_twice_writes_the_same(gatecrash: Any, original: Path) -> None:
    texts = []
    for _ in range(2):
        assert gatecrash("ctk", "import", "slow_db.json", "--force").returncode == 0
        texts.append([(original.parent / name).read_text() for name in FILES])
    assert texts[0] == texts[1]


def test_they_go_where_they_shall_and_users_come_as_often_as_they_shall(gatecrash: Any, original: Path) -> None:
    done = gatecrash("ctk", "import", "slow_db.json", "--into", "new/place", "--rate", "3/s")
    assert done.returncode == 0, done.stderr
    assert "rate: 3/s" in (original.parent / "new" / "place" / "slow_db_system.yaml").read_text()
    assert "gatecrash run new/place/slow_db.yaml" in done.stdout


def test_nothing_that_is_broken_is_carried_over_is_said(gatecrash: Any, original: Path) -> None:
    original.write_text(json.dumps({**ORIGINAL, "method": ORIGINAL["method"][1:]}))
    done = gatecrash("ctk", "import", "slow_db.json")
    assert (
        "nothing that the original breaks could be carried over: the fault below only stands in for it" in done.stdout
    )
    assert done.stdout.endswith("gatecrash run experiments/slow_db.yaml\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["import", "lost.json"], "lost.json: there is no such file"),
        (["import", "slow_db.json", "--rate", "3"], "--rate: 3 has no unit"),
        (["export", "slow_db.json"], "'export'"),
        (["import", "experiments"], "experiments: it can't be read"),
    ],
)
def test_what_can_not_be_done_is_told(gatecrash: Any, original: Path, arguments: list[str], says: str) -> None:
    done = gatecrash("ctk", *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert list((original.parent / "experiments").iterdir()) == []


def test_every_problem_is_told_with_its_place(gatecrash: Any, original: Path) -> None:
    method = [{**ORIGINAL["method"][0], "provider": {**PROVIDER, "func": func}} for func in ("x", "creat_toxic")]
    original.write_text(json.dumps({**ORIGINAL, "method": method}, indent=1))
    done = gatecrash("ctk", "import", "slow_db.json")
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert lines[0].startswith(
        "slow_db.json:33:13: method[0].provider.func: chaostoolkit-toxiproxy has no x; known are: "
    )
    assert "did you mean create_toxic?" in lines[1]
    assert lines[2] == "2 problems; nothing was touched"
