"""`gatecrash watch` in a real browser: a system is broken and mended, and its page shows what becomes of its users."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from chaos.undo.processes import marked

pytestmark = pytest.mark.system

DESKTOP = {"viewport": {"width": 1440, "height": 1000}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
WITHIN_MS = 30_000


@dataclass
class Watched:
    """A dashboard that runs, and its address with the key in it."""

    process: Any
    url: str

    @property
    def origin(self) -> str:
        return self.url.partition("/#")[0]

    @property
    def key(self) -> str:
        return self.url.partition("#key=")[2]

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        told = {"Authorization": f"Bearer {self.key}", **headers}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.origin + path, data, told, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())


def begin(gatecrash: Any, *arguments: str) -> Watched:
    process = gatecrash.start("watch", "system.yaml", "--port", "0", *arguments)
    lines: list[str] = []
    while (found := re.search(r"dashboard: (http\S+)", "".join(lines))) is None:
        line = process.stdout.readline()
        assert line, "".join(lines)
        lines.append(line)
    return Watched(process, found[1])


def few_users(gatecrash: Any) -> None:
    """The tiny app's store gets slower with each note, and this is about pages."""
    path = gatecrash.folder / "system.yaml"
    path.write_text(path.read_text().replace("40/s", "10/s"))


def end(watched: Watched) -> str:
    os.kill(watched.process.pid, signal.SIGINT)
    return str(watched.process.communicate(timeout=20)[0])


@pytest.fixture(scope="module")
def watched(shared_gatecrash: Any) -> Iterator[Watched]:
    few_users(shared_gatecrash)
    dashboard = begin(shared_gatecrash)
    yield dashboard
    output = end(dashboard)
    assert dashboard.process.returncode == 0, output
    assert "nothing is left running" in output
    assert not shared_gatecrash.leases


@pytest.fixture
def opened(watched: Watched, browser: Any) -> Iterator[Callable[..., Any]]:
    """A page of the dashboard, in a browser of its own; all is as it was afterwards."""
    contexts = []

    def open_page(**options: Any) -> Any:
        contexts.append(browser.new_context(**{**DESKTOP, **options}))
        page = contexts[-1].new_page()
        page.set_default_timeout(WITHIN_MS)
        page.goto(watched.url)
        page.wait_for_selector("body[data-state=live]")
        return page

    yield open_page
    watched.ask("POST", "/api/reset")
    for context in contexts:
        context.close()


def all_are_served(page: Any) -> None:
    page.locator(".fare.served .figure", has_text="100%").wait_for()


def coloured(page: Any, name: str) -> int:
    """How many pixels of the users' chart have the colour of an outcome."""
    return int(
        page.evaluate(
            """(name) => {
                const canvas = document.querySelector(".charts canvas");
                const probe = document.createElement("canvas").getContext("2d");
                probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
                probe.fillRect(0, 0, 1, 1);
                const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
                const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
                let count = 0;
                for (let i = 0; i < all.length; i += 4) count += all[i] === r && all[i + 1] === g && all[i + 2] === b;
                return count;
            }""",
            name,
        )
    )


def test_a_fault_goes_on_and_off_and_the_figures_and_the_chart_follow(opened: Any, until: Any) -> None:
    page = opened()
    all_are_served(page)
    before = coloured(page, "degraded")  # on a busy machine, some users may have waited in vain at the beginning
    page.locator(".chip", has_text="store").first.click()
    switch = page.get_by_role("switch", name="down", exact=True)
    switch.click()
    page.get_by_text("Broken on purpose: down on store").wait_for()
    assert switch.get_attribute("aria-checked") == "true"
    page.locator(".fare.degraded .figure", has_not_text=re.compile("^(0%|–)$")).wait_for()
    until(lambda: coloured(page, "degraded") > before + 100, "the chart shows the users who were not served")
    page.locator(".answers", has_text="Your notes can't be shown right now").wait_for()
    page.locator(".map .wire.hit", has_text="store").wait_for()
    switch.click()
    page.get_by_text("Nothing is broken on purpose").wait_for()
    all_are_served(page)
    done = page.locator(".timeline > li").first
    done.locator("text=undone by hand").wait_for()
    assert "a new connection was refused" in done.inner_text()


def test_whoever_reloads_in_the_middle_of_it_sees_all_that_was(opened: Any) -> None:
    page = opened()
    page.locator(".chip", has_text="store").first.click()
    page.get_by_role("switch", name="latency", exact=True).click()
    page.get_by_text("Broken on purpose: latency on store").wait_for()
    trials = page.locator(".timeline > li").count()
    page.reload()
    page.wait_for_selector("body[data-state=live]")
    assert "key=" not in page.url
    page.get_by_text("Broken on purpose: latency on store").wait_for()
    assert page.locator(".timeline > li").count() == trials
    page.locator(".fare.pace .figure", has_not_text="–").wait_for()
    page.locator("h1").click()
    page.keyboard.press("u")
    page.get_by_text("Nothing is broken on purpose").wait_for()


