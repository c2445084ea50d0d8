import sqlite3
from datetime import date
from pathlib import Path

import pytest
from werkzeug.test import Client

from demo_app.canaries import PERSON
from demo_app.profile import create_app

TODAY = date(2026, 11, 23)


@pytest.fixture
def service(tmp_path: Path) -> Client:
    return Client(create_app(tmp_path, today=lambda: TODAY))


def test_an_unknown_user_is_told_apart_from_a_failure(service: Client) -> None:
    answer = service.get("/users/anna/age")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert (answer.json["user"], answer.json["verified"], answer.json["status"]) == ("anna", False, 404)


@pytest.mark.parametrize(("born", "adult_enough"), [("2013-11-23", True), ("2013-11-24", False)])
def test_the_verdict_is_stored_and_told(service: Client, born: str, adult_enough: bool) -> None:
    verdict = {"user": "anna", "verified": True, "adult_enough": adult_enough}
    assert service.put("/users/anna/age", json={"born": born}).json == verdict
    answer = service.get("/users/anna/age")
    assert (answer.status_code, answer.json) == (200, verdict)


def test_verdicts_outlive_a_restart(service: Client, tmp_path: Path) -> None:
    service.put("/users/anna/age", json={"born": "1990-01-01"})
    again = Client(create_app(tmp_path, today=lambda: TODAY))
    assert again.get("/users/anna/age").status_code == 200


def test_who_was_too_young_is_not_made_older_by_answering_again(service: Client) -> None:
    service.put("/users/tim/age", json={"born": "2020-01-01"})
    answer = service.put("/users/tim/age", json={"born": "1990-01-01"})
    assert answer.json == {"user": "tim", "verified": True, "adult_enough": False}


def test_who_was_too_young_is_admitted_when_the_birthday_has_come(service: Client, tmp_path: Path) -> None:
    service.put("/users/tim/age", json={"born": "2020-01-01"})
    later = Client(create_app(tmp_path, today=lambda: date(2033, 1, 1)))
    assert later.get("/users/tim/age").json == {"user": "tim", "verified": True, "adult_enough": True}


@pytest.mark.parametrize("body", [b"", b"[]", b'"x"', b"{", b'{"born": 1990}', b'{"born": "2026-11-24"}', b"{}"])
def test_a_body_without_a_past_date_is_a_problem(service: Client, body: bytes) -> None:
    answer = service.put("/users/anna/age", data=body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"
    assert service.get("/users/anna/age").status_code == 404


def test_somebody_is_planted_whom_no_answer_shows(service: Client, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "profile.db") as database:
        assert database.execute("SELECT count(*) FROM ages WHERE user = ?", (PERSON,)).fetchone() == (1,)
    for path in ("/", "/healthz", "/users/anna/age", "/users//age"):
        assert PERSON not in service.get(path).text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("POST", "/users/anna/age", 405), ("GET", "/users/a%20b/age", 404), ("GET", "/healthz", 200)],
)
def test_other_requests(service: Client, method: str, path: str, status: int) -> None:
    assert service.open(path, method=method).status_code == status
