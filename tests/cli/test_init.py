"""`init` from outside: what it writes, what it never overwrites, and what it asks at a terminal."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
import yaml

from chaos.cli.init import Terminal
from chaos.errors import InvalidOption

FILES = ["system.yaml", "experiments/first.yaml", ".schema/system.json", ".schema/experiment.json"]
APP = """
from flask import Flask

app = Flask(__name__)


@app.get("/")
def feed():
    return "<!doctype html><html lang=en><title>Shop</title><h1>Welcome</h1>"
"""


@pytest.fixture
def shop(folder: Path) -> Path:
    """A folder with a Flask app and nothing else, and the working directory."""
    shop = folder / "shop"
    shop.mkdir()
    (shop / "app.py").write_text(APP)
    os.chdir(shop)
    return shop


def test_the_files_are_written_and_validate(gatecrash: Any, shop: Path) -> None:
    done = gatecrash("init", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        *(f"wrote {name}" for name in FILES),
        "next: gatecrash validate && gatecrash run",
    ]
    checked = gatecrash("validate", "--strict")
    assert (checked.returncode, checked.stdout) == (0, "1 file is well; 1 experiment\n")


def test_editors_find_the_schema_that_the_files_name(gatecrash: Any, shop: Path) -> None:
    assert gatecrash("init", "--yes").returncode == 0
    for name in FILES[:2]:
        text = (shop / name).read_text()
        schema = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
        jsonschema.validate(yaml.safe_load(text), json.loads((shop / name).parent.joinpath(schema).read_text()))


@pytest.mark.parametrize("there", FILES)
def test_nothing_is_overwritten_unless_it_shall(gatecrash: Any, shop: Path, there: str) -> None:
    path = shop / there
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")
    done = gatecrash("init", "--yes")
    assert done.returncode == 2
    assert f"{there}: there already; --force overwrites" in done.stderr
    assert path.read_text() == "mine"
    assert [name for name in FILES if (shop / name).exists()] == [there]
    assert gatecrash("init", "--yes", "--force").returncode == 0
    assert path.read_text() != "mine"


def test_without_a_terminal_nothing_is_asked(gatecrash: Any, shop: Path) -> None:
    done = gatecrash("init")
    assert done.returncode == 0
    assert (shop / "system.yaml").exists()


def test_another_folder_is_written_to_and_named(gatecrash: Any, shop: Path) -> None:
    done = gatecrash("init", "../shop", "--yes", cwd=shop.parent / "experiments")
    assert done.returncode == 0, done.stderr
    assert (shop / "system.yaml").exists()
    assert "next: cd ../shop && gatecrash validate && gatecrash run" in done.stdout


def test_a_compose_file_is_read(gatecrash: Any, shop: Path) -> None:
    (shop / "compose.yaml").write_text('services: {web: {image: shop, ports: ["8123:80"]}}\n')
    done = gatecrash("init", "--from", "compose.yaml", "--yes")
    assert done.returncode == 0, done.stderr
    assert "web is expected to run at http://127.0.0.1:8123; change `url` in system.yaml if not" in done.stdout
    assert yaml.safe_load((shop / "system.yaml").read_text())["services"] == {"web": {"url": "http://127.0.0.1:8123"}}
    assert gatecrash("validate", "--strict").returncode == 0


def test_a_compose_file_that_is_there_is_pointed_out(gatecrash: Any, shop: Path) -> None:
    (shop / "app.py").unlink()
    (shop / "compose.yml").write_text("services: {}\n")
    done = gatecrash("init", "--yes")
    assert "there is a compose.yml here; to read its services: gatecrash init --from compose.yml --force" in done.stdout
    assert "shop is expected to run at http://127.0.0.1:8000" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nowhere"], 2, "nowhere: there is no such folder"),
        (["--from", "nowhere.yaml"], 2, "nowhere.yaml: it can't be read: No such file or directory"),
    ],
)
def test_what_is_not_there_is_told(gatecrash: Any, shop: Path, arguments: list[str], code: int, says: str) -> None:
    done = gatecrash("init", "--yes", *arguments)
    assert done.returncode == code
    assert says in done.stderr
    assert not (shop / "system.yaml").exists()


def test_what_cannot_be_written_is_told(gatecrash: Any, shop: Path) -> None:
    (shop / "experiments").write_text("")
    done = gatecrash("init", "--yes")
    assert done.returncode == 3
    assert "experiments/first.yaml can't be written: " in done.stderr


def test_somebody_at_a_terminal_is_asked(shop: Path) -> None:
    here, there = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "chaos", "init"], stdin=there, stdout=there, stderr=there, close_fds=True
    )
    os.close(there)
    os.write(here, b"corner shop\n\nfeed\nSTOCK_URL=http://127.0.0.1:9000\n\n")
    said = b""
    while chunk := _read(here):
        said += chunk
    os.close(here)
    assert process.wait(timeout=30) == 0, said.decode()
    assert b"What is the app called? [shop]" in said
    assert b"How is it started" in said
    system = yaml.safe_load((shop / "system.yaml").read_text())
    assert system["name"] == "corner shop"
    assert system["services"]["corner_shop"]["env"] == {"STOCK_URL": "http://{links.stock}"}
    assert system["journeys"]["visit"]["steps"][0]["get"] == "edge:/feed"


@pytest.mark.parametrize(("answers", "chosen"), [(["web"], "web"), (["wbe", "", "db "], "db")])
def test_a_choice_is_asked_again_until_it_is_one(
    monkeypatch: pytest.MonkeyPatch, answers: list[str], chosen: str
) -> None:
    monkeypatch.setattr(typer, "prompt", lambda question, default: answers.pop(0))
    assert Terminal().choose("Which?", ["web", "db"], "web") == chosen
    assert answers == []


def test_a_choice_is_not_asked_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typer, "prompt", lambda question, default: "x")
    with pytest.raises(InvalidOption, match="'x' is none of: web, db"):
        Terminal().choose("Which?", ["web", "db"], "web")


def _read(terminal: int) -> bytes:
    """Empty when the other side is closed, which Linux tells by an error."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""