def test_two_tabs_show_the_same_and_when_the_last_is_closed_all_is_undone(
    opened: Any, shared_gatecrash: Any, until: Any
) -> None:
    one, other = opened(), opened()
    one.locator(".lasting select").select_option("1min")
    one.locator(".chip", has_text="store").first.click()
    one.get_by_role("switch", name="hang", exact=True).click()
    other.get_by_text("Broken on purpose: hang on store").wait_for()
    one.close()
    other.reload()
    other.get_by_text("Broken on purpose: hang on store").wait_for()
    other.close()
    (journal,) = shared_gatecrash.folder.glob(".gatecrash/up/*/journal.jsonl")
    undone = re.compile('"fault_undone".*"hang on store"')
    until(lambda: undone.search(journal.read_text()), "the fault is undone")
    opened().locator(".timeline > li").first.locator("text=undone: the last page was closed").wait_for()


def test_what_was_tried_ends_by_itself_and_becomes_an_experiment(opened: Any, shared_gatecrash: Any) -> None:
    page = opened()
    page.locator(".lasting select").select_option("5s")
    page.locator(".chip", has_text="store").first.click()
    page.get_by_role("switch", name="down", exact=True).click()
    page.get_by_text(re.compile("on, [1-5] s left")).wait_for()
    page.locator(".timeline > li").first.locator("text=ended by itself").wait_for()
    page.locator(".timeline > li").first.get_by_role("button", name="Save as experiment").press("Enter")
    page.get_by_role("dialog").locator("pre", has_text="during:").wait_for()
    page.keyboard.type("The store goes away")
    page.keyboard.press("Enter")
    page.get_by_text("Saved as experiments/the_store_goes_away.yaml").wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent").startswith("Save as experiment")
    ran = shared_gatecrash("run", "experiments/the_store_goes_away.yaml")
    assert ran.returncode == 1, ran.stdout + ran.stderr  # whoever writes asks for JSON, and is told in HTML
    for said in (
        "because write broken <= 0%",
        "held: read broken <= 0%",
        "held: notes lost <= 0",
        "proof: down on store met connections refused",
    ):
        assert said in ran.stdout
    text = (shared_gatecrash.folder / "experiments/the_store_goes_away.yaml").read_text()
    assert "{link: store, down: {}, for: 5s}" in text


def test_a_wrong_setting_is_said_at_its_field(opened: Any) -> None:
    page = opened()
    page.locator(".chip", has_text="store").first.click()
    row = page.locator(".fault", has=page.get_by_role("switch", name="latency", exact=True))
    row.locator("summary").click()
    delay = row.get_by_label("delay", exact=True)
    delay.fill("400")
    row.get_by_role("switch").click()
    row.get_by_role("alert").filter(has_text="no unit").wait_for()
    assert delay.get_attribute("aria-invalid") == "true"
    assert delay.evaluate("(node) => node === document.activeElement")
    delay.fill("300ms")
    row.get_by_role("switch").click()
    page.locator(".timeline", has_text="delay 300ms").wait_for()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_nothing_sticks_out(opened: Any, axe: Any, size: Any, scheme: str) -> None:
    page = opened(color_scheme=scheme, bypass_csp=True, **size)
    page.locator(".chip", has_text="store").first.click()
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.get_by_role("switch", name="latency", exact=True).click()
    page.get_by_text("Broken on purpose").wait_for()
    page.wait_for_selector("#sees iframe:not(.coming)")
    assert page.evaluate("document.documentElement.scrollWidth") == size["viewport"]["width"]
    page.add_script_tag(path=axe)
    found = page.evaluate("axe.run(document, {iframes: false})")
    assert found["passes"], "axe did not look at anything"
    told = [
        f"{each['id']}: {each['help']}: {[node['target'] for node in each['nodes']][:3]}"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
    ]
    assert told == []


def test_the_keyboard_alone_breaks_a_link_that_it_finds_on_the_map(opened: Any) -> None:
    page = opened(reduced_motion="reduce")
    page.get_by_role("button", name=re.compile("^store.*: the link from front to store, in requests a second")).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-labelledby')") == "fault-latency-name"
    page.keyboard.press("Space")
    page.get_by_text("Broken on purpose: latency on store").wait_for()
    assert page.locator(".map .dot").count() == 0, "who wants no motion gets numbers"
    page.get_by_role("button", name=re.compile("^store .* latency .* the link")).wait_for()


def test_a_service_that_ended_by_itself_is_started_again_from_the_page(opened: Any, shared_gatecrash: Any) -> None:
    page = opened()
    all_are_served(page)
    (folder,) = (shared_gatecrash.folder / ".gatecrash/up").iterdir()
    (store,) = (pid for pid in marked(f"{folder.name}/up") if b"tiny_app.py\0store" in _command_line(pid))
    os.kill(store, signal.SIGKILL)
    page.get_by_role("alert").filter(has_text="store").wait_for()
    page.get_by_role("button", name="Start it again").click()
    page.locator("#trouble").wait_for(state="hidden")
    all_are_served(page)


