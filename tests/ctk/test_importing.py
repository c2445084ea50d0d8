"""Files that can be planned at once, claim what the original claims, and say what they can't."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chaos.ctk.importing import Imported, import_experiment
from chaos.ctk.reading import read
from chaos.errors import InvalidFile
from chaos.experiment.advice.files import advise_files
from chaos.experiment.plan import Plan
from chaos.experiment.planner import make_plans
from chaos.experiment.systems import Choices

ENVIRONMENT = {"EDGE": "127.0.0.1:1", "TOXIPROXY": "http://127.0.0.1:2"}
FILES = sorted(
    path for path in Path(__file__).with_name("experiments").glob("*.*") if path.suffix in {".json", ".yaml"}
)


def page(name: str = "page", tolerance: Any = 200, **provider: Any) -> dict[str, Any]:
    provider = {"type": "http", "url": "http://127.0.0.1:1/", "timeout": 1, **provider}
    return {"type": "probe", "name": name, "tolerance": tolerance, "provider": provider}


def toxi(func: str, after: float = 0, **arguments: Any) -> dict[str, Any]:
    provider = {"type": "python", "module": "chaostoxi.toxic.actions", "func": func, "arguments": arguments}
    return {"type": "action", "name": func, "provider": provider, "pauses": {"after": after}}


def slow(after: float = 0, name: str = "t", proxy: str = "db") -> dict[str, Any]:
    return toxi("create_latency_toxic", after, for_proxy=proxy, toxic_name=name, latency=5)


def fast(name: str = "t", proxy: str = "db") -> dict[str, Any]:
    return toxi("delete_toxic", for_proxy=proxy, toxic_name=name)


def imported(folder: Path, method: list[Any], probes: list[Any] | None = None, **more: Any) -> tuple[Imported, Plan]:
    """What comes of it, and the plan of that; it fails where there is a problem."""
    hypothesis = {"title": "h", "probes": [page()] if probes is None else probes}
    file = folder / "original.json"
    file.write_text(
        json.dumps({"title": "t", "steady-state-hypothesis": hypothesis, "method": method, **more}, indent=1)
    )
    return planned(folder, file)


def planned(folder: Path, file: Path) -> tuple[Imported, Plan]:
    found = import_experiment(read(file, ENVIRONMENT), rate="20/s")
    for name, text in found.files.items():
        (folder / name).write_text(text)
    findings = make_plans([folder / f"{file.stem}.yaml"], Choices())
    assert [str(problem) for problem in findings.problems] == []
    return found, findings.plans[0]


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_what_is_written_is_valid_and_warns_of_nothing_but_what_the_original_leaves_out(
    tmp_path: Path, file: Path
) -> None:
    _, plan = planned(tmp_path, file)
    path = tmp_path / f"{file.stem}.yaml"
    warnings = advise_files([path], [plan], Choices(), datetime.now(UTC).date())
    allowed = (
        set() if plan.experiment.during or any(each.during for each in plan.experiment.faults) else {"nothing-claimed"}
    )
    assert {warning.id for warning in warnings} <= allowed | {"no-expectation"}


def claimed(plan: Plan) -> tuple[list[str], list[list[str]]]:
    return list(plan.experiment.during), [list(fault.during) for fault in plan.experiment.faults]


@pytest.mark.parametrize(
    ("method", "more", "claims"),
    [
        ([slow(3)], {}, (["page"], [[]])),
        ([slow(3), fast()], {}, ([], [[]])),
        ([slow(3), fast()], {"runtime": {"hypothesis": {"strategy": "continuously"}}}, (["page"], [[]])),
        ([slow(3, "a"), slow(3, "b"), fast("a")], {}, ([], [[], ["page"]])),
    ],
)
def test_the_hypothesis_is_claimed_while_what_the_method_leaves_on_is_on(
    tmp_path: Path, method: list[Any], more: dict[str, Any], claims: Any
) -> None:
    found, plan = imported(tmp_path, method, **more)
    assert claimed(plan) == claims
    unclaimed = "the original claims nothing while something is wrong" in found.files["original.yaml"]
    assert unclaimed == (claims == ([], [[]]))


def test_a_claim_that_the_original_does_not_make_can_be_made_by_taking_a_sign_away(tmp_path: Path) -> None:
    found, _ = imported(tmp_path, [slow(3), fast()])
    text = found.files["original.yaml"].replace("#   during:", "during:").replace("#     page:", "  page:")
    (tmp_path / "original.yaml").write_text(text)
    (plan,) = make_plans([tmp_path / "original.yaml"], Choices()).plans
    assert list(plan.experiment.during) == ["page"]


@pytest.mark.parametrize(
    ("method", "probe", "expected"),
    [
        ([slow(3)], page(), [(0, 3)]),
        ([slow(0.5)], page(), [(0, 2)]),
        ([slow(0.5)], page(timeout=4), [(0, 4.5)]),
        ([slow(0.5)], page(timeout=[1, 3]), [(0, 4.5)]),
        ([slow(0.5)], page(timeout=None), [(0, 5.5)]),
        ([slow(), fast()], page(timeout=4), [(0, 2)]),
        ([slow(0.5), fast()], page(timeout=4), [(0, 0.5)]),
        ([fast("x"), slow(1, "a"), slow(3, "b")], page(), [(0, 4), (1, 3)]),
    ],
)
def test_faults_last_as_long_as_the_original_pauses_and_claims_need(
    tmp_path: Path, method: list[Any], probe: Any, expected: list[tuple[float, float]]
) -> None:
    _, plan = imported(tmp_path, method, [probe])
    assert [(fault.at, fault.lasts) for fault in plan.experiment.faults] == expected


def test_proxies_are_links_on_the_toxiproxy_that_the_original_names(tmp_path: Path) -> None:
    wires = toxi("create_proxy", proxy_name="db", upstream_host="10.0.0.9", upstream_port=5432)
    configuration = {"toxiproxy_host": "10.0.0.8"}
    found, plan = imported(tmp_path, [wires, slow(2), slow(2, proxy="my cache")], configuration=configuration)
    links = {name: (link.to, link.toxiproxy, link.proxy) for name, link in plan.system.links.items()}
    assert links == {
        "db": ("db", "toxiproxy", "db"),
        "my_cache": ("toxiproxy", "toxiproxy", "my cache"),
    }
    assert plan.system.toxiproxy == {"toxiproxy": "http://10.0.0.8:8474"}
    assert plan.system.services["db"].url == "http://10.0.0.9:5432"
    assert plan.system.allowed_hosts == ("10.0.0.8", "10.0.0.9")
    assert not found.stand_in


def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r"configuration: 'https://x' is not an address"):
        imported(tmp_path, [slow(2)], configuration={"toxiproxy_url": "https://x"})


def test_requests_are_sent_as_the_original_sends_them(tmp_path: Path) -> None:
    probes = [
        page("found", url="http://127.0.0.1:1/a?b=1", arguments={"c": "d e"}),
        page("form", method="POST", arguments={"n": 1}, headers={"X-Y": "z"}),
        page("json", method="PUT", arguments={"n": [1]}, headers={"Content-Type": "application/json"}),
        page("elsewhere", url="http://api.shop.example/x"),
    ]
    _, plan = imported(tmp_path, [slow(2)], probes)
    steps = {name: journey.steps[0] for name, journey in plan.system.journeys.items()}
    assert {name: (step.method, step.target) for name, step in steps.items()} == {
        "found": ("get", "service:app:/a?b=1&c=d+e"),
        "form": ("post", "service:app:/"),
        "json": ("put", "service:app:/"),
        "elsewhere": ("get", "service:api:/x"),
    }
    assert (steps["form"].form, steps["form"].headers, steps["json"].body) == ({"n": "1"}, {"X-Y": "z"}, {"n": [1]})
    assert plan.system.allowed_hosts == ("api.shop.example",)


def process(name: str, tolerance: Any, arguments: Any) -> dict[str, Any]:
    provider = {"type": "process", "path": "count", "arguments": arguments}
    return {"type": "probe", "name": name, "tolerance": tolerance, "provider": provider}


def test_a_function_can_have_any_name(tmp_path: Path) -> None:
    names = ["class", "asked", "a-b", "a_b", "1", "x" * 60]
    found, plan = imported(tmp_path, [slow(3)], [page(), *(process(name, 1, []) for name in names)])
    compile(found.files["original_probes.py"], "original_probes.py", "exec")
    assert list(plan.system.probes) == ["class_2", "asked_2", "a_b", "a_b_2", "app_1", "x" * 40]


def test_other_probes_are_asked_by_programs_and_functions(tmp_path: Path) -> None:
    python = {"type": "python", "module": "shop.probes", "func": "orders"}
    probes = [
        page(),
        process("plain", 0, ["a b"]),
        process("in a shell", 0, "a | grep b"),
        process("a number", [1, 5], {"-n": 3}),
        page("over TLS", url="https://127.0.0.1:1/", tolerance=200),
        {"type": "probe", "name": "orders", "tolerance": True, "provider": python},
        page("a filter", tolerance={"type": "jsonpath", "target": "body", "path": "$..a"}),
        page("by another program", tolerance={"type": "probe", "provider": {"type": "process", "path": "x"}}),
    ]
    found, plan = imported(tmp_path, [slow(2)], probes, configuration={"shop": "x"})
    assert {name: probe.command or probe.python for name, probe in plan.system.probes.items()} == {
        "plain": "count 'a b'",
        "in_a_shell": "/bin/sh -c 'count a | grep b'",
        "a_number": "original_probes:a_number",
        "over_tls": "original_probes:over_tls",
        "orders": "original_probes:orders",
    }
    functions: dict[str, Any] = {}
    exec(compile(found.files["original_probes.py"], "original_probes.py", "exec"), functions)
    assert functions["CONFIGURATION"] == {"shop": "x"}
    assert {"a_number", "over_tls", "orders"} <= functions.keys()
    assert list(plan.experiment.probes) == list(plan.system.probes)
    where = "steady-state-hypothesis.probes"
    assert list(found.notes) == [
        f'line 73: {where}[6] "a filter" (GET http://127.0.0.1:1/): JMESPath has no words for the JSONPath $..a',
        f'line 87: {where}[7] "by another program" (GET http://127.0.0.1:1/): its tolerance asks another program, '
        "which no probe here can",
    ]


def test_a_fault_stands_in_where_none_could_be_carried_over(tmp_path: Path) -> None:
    found, plan = imported(
        tmp_path, [{"type": "action", "name": "kill", "provider": {"type": "process", "path": "pkill"}}]
    )
    assert found.stand_in
    assert plan.system.links["edge"].to == "app"
    assert plan.system.journeys["page"].steps[0].target == "edge:/"
    assert "nothing that the original breaks could be carried over" in found.files["original.yaml"]


def test_a_journey_stands_in_where_nothing_asks_as_users_do(tmp_path: Path) -> None:
    found, plan = imported(tmp_path, [slow(1)], [process("plain", 0, [])])
    assert list(plan.system.journeys) == ["visit"]
    assert "change: the original asks nothing as users do" in found.files["original_system.yaml"]


def test_what_means_nothing_here_is_named(tmp_path: Path) -> None:
    found, _ = imported(
        tmp_path,
        [{**slow(3), "controls": [{"name": "x"}]}],
        controls=[{"name": "c"}],
        extensions=[{"name": "e"}],
        contributions={"a": "high"},
        runtime={"hypothesis": {"strategy": "before-method-only"}},
    )
    for word in (
        "- controls: ",
        "- extensions: ",
        "- contributions: ",
        "- controls of single activities",
        "- the strategy",
    ):
        assert word in found.files["original.yaml"].replace("#", "")


def test_the_page_shows_what_is_written(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "from-chaos-toolkit.md").read_text()
    file = tmp_path / "slow.json"
    file.write_text(page.partition("```json\n")[2].partition("```")[0])
    found = import_experiment(read(file, {}), rate="10/s").files
    assert len(found) == 2
    for name, text in found.items():
        assert f"```yaml\n# {name}\n{text}```" in page, f"the page should show:\n{text}"


def test_every_tolerance_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile) as error:
        imported(tmp_path, [slow(2)], [page("a", {"type": "x"}), page("b", None)])
    assert [problem.where for problem in error.value.problems] == [
        "steady-state-hypothesis.probes[0].tolerance.type",
        "steady-state-hypothesis.probes[1].tolerance",
    ]
