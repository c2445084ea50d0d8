"""`gatecrash lint URL` against a small server: what is asked for, what is judged, and how it ends."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from chaos.cli import app
from chaos.rules.example import examples_of

GRACEFUL = next(example.answer for example in examples_of("G14") if example.good)
PROBLEM = next(e.answer for e in examples_of("G08") if e.good)


@dataclass
class Site:
    """Answers with whatever a test puts in, and keeps what it was asked."""

    url: str = ""
    status: int = 503
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    silent: threading.Event = field(default_factory=threading.Event)

    def answers(self, answer: Any, status: int | None = None) -> None:
        self.status, self.headers, self.body = status or answer.status, answer.headers, answer.body


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    found.silent.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            found.asked.append((self.command, self.path, dict(self.headers.items()), body))
            found.silent.wait(timeout=30)
            if self.path == "/old":
                self.send_response(303)
                self.send_header("Location", "/new")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(found.status)
            for name, value in found.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(found.body)

        do_POST = do_PUT = do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/feed"
    yield found
    found.silent.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def lint(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = app.run_command(["lint", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_a_graceful_error_is_degraded_and_ends_with_0(lint: Any, site: Site) -> None:
    site.answers(GRACEFUL)
    code, said, _ = lint(site.url)
    assert code == 0
    assert said.startswith(f"degraded: 503 from {site.url} in ")
    assert "judged by all rules" in said
    assert "  G21: the contrast of text needs a browser\n" in said


def test_a_finding_of_level_e_is_told_with_what_to_do_and_ends_with_1(lint: Any, site: Site) -> None:
    site.answers(GRACEFUL, status=500)
    code, said, _ = lint(site.url)
    assert code == 1
    assert said.startswith("broken: 500")
    assert "\nG02 E: answered 500" in said
    assert "\n      catch the failed call" in said


def test_a_warning_alone_ends_with_0(lint: Any, site: Site) -> None:
    site.answers(next(example.answer for example in examples_of("G17") if not example.good))
    code, said, _ = lint(site.url)
    assert code == 0
    assert "G17 W: " in said


def test_a_page_below_400_is_judged_by_the_always_rules_alone(lint: Any, site: Site) -> None:
    site.answers(GRACEFUL, status=200)
    code, said, _ = lint(site.url)
    assert code == 1
    assert "G01 E: answered 200 with what reads as an error" in said
    assert "judged by the rules that hold always" in said
    assert "G02" not in said


@pytest.mark.parametrize(("options", "code", "outcome"), [((), 1, "broken"), (("--served",), 0, "served")])
def test_a_404_is_a_failure_unless_it_was_wanted(
    lint: Any, site: Site, options: tuple[str, ...], code: int, outcome: str
) -> None:
    site.answers(GRACEFUL, status=404)
    ended, said, _ = lint(site.url, *options)
    assert (ended, said.partition(":")[0]) == (code, outcome)


def test_as_json_it_is_one_document(lint: Any, site: Site) -> None:
    site.answers(GRACEFUL, status=500)
    code, said, _ = lint(site.url, "--json")
    document = json.loads(said)
    assert (document["outcome"], document["status"], document["exit_code"], code) == ("broken", 500, 1, 1)
    assert [found["rule"] for found in document["findings"]] == ["G02"]
    assert {skipped["rule"] for skipped in document["not_checked"]} == {"G21", "G24", "G25"}


def test_who_asks_for_json_is_judged_by_the_rules_for_json(lint: Any, site: Site) -> None:
    site.answers(PROBLEM)
    assert lint(site.url, "--accept", "json")[0] == 0
    assert site.asked[0][2]["Accept"].startswith("application/json")
    assert lint(site.url)[0] == 1


def test_headers_and_fields_are_sent_and_what_was_sent_must_have_a_fate(lint: Any, site: Site) -> None:
    site.answers(GRACEFUL)
    code, said, _ = lint(site.url, "-H", "Cookie: age=signed", "--data", "caption=My cat", "-d", "x=a=b")
    method, _, headers, body = site.asked[0]
    assert (method, headers["Cookie"], body) == ("POST", "age=signed", b"caption=My+cat&x=a%3Db")
    assert code == 1
    assert "G12 E: does not say" in said


def test_another_method_may_be_sent(lint: Any, site: Site) -> None:
    site.answers(GRACEFUL)
    lint(site.url, "--method", "PUT", "--data", "a=b")
    lint(site.url, "--method", "head")
    assert [method for method, *_ in site.asked] == ["PUT", "HEAD"]


def test_redirects_are_followed_as_a_browser_does(lint: Any, site: Site) -> None:
    site.answers(GRACEFUL)
    code, said, _ = lint(site.url.replace("/feed", "/old"))
    assert code == 0
    assert f"from {site.url.replace('/feed', '/new')} in" in said


def test_words_of_ones_own_are_laid_over_the_shipped_ones(lint: Any, site: Site, tmp_path: Path) -> None:
    site.answers(GRACEFUL)
    own = tmp_path / "own.toml"
    own.write_text('[jargon]\nterms = ["account"]\n', encoding="utf-8")
    code, said, _ = lint(site.url, "--words", str(own))
    assert code == 1
    assert 'G11 E: says "account"' in said


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_no_answer_ends_with_3_and_says_why(lint: Any, site: Site, options: tuple[str, ...]) -> None:
    site.silent.clear()
    code, said, _ = lint(site.url, "--timeout", "100ms", *options)
    assert code == 3
    assert "no complete answer within 0.1s" in said
    assert "broken" in said


def test_a_port_that_nobody_listens_on_is_no_answer(lint: Any) -> None:
    code, said, _ = lint("http://127.0.0.1:1/")
    assert (code, said) == (3, "broken: no answer from http://127.0.0.1:1/: connection refused\n")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["localhost:8000"], "URL: 'localhost:8000' is no address of a page; write it like http://localhost:8000/feed"),
        (["ftp://localhost/"], "is no address of a page"),
        (["http://"], "is no address of a page"),
        (["http://localhost:99999/"], "is no address of a page"),
        (["http://[::1/"], "is no address of a page"),
        (["URL", "--method", "brew"], "--method: 'brew' is no method that can be sent; known are: delete, get"),
        (["URL", "--method", "get", "-d", "a=b"], "--data: get sends no form"),
        (["URL", "-d", "a"], "--data: 'a' is not NAME=VALUE"),
        (["URL", "-H", "Cookie"], "--header: 'Cookie' is not 'NAME: VALUE'"),
        (["URL", "-H", "A: b\r\nC: d"], "is not 'NAME: VALUE'"),
        (["URL", "--timeout", "5"], "--timeout: 5 has no unit"),
        (["URL", "--timeout", "0s"], "is not between 0 and an hour"),
        (["URL", "--words", "nowhere.toml"], "nowhere.toml: can't be read"),
        (["URL", "--accept", "xml"], "'xml' is not one of"),
        ([], "Missing argument"),
    ],
)
def test_a_bad_option_sends_nothing_and_ends_with_2(lint: Any, site: Site, arguments: list[str], expected: str) -> None:
    code, said, error = lint(*[site.url if argument == "URL" else argument for argument in arguments])
    assert code == 2
    assert expected in " ".join(error.replace("│", " ").split())
    assert said == ""
    assert site.asked == []
