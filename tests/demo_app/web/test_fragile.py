"""The fragile mode has to break, and in the way it did that night."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from demo_app.web.client import NotReached
from demo_app.web.fragile import TRIES

DOWN = NotReached("no connection: ConnectionRefusedError")


@pytest.fixture
def member(fragile_app: Flask) -> FlaskClient:
    client = fragile_app.test_client()
    assert client.post("/age", data={"born": "1990-01-01"}).status_code == 303
    return client


def post_clip(who: FlaskClient) -> Any:
    return who.post("/upload", data={"clip": (io.BytesIO(b"clip"), "a.mp4")})


def test_all_is_well_while_nothing_fails(member: FlaskClient, media: Any) -> None:
    feed = member.get("/")
    assert "For you" in feed.text
    assert "your age" not in feed.text.lower()
    answer = post_clip(member)
    assert answer.status_code == 201
    assert media.stored == [(answer.json["id"], b"clip")]
    assert member.get("/clips").status_code == 200
    assert "Posted" in member.get(f"/clips/{answer.json['id']}").text


def test_it_gives_its_dependencies_for_ever(member: FlaskClient, profile: Any, media: Any) -> None:
    member.get("/")
    post_clip(member)
    assert {*profile.timeouts_s, *media.timeouts_s} == {None}


def test_what_fails_is_asked_again_at_once_each_time(member: FlaskClient, profile: Any, media: Any) -> None:
    profile.failure = media.failure = DOWN
    before = profile.calls
    for _ in range(25):
        member.get("/")
    assert profile.calls == before + 25 * TRIES
    profile.failure = None
    asked = len(media.timeouts_s)
    assert member.get("/").status_code == 500
    assert len(media.timeouts_s) == asked + TRIES


def test_a_returning_user_is_asked_the_wrong_question_with_a_straight_face(member: FlaskClient, profile: Any) -> None:
    profile.failure = DOWN
    answer = member.get("/")
    assert answer.status_code == 200
    assert "your age" in answer.text


def test_answering_it_gets_a_stack_trace(member: FlaskClient, profile: Any) -> None:
    profile.failure = DOWN
    answer = member.post("/age", data={"born": "1990-01-01"})
    assert answer.status_code == 500
    assert "Server error" in answer.text
    assert "Traceback (most recent call last)" in answer.text
    assert "fragile.py" in answer.text
    assert "Retry-After" not in answer.headers
    assert "Cache-Control" not in answer.headers


def test_a_clip_is_lost_while_media_fails(member: FlaskClient, media: Any) -> None:
    media.failure = DOWN
    assert post_clip(member).status_code == 500
    assert member.get("/").status_code == 500
    media.failure = None
    assert media.stored == []
    assert member.get("/pending").json == []


def test_the_same_clip_sent_twice_is_stored_twice(member: FlaskClient, media: Any) -> None:
    for _ in range(2):
        data = {"clip": (io.BytesIO(b"clip"), "a.mp4"), "key": "k"}
        assert member.post("/upload", data=data).status_code == 201
    assert len(media.stored) == 2


def test_it_says_nothing_of_it(member: FlaskClient, media: Any, profile: Any) -> None:
    media.failure = profile.failure = DOWN
    member.get("/")
    assert "All is well" in member.get("/status").text
    assert 'role="status"' not in member.get("/upload").text


def test_it_does_not_remember_ages(member: FlaskClient) -> None:
    assert member.get_cookie("age") is None


def test_who_is_too_young_is_not_admitted_here_either(fragile_app: Flask) -> None:
    child = fragile_app.test_client()
    assert child.post("/age", data={"born": "2021-01-01"}).status_code == 403
    assert child.get("/").status_code == 403
    assert post_clip(child).status_code == 403
