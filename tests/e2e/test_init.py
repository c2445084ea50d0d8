"""From a small Flask app to a first verdict, without a word changed."""

from __future__ import annotations

from typing import Any

import pytest

APP = """
from flask import Flask

app = Flask(__name__)


@app.get("/")
def feed():
    return "<!doctype html><html lang=en><title>Shop</title><h1>Welcome</h1>"
"""


@pytest.mark.system
def test_what_init_writes_runs_and_gives_a_verdict(gatecrash: Any) -> None:
    app = gatecrash.write("shop/app.py", APP)
    gatecrash.folder = app.parent
    assert gatecrash("init", "--yes").returncode == 0
    checked = gatecrash("validate", "--strict")
    assert (checked.returncode, checked.stderr) == (0, "")
    done = gatecrash("run", "--retry-inconclusive", "3", timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr
    (experiment,) = gatecrash.results()["experiments"]
    assert (experiment["id"], experiment["verdict"]) == ("first", "passed")
