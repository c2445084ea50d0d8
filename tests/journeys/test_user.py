"""What a user sends over the wire, what comes back, and in which words nothing came back."""

from __future__ import annotations

import asyncio
import json
import random
import socket
from typing import Any
from urllib.parse import unquote

import pytest
from aiohttp import web

from chaos.journeys.answer import Answer
from chaos.journeys.outgoing import compose
from chaos.journeys.sends import NoAnswer
from chaos.journeys.user import MOST_BODY

OK = b"HTTP/1.1 200 OK\r\n"
NO_ANSWERS = {
    "closed without a word": (b"", "close", "connection closed without an answer"),
    "closed inside the head": (OK + b"Content-Le", "close", "connection closed without an answer"),
    "reset": (b"", "reset", "connection reset"),
    "a body shorter than announced": (OK + b"Content-Length: 9\r\n\r\nhalf", "close", "the answer was cut off"),
    "a chunk shorter than announced": (
        OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\nhalf",
        "close",
        "the answer was cut off",
    ),
    "another protocol": (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "close", "the answer is not HTTP: bad status line"),
    "a chunk without a size": (
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        "close",
        "the answer is not HTTP: invalid character in chunk size",
    ),
    "compressed, but not": (
        OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        "close",
        "the answer can't be decompressed",
    ),
}
REDIRECTS = {
    "in a circle": ("/", "redirected again and again"),
    "to nowhere": ("http://[bad/", "redirected to 'http://[bad/', which is no address of a page"),
    "to another protocol": ("ftp://x/", "redirected to 'ftp://x/', which is no address of a page"),
    "to a closed door": ("http://127.0.0.1:1/", "connection refused"),
}


@pytest.mark.parametrize("case", NO_ANSWERS)
@pytest.mark.parametrize("keep", [False, True])
def test_an_answer_that_is_none_is_told_in_a_few_words(
    run: Any, user: Any, sending: Any, request_to: Any, case: str, keep: bool
) -> None:
    data, then, words = NO_ANSWERS[case]

    async def ask() -> None:
        async with sending(data, then=then) as base, user(keep=keep) as someone:
            with pytest.raises(NoAnswer) as failed:
                await someone.send(request_to(f"{base}/"))
            assert str(failed.value) == words

    run(ask())


