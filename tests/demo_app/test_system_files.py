"""The two system files say what the app really has: its mutants, its canaries, the texts of its pages."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask

from demo_app import canaries
from demo_app.web.board import REGIONS
from demo_app.web.mutants import MUTANTS

DEMO_APP = Path(canaries.__file__).parent
FILES = ("system.yaml", "regions.yaml")


def read(name: str) -> Any:
    return yaml.safe_load((DEMO_APP / name).read_text())


def test_every_mutant_that_can_be_seen_is_a_variant_and_nothing_else_but_the_fragile_mode() -> None:
    mutants = {name: {"mutant": name} for name, mutant in MUTANTS.items() if not mutant.unseen}
    assert read("system.yaml")["variants"] == {"fragile": {"mode": "fragile"}, **mutants}


@pytest.mark.parametrize("name", FILES)
def test_all_that_is_planted_is_declared_and_all_that_is_declared_is_planted(name: str) -> None:
    system = read(name)
    environments = [value for service in system["services"].values() for value in service["env"].values()]
    planted = {value for value in environments if value.startswith("CANARY-")} | {canaries.PERSON}
    assert set(system["rules"]["canaries"]) == planted
    assert len(planted) >= 4


@pytest.mark.parametrize("name", FILES)
def test_each_service_has_one_planted(name: str) -> None:
    for service in read(name)["services"].values():
        assert any(value.startswith("CANARY-") for value in service["env"].values())


@pytest.mark.parametrize("name", FILES)
def test_the_gate_is_known_by_what_the_pages_show(app: Flask, name: str) -> None:
    gate = read(name)["gates"]["age"]
    client = app.test_client()
    asked = client.get("/").text
    assert gate["asks"] in asked
    assert gate["guards"].lower() not in asked.lower()
    client.post("/age", data={"born": "1990-01-01"})
    for path in ("/upload", "/clips", "/status", "/report"):
        page = client.get(path).text
        assert gate["asks"] not in page.lower()
        assert gate["guards"].lower() not in page.lower()
    opened = client.get("/").text
    assert gate["guards"] in opened
    assert gate["asks"] not in opened.lower()


def test_both_regions_share_the_secret_and_one_media() -> None:
    system = read("regions.yaml")
    webs = [system["services"][f"web_{region}"] for region in REGIONS]
    assert len({web["env"]["COOKIE_SECRET"] for web in webs}) == 1
    assert {system["links"][f"media_{region}"]["to"] for region in REGIONS} == {"media"}
