"""What one answer gives to the next request."""

from __future__ import annotations

import json
from typing import Any

import pytest

LOGIN: dict[str, Any] = {
    "get": "edge:/login",
    "save": {"token": {"css": "input[name=token]", "attribute": "value"}, "next": {"header": "X-Next"}},
}
FORM = '<h1>Sign in</h1><form method=post><input name="token" value="a b&c"></form>'
JSON = {"kind": "application/json"}


@pytest.mark.parametrize(
    ("step", "sent"),
    [
        ({"get": "edge:/x/{saved.token}?q={saved.token}"}, {"url": "http://edge:/x/a%20b%26c?q=a%20b%26c"}),
        ({"get": "edge:{saved.next}"}, {"url": "http://edge:/clips?page=2&size=5"}),
        ({"get": "edge:{saved.next}&t={saved.token}"}, {"url": "http://edge:/clips?page=2&size=5&t=a%20b%26c"}),
        ({"post": "edge:/", "form": {"t": "<{saved.token}>"}}, {"form": {"t": "<a b&c>"}}),
        ({"post": "edge:/", "json": {"t": ["{saved.token}"]}}, {"json": b'{"t": ["a b&c"]}'}),
        ({"get": "edge:/", "headers": {"X-T": "t={saved.token}"}}, {"headers": {"X-T": "t=a b&c"}}),
    ],
)
def test_a_later_step_sends_what_an_earlier_answer_gave(
    play_it: Any, journey: Any, script: Any, html: Any, step: dict[str, Any], sent: dict[str, Any]
) -> None:
    client = script(html(FORM, headers=(("X-Next", "http://elsewhere:1/clips?page=2&size=5"),)), html("fine"))
    assert play_it(journey(LOGIN, step), client).outcome == "served"
    assert {name: getattr(client.sent[1], name) for name in sent} == sent


def test_a_number_alone_stays_one_in_json(play_it: Any, journey: Any, script: Any, html: Any) -> None:
    make = {"post": "edge:/clips", "json": {}, "save": {"clip": {"json": "id"}}}
    like = {"post": "edge:/likes", "json": {"clip": "{saved.clip}", "why": "clip {saved.clip}"}}
    client = script(html('{"id": 7}', **JSON), html("{}", **JSON))
    assert play_it(journey(make, like), client).outcome == "served"
    assert json.loads(client.sent[1].json) == {"clip": 7, "why": "clip 7"}


@pytest.mark.parametrize(
    ("expect", "body", "unmet"),
    [
        ({"text": "clip {saved.clip}"}, '{"said": "this is clip c-*"}', ""),
        ({"text": "clip {saved.clip}"}, '{"said": "this is clip c-2"}', "the page should show 'clip c-*'"),
        ({"no_text": "{saved.clip}"}, '{"said": "c-*"}', "the page should not show 'c-*'"),
        ({"json": {"id": "{saved.clip}"}}, '{"id": "c-*"}', ""),
        ({"json": {"id": "{saved.clip}"}}, '{"id": "c-2"}', "the answer should hold 'c-*' at 'id', not 'c-2'"),
        ({"header": {"X-Id": "*{saved.clip}"}}, "{}", "the answer should have the header X-Id: *c-[*], not 'id=c-2'"),
    ],
)
def test_what_was_saved_can_be_expected(
    play_it: Any, journey: Any, script: Any, html: Any, expect: dict[str, Any], body: str, unmet: str
) -> None:
    make = {"post": "edge:/clips", "json": {}, "save": {"clip": {"json": "id"}}}
    look = {"get": "edge:/clips", "accept": "json", "expect": expect}
    client = script(html('{"id": "c-*"}', **JSON), html(body, headers=(("X-Id", "id=c-2"),), **JSON))
    played = play_it(journey(make, look), client)
    assert (played.expected, played.outcome == "served") == (unmet, not unmet)


def test_an_answer_without_what_is_saved_from_it_is_not_what_was_expected(
    play_it: Any, journey: Any, script: Any, html: Any
) -> None:
    client = script(html("<h1>Sign in</h1>"))
    played = play_it(journey(LOGIN, {"get": "edge:/{saved.token}"}), client)
    assert played.expected == "the answer should hold token at 'input[name=token]', attribute value"
    assert (played.step, len(client.sent)) == (0, 1)
    assert played.outcome != "served"


def test_what_a_run_saves_is_gone_with_it_but_what_its_user_brought_stays(
    play_it: Any, journey: Any, script: Any, html: Any, person: Any
) -> None:
    who = person(saved={"me": "ada", "clip": "old"})
    make = {"get": "edge:/{saved.me}/{saved.clip}", "save": {"clip": {"header": "X-Clip"}}}
    show = {"get": "edge:/{saved.clip}"}
    client = script(*[html("fine", headers=(("X-Clip", "new"),))] * 4)
    for _ in range(2):
        play_it(journey(make, show), client, who)
    assert [sent.url for sent in client.sent] == ["http://edge:/ada/old", "http://edge:/new"] * 2
    assert who.saved == {"me": "ada", "clip": "old"}