@pytest.mark.parametrize("keep", [False, True])
def test_a_request_without_an_answer_is_not_sent_again_unasked(
    run: Any, user: Any, request_to: Any, keep: bool
) -> None:
    async def ask() -> int:
        requests = 0

        async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal requests
            await reader.readuntil(b"\r\n\r\n")
            requests += 1
            writer.close()

        server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
        async with server, user(keep=keep) as someone:
            with pytest.raises(NoAnswer, match="connection closed without an answer"):
                await someone.send(request_to(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"))
        return requests

    assert run(ask()) == 1


def test_a_reset_in_the_middle_of_the_body_is_one(run: Any, user: Any, sending: Any, request_to: Any) -> None:
    async def ask() -> None:
        async with sending(OK + b"Content-Length: 9\r\n\r\nhalf", then="reset") as base, user() as someone:
            with pytest.raises(NoAnswer, match=r"connection reset|the answer was cut off"):
                await someone.send(request_to(f"{base}/"))

    run(ask())


def test_a_closed_port_refuses(run: Any, user: Any, request_to: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"

    async def ask() -> None:
        async with user() as someone:
            with pytest.raises(NoAnswer, match=r"^connection refused$"):
                await someone.send(request_to(url))

    run(ask())


@pytest.mark.parametrize("data", [b"", OK + b"Content-Length: 9\r\n\r\nhalf", OK + b"\r\nno end"])
def test_waiting_is_ended_by_whoever_waits(run: Any, user: Any, sending: Any, request_to: Any, data: bytes) -> None:
    async def ask() -> None:
        async with sending(data, then="wait") as base, user() as someone:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await someone.send(request_to(f"{base}/"))

    run(ask())


@pytest.mark.parametrize("case", REDIRECTS)
def test_redirects_that_lead_nowhere_are_told(run: Any, user: Any, sending: Any, request_to: Any, case: str) -> None:
    location, words = REDIRECTS[case]
    data = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()

    async def ask() -> None:
        async with sending(data) as base, user() as someone:
            with pytest.raises(NoAnswer) as failed:
                await someone.send(request_to(f"{base}/", follow=True))
            assert str(failed.value) == words
            assert (await someone.send(request_to(f"{base}/"))).status == 302

    run(ask())


def test_redirects_are_followed_where_the_step_says_so(run: Any, user: Any, serving: Any, request_to: Any) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        if request.path == "/old":
            return web.Response(status=303, headers={"Location": "/new"})
        return web.Response(text=f"{request.method} {request.path}")

    async def ask() -> None:
        async with serving(handle) as base, user() as someone:
            stayed = await someone.send(request_to(f"{base}/old", post="edge:/old", form={"a": "b"}))
            assert (stayed.status, stayed.header("LOCATION")) == (303, "/new")
            led = await someone.send(request_to(f"{base}/old", post="edge:/old", form={"a": "b"}, follow=True))
            assert (led.status, led.text, led.url, led.method) == (200, "GET /new", f"{base}/new", "GET")

    run(ask())


async def echo(request: web.Request) -> web.StreamResponse:
    """What arrived, as JSON."""
    fields: dict[str, Any] = {}
    is_form = request.content_type.startswith(("multipart/", "application/x-www"))
    body = b"" if is_form else await request.read()
    if is_form:
        for name, value in (await request.post()).items():
            fields[name] = (
                value if isinstance(value, str) else [value.filename, value.content_type, value.file.read().hex()]  # type: ignore[union-attr]
            )
    return web.json_response(
        {
            "method": request.method,
            "type": request.content_type,
            "accept": request.headers.get("Accept", ""),
            "agent": request.headers.get("User-Agent", ""),
            "extra": request.headers.get("X-Extra", ""),
            "cookies": dict(request.cookies),
            "fields": fields,
            "body": "" if fields else body.decode("latin-1"),
            "port": request.transport.get_extra_info("peername")[1],  # type: ignore[union-attr]
        },
        headers={"Set-Cookie": "who=me"},
    )


def told(answer: Answer) -> Any:
    return json.loads(answer.body)


SENT = {
    "a page": ({}, {"method": "GET", "body": "", "type": "application/octet-stream"}),
    "a form": (
        {"post": "edge:/", "form": {"born": "1990-01-01", "ü": "ß"}},
        {"method": "POST", "type": "application/x-www-form-urlencoded", "fields": {"born": "1990-01-01", "ü": "ß"}},
    ),
    "an empty form": ({"post": "edge:/", "form": {}}, {"method": "POST", "body": ""}),
    "JSON": ({"put": "edge:/", "json": {"a": [1, None]}}, {"method": "PUT", "body": '{"a": [1, null]}'}),
    "empty JSON": ({"post": "edge:/", "json": {}}, {"body": "{}", "type": "application/json"}),
    "JSON that is false": ({"post": "edge:/", "json": False}, {"body": "false", "type": "application/json"}),
    "a file": (
        {"post": "edge:/", "file": {"clip": {"text": "hü", "name": "a.txt", "type": "text/plain"}}},
        {"type": "multipart/form-data", "fields": {"clip": ["a.txt", "text/plain", "hü".encode().hex()]}},
    ),
    "a file and a form": (
        {"post": "edge:/", "file": {"clip": {"text": ""}}, "form": {"title": "x"}},
        {"fields": {"title": "x", "clip": ["file.bin", "application/octet-stream", ""]}},
    ),
    "headers": ({"headers": {"X-Extra": "1", "accept": "image/png"}}, {"extra": "1", "accept": "image/png"}),
}


@pytest.mark.parametrize("case", SENT)
def test_what_a_step_says_is_what_arrives(run: Any, user: Any, serving: Any, request_to: Any, case: str) -> None:
    keys, arrived = SENT[case]

    async def ask() -> None:
        async with serving(echo) as base, user() as someone:
            found = told(await someone.send(request_to(f"{base}/", **keys)))
            assert {key: found[key] for key in arrived} == arrived
            assert found["agent"] == "gatecrash"

    run(ask())


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ({}, "text/html"),
        ({"post": "edge:/", "form": {"a": "b"}}, "text/html"),
        ({"post": "edge:/", "json": {}}, "application/json"),
        ({"acknowledge": {"json": "id"}}, "application/json"),
        ({"accept": "json"}, "application/json"),
        ({"post": "edge:/", "json": {}, "accept": "html"}, "text/html"),
    ],
)
def test_a_browser_asks_for_pages_and_a_program_for_json(
    run: Any, user: Any, serving: Any, request_to: Any, keys: dict[str, Any], wanted: str
) -> None:
    async def ask() -> None:
        async with serving(echo) as base, user() as someone:
            answer = await someone.send(request_to(f"{base}/", **keys))
            assert told(answer)["accept"].startswith(wanted)
            assert answer.asked_for == ("json" if wanted.endswith("json") else "html")

    run(ask())


def test_each_user_keeps_cookies_of_their_own_until_they_forget(
    run: Any, user: Any, serving: Any, request_to: Any
) -> None:
    async def ask() -> None:
        async with serving(echo) as base, user() as one, user() as other:
            assert told(await one.send(request_to(f"{base}/")))["cookies"] == {}
            assert told(await one.send(request_to(f"{base}/x")))["cookies"] == {"who": "me"}
            assert told(await other.send(request_to(f"{base}/")))["cookies"] == {}
            await one.forget()
            assert told(await one.send(request_to(f"{base}/")))["cookies"] == {}

    run(ask())


@pytest.mark.parametrize(("keep", "connections"), [(False, 3), (True, 1)])
def test_connections_are_new_each_time_or_kept(
    run: Any, user: Any, serving: Any, request_to: Any, keep: bool, connections: int
) -> None:
    async def ask() -> None:
        async with serving(echo) as base, user(keep=keep) as someone:
            ports = {told(await someone.send(request_to(f"{base}/")))["port"] for _ in range(3)}
            assert len(ports) == connections

    run(ask())


WHOLE = {
    "a length": (OK + b"Content-Length: 2\r\n\r\nhi", "hi"),
    "chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", "hi"),
    "the end of the connection": (OK + b"\r\nhi", "hi"),
    "an old server": (b"HTTP/1.0 200 OK\r\n\r\nhi", "hi"),
    "a word before": (b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nhi", "hi"),
    "a long header": (OK + b"X-Long: " + b"x" * 60_000 + b"\r\nContent-Length: 2\r\n\r\nhi", "hi"),
}


@pytest.mark.parametrize("case", WHOLE)
def test_a_whole_answer_is_one_however_its_end_is_told(
    run: Any, user: Any, sending: Any, request_to: Any, case: str
) -> None:
    data, text = WHOLE[case]

    async def ask() -> None:
        async with sending(data) as base, user() as someone:
            answer = await someone.send(request_to(f"{base}/"))
            assert (answer.status, answer.text, answer.complete) == (200, text, True)
            assert answer.elapsed_s > 0

    run(ask())


def test_headers_that_are_no_utf8_can_be_written_down(run: Any, user: Any, sending: Any, request_to: Any) -> None:
    data = OK + b"X-Name: caf\xe9 caf\xc3\xa9\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n"

    async def ask() -> None:
        async with sending(data) as base, user() as someone:
            answer = await someone.send(request_to(f"{base}/"))
            assert answer.header("x-name") == "caf\N{REPLACEMENT CHARACTER} café"
            assert [value for name, value in answer.headers if name == "Set-Cookie"] == ["a=1", "b=2"]

    run(ask())


def test_a_body_without_end_is_read_up_to_a_limit(run: Any, user: Any, serving: Any, request_to: Any) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65536)

    async def ask() -> None:
        async with serving(endless) as base, user() as someone:
            answer = await someone.send(request_to(f"{base}/"))
            assert MOST_BODY < len(answer.body) < MOST_BODY + (1 << 20)

    run(ask())