def _command_line(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


class Foreign(BaseHTTPRequestHandler):
    """A page of another origin on the same machine."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>foreign</title>")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def foreign() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Foreign) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_no_page_of_another_origin_can_break_anything(watched: Watched, opened: Any, foreign: str) -> None:
    page = opened()
    before = page.locator(".timeline > li:not(.empty)").count()
    elsewhere = page.context.new_page()
    elsewhere.goto(foreign)
    fault = {"place": "link", "on": "store", "kind": "down", "for": "5min", "texts": {}, "yaml": {}}
    tried = elsewhere.evaluate(
        """async ([origin, key, fault]) => {
            const body = JSON.stringify(fault), said = [];
            const plain = {"Content-Type": "text/plain"}, known = {Authorization: `Bearer ${key}`};
            for (const options of [{mode: "no-cors"}, {headers: known}, {mode: "no-cors", headers: plain}]) {
                const asked = fetch(`${origin}/api/faults`, {method: "POST", body, credentials: "include", ...options});
                said.push(await asked.then((answer) => answer.type, () => "refused"));
            }
            said.push(await fetch(`${origin}/api/feed`).then(() => "read", () => "refused"));
            return said;
        }""",
        [watched.origin, watched.key, fault],
    )
    assert set(tried) == {"refused"}
    framed = elsewhere.evaluate(
        """(origin) => new Promise((done) => {
            const frame = document.createElement("iframe");
            frame.onload = () => done(frame.contentDocument === null);
            frame.src = origin;
            document.body.append(frame);
        })""",
        watched.origin,
    )
    assert framed
    assert "Broken" not in page.locator("#state").inner_text()
    assert page.locator(".timeline > li:not(.empty)").count() == before


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Origin": "http://evil.example"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Authorization": "Bearer guessed"}, 401),
    ],
)
def test_a_request_passes_only_with_key_host_and_origin(watched: Watched, headers: Any, status: int) -> None:
    fault = {"place": "link", "on": "unused", "kind": "down", "for": "1s", "texts": {}, "yaml": {}}
    assert watched.ask("POST", "/api/faults", fault, **headers)[0] == status
    assert watched.ask("POST", "/api/reset", None)[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("POST", "/api/faults", {"place": "link", "on": "nowhere", "kind": "down"}, 409, "no link 'nowhere'"),
        ("POST", "/api/faults", {"place": "link", "on": "store", "kind": "dwn"}, 422, "did you mean down?"),
        ("PUT", "/api/users/nobody", {"coming": True}, 409, "no journey 'nobody'"),
        ("GET", "/api/trials/99999/experiment", None, 409, "forgotten"),
        ("GET", "/api/nothing", None, 404, "not found"),
        ("GET", "/api/reset", None, 405, "method not allowed"),
        ("POST", "/api/faults", {"place": "link", "on": "x" * 100_000, "kind": "down"}, 413, ""),
        ("DELETE", "/api/faults/gone%20long%20ago", None, 200, ""),
    ],
)
def test_what_can_not_be_done_is_refused_with_the_reason(
    watched: Watched, method: str, path: str, body: Any, status: int, says: str
) -> None:
    found, answer = watched.ask(method, path, body)
    assert (found, says in json.dumps(answer)) == (status, True), answer


def test_a_page_finds_the_next_server_again_and_a_killed_one_leaves_nothing(
    gatecrash: Any, browser: Any, until: Any
) -> None:
    first = begin(gatecrash, "--journey", "read")
    port = first.origin.rpartition(":")[2]
    with browser.new_context(**DESKTOP) as context:
        page = context.new_page()
        page.set_default_timeout(WITHIN_MS)
        page.goto(first.url)
        page.locator(".users li", has_text="read").get_by_text("served").wait_for()
        page.get_by_role("switch", name="latency", exact=True).click()
        page.get_by_text("Broken on purpose").wait_for()
        os.kill(first.process.pid, signal.SIGKILL)
        page.locator("#connection", has_text="The server does not answer").wait_for()
        (folder,) = (gatecrash.folder / ".gatecrash/up").iterdir()
        until(lambda: not marked(f"{folder.name}/up") and not gatecrash.leases, "nothing is left", 5.0)
        second = begin(gatecrash, "--journey", "read", "--port", port)
        page.get_by_text("Nothing is broken on purpose").wait_for()
        page.wait_for_selector("body[data-state=live]")
        page.locator(".users li", has_text="read").get_by_text("served").wait_for()
        assert second.url == first.url
        stranger = browser.new_context(**DESKTOP).new_page()
        stranger.goto(second.origin)
        stranger.get_by_text("This page needs its key").wait_for()
        stranger.context.close()
    output = end(second)
    assert second.process.returncode == 0, output


def test_a_port_that_is_taken_is_said_before_anything_is_started(gatecrash: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = gatecrash("watch", "system.yaml", "--port", port)
    assert done.returncode == 3
    assert f"can't listen at 127.0.0.1:{port}" in done.stderr
    assert "--port 0" in done.stderr
    assert not (gatecrash.folder / ".gatecrash/up").exists()


def test_a_journey_that_is_not_there_is_said(gatecrash: Any) -> None:
    done = gatecrash("watch", "system.yaml", "--journey", "raed")
    assert done.returncode == 2
    assert "did you mean read?" in done.stderr
