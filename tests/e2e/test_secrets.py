"""A secret from the environment is in nothing that a run writes or says, however the app repeats it."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import pytest

SECRET = "k<9&\"q'/x+y z%7"  # every format writes some of it otherwise
FORMS = (SECRET, html.escape(SECRET), json.dumps(SECRET)[1:-1], json.dumps(html.escape(SECRET))[1:-1])


def edit(gatecrash: Any, old: str, new: str) -> None:
    path = gatecrash.folder / "system.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.fixture
def echoing(gatecrash: Any) -> Any:
    """The front gets a secret, and puts it into its pages, its headers and its output."""
    gatecrash.env["TINY_SECRET"] = SECRET
    edit(gatecrash, '{vars.flags}"\n', '{vars.flags} --echo TOKEN"\n    env: {TOKEN: "{env.TINY_SECRET}"}\n')
    return gatecrash


def leaks(text: str) -> list[str]:
    return [form for form in FORMS if form in text]


def written(gatecrash: Any) -> dict[Path, str]:
    """The run's folder, reports, events and the list of undos."""
    state = Path(gatecrash.env["XDG_STATE_HOME"])
    files = [path for root in (gatecrash.folder, state) for path in root.rglob("*") if path.is_file()]
    return {path: path.read_bytes().decode(errors="replace") for path in files}


def test_a_secret_that_an_app_repeats_is_nowhere_in_what_is_written_or_said(echoing: Any) -> None:
    done = echoing(
        "run", "--variant", "leaking", "--retry-inconclusive", "3", "--report", "out", "--events", "events.jsonl"
    )
    assert done.returncode == 1, done.stdout + done.stderr
    files = written(echoing)
    names = {path.name for path in files}
    assert {"journal.jsonl", "results.json", "junit.xml", "front.log", "events.jsonl"} <= names
    assert {path: leaks(text) for path, text in files.items() if leaks(text)} == {}
    assert not leaks(done.stdout + done.stderr)
    for name in ("journal.jsonl", "front.log", "results.json", "events.jsonl"):  # the app did say it
        assert any("{env.TINY_SECRET}" in text for path, text in files.items() if path.name == name), name
    again = echoing("report", "last", "--format", "json")
    assert not leaks(again.stdout)
    assert again.returncode == 1


def test_the_last_words_of_a_service_do_not_tell_a_secret(echoing: Any) -> None:
    dies = "import os; print('dying of', os.environ['TOKEN'], flush=True); 1/0"
    edit(echoing, 'front:\n    command: "{python} ', f'front:\n    command: "{{python}} -c \\"{dies}\\" ')
    done = echoing("run")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "dying of {env.TINY_SECRET}" in done.stdout
    assert not leaks(done.stdout + done.stderr)
    assert {path: leaks(text) for path, text in written(echoing).items() if leaks(text)} == {}


def test_a_secret_that_is_too_short_to_be_hidden_is_refused(echoing: Any) -> None:
    echoing.env["TINY_SECRET"] = "abc"
    done = echoing("run")
    assert done.returncode == 3
    assert "the environment variable TINY_SECRET is too short to be kept out of reports" in done.stderr


def test_users_and_probes_may_send_a_secret_and_nobody_reads_of_it(gatecrash: Any) -> None:
    """The tiny app takes a note and gives its store what it was told; the wrong one would be another text."""
    gatecrash.env["TINY_SECRET"] = "a bearer token"
    edit(gatecrash, "json: {text: hello}", 'json: {text: hello}, headers: {Authorization: "Bearer {env.TINY_SECRET}"}')
    edit(gatecrash, '{vars.flags}"', "{vars.flags} --wants 'Bearer {env.TINY_SECRET}'\"")
    asks = '{get: "front:/private", headers: {Authorization: "Bearer {env.TINY_SECRET}"}, every: 200ms}'
    edit(gatecrash, "\njourneys:", f"\nprobes: {{private: {asks}}}\njourneys:")
    experiment = gatecrash.folder / "experiments" / "store_down.yaml"
    experiment.write_text(f"{experiment.read_text()}\nprobes: {{private: {{during: '>= 1'}}}}\n")
    done = gatecrash("run", "--retry-inconclusive", "3", "-k", "store")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not [path for path, text in written(gatecrash).items() if "a bearer token" in text]
    del gatecrash.env["TINY_SECRET"]
    edit(gatecrash, " --wants 'Bearer {env.TINY_SECRET}'", "")
    done = gatecrash("run")
    assert done.returncode == 3
    assert "journeys.write of the system needs the environment variable TINY_SECRET, which is not set" in done.stdout
