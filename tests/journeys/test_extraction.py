"""Taking values out of answers."""

from __future__ import annotations

from typing import Any

import pytest

from chaos.experiment.request import Acknowledge
from chaos.experiment.saving import Place
from chaos.journeys.extraction import acknowledged_id, extract, extract_all
from chaos.rules.reading import Reading

PAGE = """<form><input name="token" value=" t-1 "><input name="empty" value=""></form>
<p class=who>Ada <b>Lovelace</b></p><a class=next href="/clips?page=2">more</a>"""
DATA = '{"id": "c-1", "n": 7, "half": 0.5, "yes": false, "none": null, "list": ["a"], "empty": ""}'


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ({"json": "id"}, "c-1"),
        ({"json": "n"}, 7),
        ({"json": "half"}, 0.5),
        ({"json": "yes"}, False),
        ({"json": "list[0]"}, "a"),
        ({"json": "list"}, None),
        ({"json": "none"}, None),
        ({"json": "empty"}, None),
        ({"json": "nowhere.at.all"}, None),
        ({"json": "length(n)"}, None),
        ({"header": "LOCATION"}, "/clips/1"),
        ({"header": "X-None"}, None),
    ],
)
def test_a_single_value_is_taken_from_json_or_a_header(html: Any, place: dict[str, str], value: Any) -> None:
    answer = html(DATA, kind="application/json", headers=(("Location", "/clips/1"),))
    assert extract(Place.model_validate(place), Reading(answer)) == value


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ({"css": "input[name=token]", "attribute": "value"}, "t-1"),
        ({"css": "input[name=empty]", "attribute": "value"}, None),
        ({"css": "input[name=token]", "attribute": "data-x"}, None),
        ({"css": "input[name=token]"}, None),
        ({"css": ".who"}, "Ada Lovelace"),
        ({"css": "a.next", "attribute": "href"}, "/clips?page=2"),
        ({"css": "video"}, None),
        ({"json": "id"}, None),
    ],
)
def test_a_single_value_is_taken_from_a_page(html: Any, place: dict[str, str], value: Any) -> None:
    assert extract(Place.model_validate(place), Reading(html(PAGE))) == value


@pytest.mark.parametrize("body", ["", b"\x00\xff", "{", "[" * 100_000, "<div>" * 50_000])
@pytest.mark.parametrize("kind", ["text/html", "application/json", "image/png", ""])
def test_no_body_is_too_odd_to_be_looked_into(html: Any, body: str | bytes, kind: str) -> None:
    reading = Reading(html(body, kind=kind))
    assert extract(Place.model_validate({"css": "p"}), reading) is None
    assert extract(Place.model_validate({"json": "id"}), reading) is None


def test_the_first_value_that_is_missing_is_named_with_its_place(html: Any) -> None:
    places = {
        "who": Place.model_validate({"css": ".who"}),
        "token": Place.model_validate({"css": "input[name=gone]", "attribute": "value"}),
    }
    found, missing = extract_all(places, Reading(html(PAGE)))
    assert found == {"who": "Ada Lovelace"}
    assert missing == "the answer should hold token at 'input[name=gone]', attribute value"
    assert extract_all({"id": Place.model_validate({"json": "id"})}, Reading(html(PAGE)))[1] == (
        "the answer should hold id at json 'id'"
    )
    assert extract_all({"next": Place.model_validate({"header": "Location"})}, Reading(html(PAGE)))[1] == (
        "the answer should hold next at the header Location"
    )


@pytest.mark.parametrize(
    ("query", "body", "found"),
    [
        ("id", '{"id": "a"}', "a"),
        ("id", '{"id": 0}', "0"),
        ("clip.id", '{"clip": {"id": "x"}}', "x"),
        ("[0]", "[5]", "5"),
        ("id", '{"id": ""}', None),
        ("id", '{"id": null}', None),
        ("id", '{"id": true}', None),
        ("id", '{"id": ["a"]}', None),
        ("id", "[]", None),
        ("id", "", None),
        ("id", "<p>id</p>", None),
        ("id", "[" * 100_000, None),
        ("length(id)", '{"id": 5}', None),
    ],
)
def test_an_id_is_a_text_or_a_number_and_not_empty(html: Any, query: str, body: str, found: str | None) -> None:
    assert acknowledged_id(Acknowledge(query=query), Reading(html(body, kind="application/json"))) == found


def test_an_id_in_bytes_that_are_no_text_is_none(html: Any) -> None:
    assert acknowledged_id(Acknowledge(query="id"), Reading(html(b'{"id": "\xff"}', kind="application/json"))) is None
