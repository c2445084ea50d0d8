"""The outage-report page: one click a kind, counted a minute, and open when everything else is not."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from demo_app.web.client import NotReached
from demo_app.web.reports import KINDS, MANY
from demo_app.web.shedding import Shedding

DOWN = NotReached("no connection: ConnectionRefusedError")
JSON = {"Accept": "application/json"}


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


def report_from_many(app: Flask, kind: str, people: int = MANY) -> None:
    for _ in range(people):
        assert app.test_client().post("/report", data={"kind": kind}).status_code == 303


def test_there_is_a_button_for_each_kind_and_no_script(visitor: FlaskClient) -> None:
    page = HTMLParser(visitor.get("/report").text)
    buttons = {button.attributes["value"]: button.text() for button in page.css("form[method=post] button[name=kind]")}
    assert buttons == dict(KINDS)
    assert not page.css("script")


def test_one_click_is_counted_and_thanked_for(visitor: FlaskClient) -> None:
    sent = visitor.post("/report", data={"kind": "slow"})
    assert sent.status_code == 303
    thanks = visitor.get(sent.headers["Location"]).text
    assert "Thank you for telling us" in thanks
    assert "Everything is slow" in thanks
    counts = visitor.get("/report", headers=JSON).json
    assert counts["minutes"][-1]["kinds"] == {"slow": 1} or counts["minutes"][-2]["kinds"] == {"slow": 1}
    assert counts["people"] == 1
    assert counts["many"] == []


def test_the_same_click_of_the_same_person_counts_once_a_minute(visitor: FlaskClient) -> None:
    for _ in range(5):
        visitor.post("/report", data={"kind": "slow"})
    assert visitor.get("/report", headers=JSON).json["people"] == 1


def test_in_json_it_is_the_same(visitor: FlaskClient) -> None:
    sent = visitor.post("/report", json={"kind": "other"}, headers=JSON)
    assert (sent.status_code, sent.json) == (201, {"kind": "other", "counted": True})
    counts = visitor.get("/report", headers=JSON).json
    assert counts["kinds"] == dict(KINDS)
    assert counts["many_from"] == MANY
    assert len(counts["minutes"]) == 30
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ", minute["minute"]) for minute in counts["minutes"])


@pytest.mark.parametrize("body", [{"data": {"kind": "nonsense"}}, {"data": {}}, {"json": ["slow"]}])
def test_what_is_no_kind_is_not_counted_and_can_be_chosen_again(visitor: FlaskClient, body: dict[str, Any]) -> None:
    answer = visitor.post("/report", headers={"Accept": "text/html"}, **body)
    assert answer.status_code == 422
    assert HTMLParser(answer.text).css_first("[role=alert] button[name=kind]")
    assert visitor.post("/report", headers=JSON, **body).content_type == "application/problem+json"
    assert visitor.get("/report", headers=JSON).json["people"] == 0


def test_from_a_number_of_people_on_it_says_that_many_report_the_same(app: Flask, visitor: FlaskClient) -> None:
    report_from_many(app, "does-not-open", MANY - 1)
    assert "Many people report the same" not in visitor.get("/report").text
    report_from_many(app, "does-not-open", 1)
    page = HTMLParser(visitor.get("/report").text)
    assert "Clipshare does not open" in page.css_first(".many").text()
    assert visitor.get("/report", headers=JSON).json["many"] == ["does-not-open"]
    assert f"{MANY} people told us about trouble" in visitor.get("/status").text
    assert visitor.get("/status", headers=JSON).json["people_reporting"] == MANY


def test_the_chart_is_drawn_and_can_be_read_out(app: Flask, visitor: FlaskClient) -> None:
    assert not HTMLParser(visitor.get("/report").text).css("svg")
    report_from_many(app, "slow", 3)
    page = HTMLParser(visitor.get("/report").text)
    chart = page.css_first("svg[role=img]")
    assert 1 <= len(chart.css("rect")) <= 2  # two when a minute ended meanwhile
    named = (chart.attributes["aria-labelledby"] or "").split()
    read_out = " ".join(page.css_first(f"#{name}").text() for name in named)
    assert "Reports per minute" in read_out
    assert "3 reports from" in read_out
    rows = [row.text(separator=" ") for row in page.css("table tbody tr")]
    assert sum(int(re.findall(r"Everything is slow: (\d+)", row)[0]) for row in rows) == 3


@pytest.mark.parametrize("mode", ["app", "fragile_app"])
def test_it_works_while_everything_else_fails(
    request: pytest.FixtureRequest, mode: str, profile: Any, media: Any
) -> None:
    client = request.getfixturevalue(mode).test_client()
    profile.failure = media.failure = DOWN
    assert client.post("/report", data={"kind": "does-not-open"}).status_code == 303
    assert client.get("/report", headers=JSON).json["people"] == 1
    assert profile.calls == 0


def test_nobody_is_turned_away_from_it(visitor: FlaskClient, shedding: Shedding) -> None:
    shedding.waiting = lambda: 1000
    assert visitor.get("/").status_code == 503
    assert visitor.get("/report").status_code == 200
    assert visitor.post("/report", data={"kind": "slow"}).status_code == 303