def test_a_head_request_has_no_body(run: Any, user: Any, serving: Any, request_to: Any) -> None:
    async def ask() -> None:
        async with serving(echo) as base, user() as someone:
            answer = await someone.send(request_to(f"{base}/", head="edge:/"))
            assert (answer.status, answer.body, answer.method) == (200, b"", "HEAD")

    run(ask())


def test_the_surroundings_do_not_choose_the_way(
    run: Any, user: Any, serving: Any, request_to: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy for the web in the environment is none for the app under test."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    async def ask() -> None:
        async with serving(echo) as base, user() as someone:
            assert (await someone.send(request_to(f"{base}/"))).status == 200

    run(ask())


def test_a_quoted_value_arrives_as_it_was_saved(run: Any, user: Any, serving: Any, step: Any) -> None:
    value = "x y/z?&=#%2F%25+é"

    async def handle(request: web.Request) -> web.StreamResponse:
        return web.json_response([request.query["q"], request.rel_url.raw_path])

    async def ask() -> None:
        async with serving(handle) as base, user() as someone:
            sent = compose(
                step(get="edge:/c/{saved.a}?q={saved.a}&r=1"),
                lambda target: base + target.partition(":")[2],
                {"a": value},
                random.Random(1),
            )
            query, path = told(await someone.send(sent))
            assert query == value
            assert unquote(path.removeprefix("/c/")) == value

    run(ask())


def test_a_header_of_the_steps_own_replaces_the_usual_one_in_any_case(
    run: Any, user: Any, serving: Any, request_to: Any
) -> None:
    async def ask() -> None:
        async with serving(echo) as base, user() as someone:
            keys = {"post": "edge:/", "json": {}, "headers": {"ACCEPT": "image/png", "content-type": "text/plain"}}
            found = told(await someone.send(request_to(f"{base}/", **keys)))
            assert (found["accept"], found["type"]) == ("image/png", "text/plain")

    run(ask())
