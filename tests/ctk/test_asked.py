"""Functions ask and judge as Chaos Toolkit does; where it is installed, its own judgement is the measure."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from chaos.ctk import asked

ANSWER = {"status": 200, "headers": {}, "body": {"items": [{"id": 1}, {"id": 2}], "state": "ready", "count": 7}}
PRINTED = {"status": 0, "stdout": "7\n", "stderr": ""}
TEXT = {"status": 404, "headers": {}, "body": "all is well"}
CASES: list[tuple[Any, Any, bool]] = [
    (200, ANSWER, True),
    (201, ANSWER, False),
    (0, PRINTED, True),
    (True, True, True),
    (True, ANSWER, False),
    ("x", "x", True),
    ([200, 204], ANSWER, True),
    ([200, 299], {**ANSWER, "status": 250}, False),
    ([1, 5], 3, True),
    ([1, 5], 6, False),
    ([1, 2, 5], 5, True),
    ({"type": "range", "range": [1, 7.5]}, 7.2, True),
    ({"type": "range", "range": [1, 7], "target": "stdout"}, PRINTED, True),
    ({"type": "range", "range": [8, 9], "target": "stdout"}, PRINTED, False),
    ({"type": "range", "range": [8, 9]}, "many", False),
    ({"type": "regex", "target": "body", "pattern": "is w[a-z]+$"}, TEXT, True),
    ({"type": "regex", "target": "body", "pattern": "^is"}, TEXT, False),
    ({"type": "regex", "pattern": "a"}, "cat", True),
    ({"type": "jsonpath", "target": "body", "path": "$.state", "expect": "ready"}, ANSWER, True),
    ({"type": "jsonpath", "target": "body", "path": "$.state", "expect": "gone"}, ANSWER, False),
    ({"type": "jsonpath", "target": "body", "path": "$.items[*].id", "expect": [1, 2]}, ANSWER, True),
    ({"type": "jsonpath", "target": "body", "path": "$.items[*].id", "count": 3}, ANSWER, False),
    ({"type": "jsonpath", "target": "body", "path": "$.lost"}, ANSWER, False),
    ({"type": "jsonpath", "path": "$.a[0]"}, '{"a": [1]}', True),
]


@pytest.mark.parametrize(("tolerance", "output", "tolerated"), CASES)
def test_an_answer_is_tolerated_or_not(tolerance: Any, output: Any, tolerated: bool) -> None:
    assert asked.within(tolerance, output) is tolerated


@pytest.mark.parametrize(("tolerance", "output", "tolerated"), CASES)
def test_chaos_toolkit_says_the_same(tolerance: Any, output: Any, tolerated: bool) -> None:
    hypothesis = pytest.importorskip("chaoslib.hypothesis")
    if isinstance(tolerance, dict) and tolerance["type"] == "jsonpath":
        pytest.importorskip("jsonpath2")
    assert hypothesis.within_tolerance(tolerance, output) is tolerated


def test_a_path_that_can_not_be_read_is_an_error_and_no_answer() -> None:
    with pytest.raises(ValueError, match=r"'\$\.\.a' can't be read"):
        asked.within({"type": "jsonpath", "path": "$..a"}, "{}")


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["-c", "echo $0", "a b"], "a b\n"),
        ("-c 'echo a' | cat", "a\n"),
        ({"-c": "echo b"}, "b\n"),
        (["-c", "echo c", "", None], "c\n"),
    ],
)
def test_a_program_is_run(arguments: Any, printed: str) -> None:
    assert asked.process("sh", arguments) == {"status": 0, "stdout": printed, "stderr": ""}


def test_a_secret_is_put_in_when_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "opened-sesame")
    assert asked.process("echo", ["{env.TOKEN}"])["stdout"] == "opened-sesame\n"


def test_a_function_is_called_with_what_it_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "asked_shop.py").write_text(
        "def orders(queue, configuration, secrets):\n    return [queue, configuration, secrets]\n"
        "def is_one(value):\n    return value == 1\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert asked.python("asked_shop", "orders", {"queue": "q"}, {"a": 1}) == ["q", {"a": 1}, {}]
    judge = {"type": "probe", "provider": {"type": "python", "module": "asked_shop", "func": "is_one"}}
    assert [asked.within(judge, value) for value in (1, 2)] == [True, False]
    del sys.modules["asked_shop"]


@pytest.fixture
def shop_address(shop: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    app = ThreadingHTTPServer(("127.0.0.1", 0), shop)
    threading.Thread(target=app.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{app.server_port}"
    app.shutdown()
    app.server_close()


def test_a_page_is_asked(shop_address: str) -> None:
    page = asked.http(f"{shop_address}/")
    assert page["status"] == 200
    assert "all is well" in page["body"]
    items = asked.http(f"{shop_address}/items?x=1", arguments={"page": 2}, timeout=5)
    assert items["body"]["items"][0] == {"id": 1, "state": "ready"}


def test_an_answer_that_is_an_error_is_an_answer(shop_address: str) -> None:
    headers = {"Content-Type": "application/json"}
    refused = asked.http(f"{shop_address}/notes", "POST", headers, {"text": "hello"})
    assert (refused["status"], refused["body"]) == (401, {"taken": False})
    assert json.dumps(refused["headers"])
