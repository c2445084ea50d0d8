"""What is written is valid, says what it means, and nothing is left to warn of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chaos.errors import InvalidOption
from chaos.experiment.advice.files import advise_files
from chaos.experiment.plan import Plan
from chaos.experiment.planner import make_plans
from chaos.experiment.systems import Choices
from chaos.init.asking import draft_by_asking
from chaos.init.compose_file import Composed
from chaos.init.composing import draft_from_compose
from chaos.init.first import Draft, first_experiment, first_system
from chaos.init.questions import Defaults

APP = """
from flask import Flask
app = Flask(__name__)
STOCK = os.environ.get("STOCK_URL", "http://127.0.0.1:9000/v1")
KEY = os.environ["TOKEN_URL"]
@app.get("/healthz")
@app.get("/feed")
"""


def planned(folder: Path, draft: Draft) -> Plan:
    """The plan of what would be written; fails where there is a problem or a warning."""
    (folder / "experiments").mkdir(exist_ok=True)
    (folder / "system.yaml").write_text(first_system(draft))
    first = folder / "experiments" / "first.yaml"
    first.write_text(first_experiment(draft))
    found = make_plans([first], Choices())
    assert [str(problem) for problem in found.problems] == []
    today = datetime.now(UTC).date()
    assert [str(each) for each in advise_files([first], found.plans, Choices(), today)] == []
    return found.plans[0]


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "my shop"
    folder.mkdir()
    (folder / "app.py").write_text(APP)
    return folder


def test_a_flask_app_is_started_and_its_edge_is_slow(app: Path) -> None:
    plan = planned(app, draft_by_asking(app, Defaults()))
    (service,) = plan.system.services.values()
    assert plan.system.name == "my shop"
    assert list(plan.system.services) == ["my_shop"]
    assert service.command == "{python} -m flask --app app run --port {port}"
    assert service.ready is not None
    assert service.ready.get == "/healthz"
    assert plan.system.journeys["visit"].steps[0].target == "edge:/feed"
    assert [(fault.link, fault.kind) for fault in plan.experiment.faults] == [("edge", "latency")]


def test_what_could_be_broken_too_is_told_in_comments_that_work(app: Path) -> None:
    draft = draft_by_asking(app, Defaults())
    text = first_system(draft)
    assert "# my_shop also reads TOKEN_URL; set it here (`env`) or where you run gatecrash." in text
    service, link, env = (
        line.strip("# ").partition(":")[2].strip() for line in text.splitlines() if line[:5] == "#   t"
    )
    text = text.replace("\nlinks:", f"\n  {service}\nlinks:").replace("\njourneys:", f"\n  {link}\njourneys:")
    (app / "system.yaml").write_text(text.replace("    ready:", f"    {env}\n    ready:"))
    (app / "experiments").mkdir()
    first = app / "experiments" / "first.yaml"
    first.write_text(first_experiment(draft).replace("link: edge", "link: stock"))
    found = make_plans([first], Choices())
    assert [str(problem) for problem in found.problems] == []
    system = found.plans[0].system
    assert system.services["my_shop"].env == {"STOCK_URL": "http://{links.stock}/v1"}
    assert system.services["stock"].url == "http://127.0.0.1:9000"
    assert advise_files([first], found.plans, Choices(), datetime.now(UTC).date()) == ()


def test_a_dependency_that_is_chosen_becomes_the_link_to_break(app: Path, answers: Any) -> None:
    said = answers(**{"STOCK_URL": True})
    plan = planned(app, draft_by_asking(app, said))
    assert plan.system.services["my_shop"].env == {"STOCK_URL": "http://{links.stock}/v1"}
    assert plan.system.services["stock"].url == "http://127.0.0.1:9000"
    assert plan.system.links["stock"].to == "stock"
    assert plan.experiment.faults[0].link == "stock"


def test_dependencies_can_be_told(tmp_path: Path, answers: Any) -> None:
    class Twice(answers):  # type: ignore[misc]
        def text(self, question: str, default: str) -> str:
            told = {0: "EDGE_URL=http://127.0.0.1:1", 1: "OTHER=http://stock.example:2/x"}
            if "Another address" in question:
                self.asked.append((question, default))
                return told.get(len([each for each in self.asked if "Another" in each[0]]) - 1, default)
            return str(super().text(question, default))

    said = Twice(**{"How is it started": "./serve --port {port}", "called": "edge"})
    plan = planned(tmp_path, draft_by_asking(tmp_path, said))
    assert plan.system.services["edge"].env == {"EDGE_URL": "http://{links.edge_2}", "OTHER": "http://{links.other}/x"}
    assert {name: link.to for name, link in plan.system.links.items()} == {
        "edge": "edge",
        "edge_2": "edge_2",
        "other": "other",
    }
    assert plan.system.allowed_hosts == ("stock.example",)


@pytest.mark.parametrize(
    ("start", "url"), [("http://127.0.0.1:5000/", "http://127.0.0.1:5000"), (None, "http://127.0.0.1:8000")]
)
def test_an_app_that_runs_already_is_a_url(tmp_path: Path, answers: Any, start: str | None, url: str) -> None:
    said = answers(**({"How is it started": start} if start else {}))
    draft = draft_by_asking(tmp_path, said)
    plan = planned(tmp_path, draft)
    (service,) = plan.system.services.values()
    assert service.url == url
    assert ("# change: no app was recognized here" in first_system(draft)) == (start is None)
    assert not any("Another address" in question for question, _ in said.asked)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"How is it started": "https://x"}, "'https://x' is not an address"),
        ({"How is it started": "run 'it"}, "can't be split as in a shell: no closing quotation"),
        ({"How is it started": " "}, "an app needs a command that starts it"),
        ({"How is it started": "run it", "Another address": "stock"}, "'stock' is not NAME=http://host:port"),
        ({"How is it started": "run it", "Another address": "a-b=http://x:1"}, "is not NAME=http://host:port"),
        ({"How is it started": "run it", "Another address": "A=x"}, "'x' is not an address"),
    ],
)
def test_an_answer_that_can_not_be_used_is_told(tmp_path: Path, answers: Any, given: dict[str, str], says: str) -> None:
    with pytest.raises(InvalidOption) as error:
        draft_by_asking(tmp_path, answers(**given))
    assert says in str(error.value)


@pytest.mark.parametrize(("start", "told"), [("./serve --port {port}", True), ("./serve", False)])
def test_a_command_that_is_not_told_its_port_is_to_be_changed(
    tmp_path: Path, answers: Any, start: str, told: bool
) -> None:
    draft = draft_by_asking(tmp_path, answers(**{"How is it started": start}))
    assert planned(tmp_path, draft).system.services[draft.services[0].name].command == start
    assert ("# change: tell it {port}, here or in `env`" in first_system(draft)) == (not told)


DB = Composed("db", 5432, (), {})
WEB = Composed("web", 8000, ("db",), {"db": ("DB_URL", "REPLICA_URL")}, "/healthz")
ADMIN = Composed("admin.tool", 8001, ("db",), {})
WORKER = Composed("worker", None, ("db",), {})


@pytest.mark.parametrize(
    ("composed", "entry"),
    [
        ([DB, WEB], "web"),
        ([DB, WEB, ADMIN, WORKER], "web"),
        ([ADMIN, DB], "admin_tool"),
        ([DB], "db"),
        ([Composed("a", 1, ("b",), {}), Composed("b", 2, ("a",), {})], "a"),
        ([Composed("shop-api", 1, (), {}), Composed("gateway", 2, (), {})], "gateway"),
    ],
)
def test_the_service_that_users_open_is_guessed(tmp_path: Path, composed: Sequence[Composed], entry: str) -> None:
    plan = planned(tmp_path, draft_from_compose("shop", composed, "compose.yaml", Defaults()))
    assert plan.system.links["edge"].to == entry
    assert plan.experiment.faults[0].link == "edge"


def test_services_become_addresses_and_dependencies_links(tmp_path: Path) -> None:
    draft = draft_from_compose("shop", [DB, WEB, ADMIN, WORKER], "compose.yaml", Defaults())
    plan = planned(tmp_path, draft)
    urls = {name: service.url for name, service in plan.system.services.items()}
    assert urls == {
        "db": "http://127.0.0.1:5432",
        "web": "http://127.0.0.1:8000",
        "admin_tool": "http://127.0.0.1:8001",
    }
    links = {name: link.to for name, link in plan.system.links.items()}
    assert links == {"edge": "web", "db": "db", "admin_tool_db": "db"}
    text = first_system(draft)
    assert "# web depends on db, told by DB_URL, REPLICA_URL" in text.replace("it, told", "db, told")
    assert "# Left out: worker, which publishes no port on this machine." in text
    assert "a container knows nothing of the proxies of the other links" in text


def test_somebody_may_know_better_what_users_open(tmp_path: Path, answers: Any) -> None:
    said = answers(**{"Which service": "admin.tool", "Which page": "/login"})
    plan = planned(tmp_path, draft_from_compose("shop", [DB, WEB, ADMIN], "compose.yaml", said))
    assert plan.system.links["edge"].to == "admin_tool"
    assert plan.system.journeys["visit"].steps[0].target == "edge:/login"


def test_services_that_can_not_be_reached_are_told() -> None:
    with pytest.raises(InvalidOption, match=r"no service of compose\.yaml publishes a port"):
        draft_from_compose("shop", [WORKER], "compose.yaml", Defaults())


@pytest.mark.parametrize("name", ['a "quoted" name', "on: off", "größe # 1", "{}", "'"])
def test_any_name_can_be_written(app: Path, answers: Any, name: str) -> None:
    assert planned(app, draft_by_asking(app, answers(called=name))).system.name == name
