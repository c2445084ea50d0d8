"""From files to plans: what is found, what names mean, whose var wins, and which phases can't show what is claimed."""
# ruff: noqa: E501  messages are compared as they are printed

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from chaos.errors import InvalidOption
from chaos.experiment.plan import Plan
from chaos.experiment.planner import find_files, make_plans
from chaos.experiment.request import Step
from chaos.experiment.systems import Choices

Change = tuple[str, str]
Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (("link: db", "link: bd"), ["hangs.yaml:6:11: faults[0].link: there is no link 'bd'; known are: db, edge"]),
        (("during:\n  open", "during:\n  opne"), ["hangs.yaml:10:3: during.opne: there is no journey 'opne'; did you mean open?"]),
        (("state:\n  open", "state:\n  opne"), ["hangs.yaml:4:3: steady_state.opne: there is no journey 'opne'; did you mean open?"]),
        (("during:", "audit: {itms: {lost: 0}}\nduring:"), ["hangs.yaml:9:9: audit.itms: there is no audit 'itms'; did you mean items?"]),
        (("during:", "catches: [good]\nduring:"), ["hangs.yaml:9:11: catches[0]: there is no variant 'good'; known are: bad"]),
        (("during:", "vars: {mod: x}\nduring:"), ["hangs.yaml:9:8: vars.mod: there is no var 'mod'; did you mean mode?"]),
        (("system: system.yaml", "system: sys.yaml"), ["hangs.yaml:2:9: system: there is no file 'sys.yaml' (looked for sys.yaml)"]),
        (("system: system.yaml", "system: ."), None),
        # journeys that are left out
        (("during:", "journeys: [open]\nduring:"), []),
        (("during:", "journeys: [opne, open]\nduring:"), ["hangs.yaml:9:12: journeys[0]: there is no journey 'opne'; did you mean open?"]),
        (
            ("during:", "journeys: [save]\nduring:"),
            [
                "hangs.yaml:4:3: steady_state.open: nobody makes the journey open here; add it to `journeys`",
                "hangs.yaml:11:3: during.open: nobody makes the journey open here; add it to `journeys`",
            ],
        ),
        (("during:", "journeys: [open]\naudit: {items: {lost: 0}}\nduring:"), ["hangs.yaml:10:9: audit.items: nobody makes the journey save here; add it to `journeys`"]),
        # safeguards
        (("during:", "safeguards: [{journey: open, broken: '> 90%', over: 2s}]\nduring:"), []),
        (("during:", "safeguards: [{journey: opne, broken: '> 90%', over: 2s}]\nduring:"), ["hangs.yaml:9:24: safeguards[0].journey: there is no journey 'opne'; did you mean open?"]),
        (("during:", "safeguards: [{journey: open, broken: 90%, over: 2s}]\nduring:"), ["hangs.yaml:9:38: safeguards[0].broken: a safeguard says what must not be reached; write it with a comparison, like \"> 90%\""]),
        (("during:", "safeguards: [{journey: open, over: 2s}]\nduring:"), ["hangs.yaml:9:14: safeguards[0]: a safeguard on a journey needs exactly one measure: served, degraded, broken, p50, p90, p95, p99, rate, abandonment"]),
        (("during:", "journeys: [open]\nsafeguards: [{journey: save, broken: '> 90%', over: 2s}]\nduring:"), ["hangs.yaml:10:14: safeguards[0]: nobody makes the journey save here; add it to `journeys`"]),
        (("during:", "safeguards: [{over: 2s}]\nduring:"), ["hangs.yaml:9:14: safeguards[0]: a safeguard watches exactly one of: journey, probe"]),
        (("during:", "safeguards: [{probe: well, journey: open, figure: '> 1', over: 2s}]\nduring:"), ["hangs.yaml:9:14: safeguards[0]: a safeguard watches exactly one of: journey, probe", "hangs.yaml:9:22: safeguards[0].probe: there is no probe 'well'; there are none"]),
        (("during:", "safeguards: [{journey: open, figure: '> 1', over: 2s}]\nduring:"), ["hangs.yaml:9:14: safeguards[0]: a safeguard on a journey needs exactly one measure, not figure: served, degraded, broken, p50, p90, p95, p99, rate, abandonment"]),
        # faults of services
        (("link: db\n    hang", "service: db\n    pause"), []),
        (("link: db\n    hang", "service: bd\n    pause"), ["hangs.yaml:6:14: faults[0].service: there is no service 'bd'; known are: db, web"]),
        (("link: db\n    hang", "link: db\n    pause"), ["hangs.yaml:6:5: faults[0]: pause happens to a service, not to a link; write `service:` and the service's name"]),
        (
            ("faults:", "faults:\n  - {service: db, kill: {}, at: 1s, for: 1s}\n  - {service: web, pause: {}, for: 1s}\n  - {service: db, pause: {}, for: 1100ms}"),
            ["hangs.yaml:8:5: faults[2].at: pause and kill (faults[0]) would meet on db; one at a time"],
        ),
        # faults that come again, and claims on the time of one fault
        (("for: 2s", "for: 500ms\n    every: 1s\n    times: 3"), []),
        (("for: 2s", "for: 500ms\n    every: 1s\n    until: 3s"), []),
        (("for: 2s", "for: 500ms\n    every: 1s"), ["hangs.yaml:6:5: faults[0]: `every` goes with exactly one of: times (like 3), until (like 6s)"]),
        (("for: 2s", "for: 2s\n    until: 3s"), ["hangs.yaml:6:5: faults[0]: `until` goes with `every`, which says how often it comes"]),
        (("for: 2s", "for: 2s\n    every: 2s\n    times: 2"), ["hangs.yaml:6:5: faults[0]: what comes again must be over in between; write a `for` that is shorter than `every`"]),
        (("for: 2s", "for: 500ms\n    every: 2s\n    until: 2s"), ["hangs.yaml:6:5: faults[0]: before `until` it begins this often: 1; 2 to 1000 was expected"]),
        (("for: 2s", "for: 1ms\n    every: 2ms\n    until: 10s"), ["hangs.yaml:6:5: faults[0]: before `until` it begins this often: 5000; 2 to 1000 was expected"]),
        (("for: 2s", "for: 2s\n    during: {open: {served: '>= 50%'}}"), []),
        (("for: 2s", "for: 2s\n    during: {opne: {served: '>= 50%'}}"), ["hangs.yaml:9:14: faults[0].during.opne: there is no journey 'opne'; did you mean open?"]),
        (
            ("for: 2s", "for: 900ms\n    every: 2s\n    times: 2\n    during: {open: {served: '>= 50%'}}\nsamples: 37"),
            [
                "hangs.yaml:8:10: faults[0].for: it is over after 900ms, before a run of open can time out (1s), so its own `during` can't judge open; make it longer",
                "hangs.yaml:8:10: faults[0].for: while it is on, 36 runs of open are due, and its own `during` needs 37: make `for` at least 1s, or its rate at least 21/s",
            ],
        ),
        # phases that can't show what is claimed
        (("for: 2s", "at: 1s\n    for: 2s"), ["hangs.yaml:8:9: faults[0].at: at least one fault begins at 0s; take this much off every `at`"]),
        (("for: 2s", "for: 1s"), ["hangs.yaml:8:10: faults[0].for: the fault is over after 1s, before a run of open can time out (1s); make it longer than that"]),
        (("for: 2s", "for: 1001ms"), []),
        (
            ("for: 2s", "for: 500ms"),
            [
                "hangs.yaml:8:10: faults[0].for: open comes 20 times a second, so 500ms hold 10 samples; 20 are needed: make `for` at least 1s, or its rate at least 40/s",
                "hangs.yaml:8:10: faults[0].for: the fault is over after 500ms, before a run of open can time out (1s); make it longer than that",
            ],
        ),
        (("for: 2s", "for: 2s\nsamples: 40"), []),
        (("for: 2s", "for: 2s\nsamples: 41"), ["hangs.yaml:8:10: faults[0].for: open comes 20 times a second, so 2s hold 40 samples; 41 are needed: make `for` at least 2.1s, or its rate at least 21/s"]),
        (("    for: 2s\n", "samples: 250\n"), []),
        (("    for: 2s\n", "baseline: {within: 60s}\nsamples: 600\n"), []),
        (("    for: 2s\n", "baseline: {within: 60s}\nsamples: 601\n"), ["hangs.yaml:6:5: faults[0].for: open comes 20 times a second, so 30s hold 600 samples; 601 are needed: make `for` at least 30.1s, or its rate at least 21/s"]),
        (("during:", "samples: 20\nbaseline: {within: 1s}\nduring:"), []),
        (("during:", "samples: 21\nbaseline: {within: 1s}\nduring:"), ["hangs.yaml:4:3: steady_state.open: open comes 20 times a second, so the 1s of `baseline.within` hold 20 samples; 21 are needed: make `baseline.within` at least 1.1s, or its rate at least 21/s"]),
        (("during:", "baseline: {within: 1s}\nwindow: 2s\nduring:"), ["hangs.yaml:9:20: baseline.within: steady state must hold for 2s (`window`), so this must be longer"]),
        (("during:\n  open: {broken: 0%}\n", ""), []),
    ],
)  # fmt: skip
def test_what_a_model_can_not_see_is_checked(
    folder: Any, monkeypatch: pytest.MonkeyPatch, change: Change, problems: list[str] | None
) -> None:
    found = folder.problems(change) if problems != [] else folder.plan(change) and []
    if problems is None:
        assert "there is no file '.'" in found[0]
    else:
        assert found == problems


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (("edge: {to: web}", "edge: {to: wbe}"), ["system.yaml:11:14: links.edge.to: there is no service 'wbe'; did you mean web?"]),
        (("user: known", "user: unknown"), ["system.yaml:17:11: journeys.open.user: there is no user 'unknown'; did you mean known?"]),
        (("\naudit:", "\nprobes: {well: {get: \"db:/well\"}}\nsafeguards: [{probe: well, figure: false, over: 2s}]\naudit:"), []),
        (("\naudit:", "\nprobes: {well: {get: \"db:/well\"}}\nsafeguards: [{probe: wel, figure: false, over: 2s}]\naudit:"), ["system.yaml:30:22: safeguards[0].probe: there is no probe 'wel'; did you mean well?"]),
        (("\naudit:", "\nsafeguards: [{journey: opne, broken: '> 90%', over: 2s}]\naudit:"), ["system.yaml:29:24: safeguards[0].journey: there is no journey 'opne'; did you mean open?"]),
        (("of: save", "of: sav"), ["system.yaml:30:15: audit.items.of: there is no journey 'sav'; did you mean save?"]),
        (("of: save", "of: open"), ["system.yaml:30:15: audit.items.of: no step of open has an `acknowledge`, so there is nothing to look for; a file is also known by its content, where `stored` has `checksums`"]),
        (('get: "edge:/"', 'get: "egde:/"'), ["system.yaml:21:15: journeys.open.steps[0].get: there is no link 'egde'; did you mean edge?"]),
        (('get: "edge:/"', 'get: "web:/"'), ["system.yaml:21:15: journeys.open.steps[0].get: there is no link 'web'; known are: db, edge"]),
        (('get: "edge:/"', 'get: "service:web:/"'), []),
        (('get: "edge:/"', 'get: "service:edge:/"'), ["system.yaml:21:15: journeys.open.steps[0].get: there is no service 'edge'; known are: db, web"]),
        (('get: "db:/items"', 'get: "link:db:/items"'), []),
        (('get: "db:/items"', 'get: "edge:/items"'), ["system.yaml:30:35: audit.items.stored.get: there is no service 'edge'; known are: db, web"]),
        (("{links.db}", "{links.bd}"), ["system.yaml:8:15: services.web.env.DB: there is no link 'bd'; known are: db, edge"]),
        (('"db {port}"', '"db {services.wbe}"'), ["system.yaml:9:17: services.db.command: there is no service 'wbe'; did you mean web?"]),
        (("{vars.mode}", "{vars.mod}"), ["system.yaml:7:14: services.web.command: {vars.mod}: there is no such var; did you mean mode?"]),
        (("bad: {mode: bad}", "bad: {mod: bad}"), ["system.yaml:4:9: variants.bad.mod: there is no var 'mod'; did you mean mode?"]),
        (('command: "db {port}"', 'url: "http://example.com:80"'), ["system.yaml:9:13: services.db.url: example.com is not this machine; list it under `allowed_hosts` if it may be broken"]),
        (('command: "db {port}"', 'url: "http://localhost:80"'), []),
        (('"db {port}"', '"db {nothing} {vars} {a.b}"'), []),
    ],
)  # fmt: skip
def test_names_in_a_system_that_match_nothing_are_errors(folder: Any, change: Change, problems: list[str]) -> None:
    found = folder.problems(system=(change,)) if problems else folder.plan(system=(change,)) and []
    assert found == problems


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([("db: {to: db}", "db: {to: db, toxiproxy: eu}")], []),
        ([("db: {to: db}", "db: {to: db, toxiproxy: eu}"), ("name: shop", "toxiproxy: {eu: 'localhost:8474'}\nname: shop")], []),
        ([("name: shop", "toxiproxy: {eu: 'http://localhost:8474'}\nname: shop")], ["system.yaml:1:13: toxiproxy.eu: no link is on this server; there are none"]),
        ([("db: {to: db}", "db: {to: db, toxiproxy: eu}"), ("name: shop", "toxiproxy: {eu: 'https://h'}\nname: shop")], ["""system.yaml:1:17: toxiproxy.eu: 'https://h' is not an address; write it like "http://127.0.0.1:8474\""""]),
        (
            [("db: {to: db}", "db: {to: db, toxiproxy: eu}"), ("name: shop", "toxiproxy: {eu: 'http://10.1.2.3'}\nname: shop")],
            ["system.yaml:13:27: links.db.toxiproxy: 10.1.2.3 is not this machine; a Toxiproxy elsewhere can't reach services on loopback here, but may have a proxy of its own for this link: `proxy: NAME`"],
        ),
        ([("db: {to: db}", "db: {to: db, proxy: theirs}")], ["system.yaml:12:23: links.db.proxy: a proxy of your own needs a service that already runs, but db has no `url`"]),
        ([("db: {to: db}", "db: {to: db, proxy: theirs}"), ('{command: "db {port}"}', "{url: 'http://127.0.0.1:1'}")], []),
        (
            [
                ("db: {to: db}", "db: {to: db, toxiproxy: eu, proxy: theirs}"),
                ('{command: "db {port}"}', "{url: 'http://127.0.0.1:1'}"),
                ("name: shop", "toxiproxy: {eu: 'http://10.1.2.3'}\nname: shop"),
            ],
            ["system.yaml:13:27: links.db.toxiproxy: 10.1.2.3 is not this machine; list it under `allowed_hosts` if it may be broken"],
        ),
        (
            [
                ("db: {to: db}", "db: {to: db, toxiproxy: eu, proxy: theirs}"),
                ('{command: "db {port}"}', "{url: 'http://127.0.0.1:1'}"),
                ("name: shop", "toxiproxy: {eu: 'http://10.1.2.3'}\nallowed_hosts: [10.1.2.3]\nname: shop"),
            ],
            [],
        ),
    ],
)  # fmt: skip
def test_a_link_can_be_on_a_server_that_can_reach_its_service(
    folder: Any, changes: list[Change], problems: list[str]
) -> None:
    found = folder.problems(system=tuple(changes)) if problems else folder.plan(system=tuple(changes)) and []
    assert found == problems


def test_several_problems_of_a_system_come_out_in_one_go(folder: Any) -> None:
    changes = (("to: db", "to: bd"), ("user: known", "user: unknown"), ("of: save", "of: sav"), ("count:", "cuont:"))
    assert len(folder.problems(system=changes)) == 4


def test_a_surge_needs_a_journey_with_a_rate(folder: Any) -> None:
    surge = ("link: db\n    hang: {}", "journey: open\n    surge: {times: 3}")
    clients = ("user: known\n    rate: 20/s", "user: known\n    clients: 3")
    assert folder.problems(surge, system=(clients,)) == [
        "hangs.yaml:6:14: faults[0].journey: open has `clients` and no `rate`, "
        "so there is nothing that surge could multiply"
    ]


PEAKS: dict[str, tuple[str, float]] = {
    "no surge": ("link: db\n    hang: {}\n    for: 2s", 20),
    "one": ("journey: open\n    surge: {times: 3}\n    for: 2s", 60),
    "one until all is decided": ("journey: open\n    surge: {times: 3}", 60),
    "one after the other": (
        "journey: open\n    surge: {times: 3}\n    for: 2s\n  - {journey: open, surge: {times: 4}, at: 2s, for: 2s}",
        80,
    ),
    "two together": (
        "journey: open\n    surge: {times: 3}\n    for: 2s\n  - {journey: open, surge: {times: 4}, at: 1s, for: 2s}",
        240,
    ),
    "one of another journey": ("journey: save\n    surge: {times: 3}\n    for: 2s", 20),
}


@pytest.mark.parametrize("case", PEAKS)
def test_the_peak_rate_is_that_of_all_surges_that_are_on_together(folder: Any, case: str) -> None:
    faults, peak = PEAKS[case]
    assert folder.plan(("link: db\n    hang: {}\n    for: 2s", faults)).peak_rate("open") == peak


def test_no_more_runs_can_be_due_while_faults_are_on_than_the_plan_says(folder: Any) -> None:
    plan = folder.plan()
    assert 2 * 20 < plan.most_runs("open") <= 4 * 20
    clients = ("user: known\n    rate: 20/s", "user: known\n    clients: 3")
    assert folder.plan(system=(clients,)).most_runs("open") >= 1_000_000


# --- vars


@pytest.mark.parametrize(
    ("experiment", "variant", "given", "mode"),
    [
        ("", None, {}, "good"),
        ("", "bad", {}, "bad"),
        ("vars: {mode: own}\n", None, {}, "own"),
        ("vars: {mode: own}\n", "bad", {}, "own"),
        ("", "bad", {"mode": "set"}, "set"),
        ("vars: {mode: own}\n", "bad", {"mode": "set"}, "set"),
    ],
)
def test_set_beats_the_experiment_which_beats_the_variant_which_beats_the_system(
    folder: Any, experiment: str, variant: str | None, given: dict[str, str], mode: str
) -> None:
    plan = folder.plan(("during:", f"{experiment}during:"), choices=Choices(variant=variant, vars=given))
    assert plan.vars["mode"] == mode
    assert plan.system.services["web"].command == f"web --port {{port}} --mode {mode}"
    assert plan.variant == variant


def test_a_placeholder_alone_takes_the_type_of_its_value(folder: Any) -> None:
    assert folder.plan(choices=Choices(vars={"many": 7})).system.users["known"].count == 7


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        (Choices(variant="bda"), "--variant: {}/system.yaml has no variant 'bda'; did you mean bad?"),
        (Choices(vars={"mod": 1}), "--set: {}/system.yaml has no var 'mod'; did you mean mode?"),
    ],
)
def test_options_that_name_nothing_are_refused(folder: Any, choices: Choices, message: str) -> None:
    with pytest.raises(InvalidOption) as refused:
        folder.problems(choices=choices)
    assert str(refused.value) == message.format(folder.path)


@pytest.mark.parametrize("value", ["", "[a]", "text"])
def test_a_variant_that_is_no_mapping_is_a_problem_and_no_crash(folder: Any, value: str) -> None:
    problems = folder.problems(system=(("bad: {mode: bad}", f"bad: {value}"),), choices=Choices(variant="bad"))
    assert len(problems) == 1
    assert "variants.bad: " in problems[0]


# --- which files


def test_files_are_found_sorted_and_hidden_ones_are_not(in_folder: Write) -> None:
    for name in ("b.yaml", "a.yml", "deep/c.yaml", ".hidden/d.yaml", "deep/.e.yaml", "f.json", "_g.yaml"):
        in_folder(f"experiments/{name}")
    Path("experiments/folder.yaml").mkdir()
    names = [str(file.relative_to("experiments")) for file in find_files([])]
    assert names == ["_g.yaml", "a.yml", "b.yaml", "deep/c.yaml"]
    assert find_files([Path("experiments")]) == find_files([])


def test_a_file_that_is_named_twice_is_one_file(in_folder: Write) -> None:
    file = in_folder("experiments/a.yaml")
    assert find_files([Path("experiments"), file, file.resolve()]) == (file,)


def test_a_hidden_file_that_is_named_is_taken(in_folder: Write) -> None:
    file = in_folder(".hidden/a.yaml")
    assert find_files([file]) == (file,)
    assert find_files([Path(".hidden")]) == (file,)


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (
            [],
            "there is no folder experiments/ here; name a file or a folder with experiments, or list them in "
            "gatecrash.toml",
        ),
        (["nope.yaml"], "nope.yaml: there is no such file or folder"),
    ],
)
def test_paths_that_are_not_there_are_refused(in_folder: Write, paths: list[str], message: str) -> None:
    with pytest.raises(InvalidOption) as refused:
        find_files([Path(path) for path in paths])
    assert str(refused.value) == message


def test_includes_and_systems_make_no_plan_but_must_be_readable(folder: Any) -> None:
    file = folder.write()
    include = folder.path / "_include.yaml"
    include.write_text("anything: goes\n")
    system = folder.path / "system.yaml"
    found = make_plans([include, system, file], Choices())
    assert ([plan.id for plan in found.plans], found.problems) == (["hangs"], ())
    include.write_text("a: 1\na: 2\n")
    system.write_text(system.read_text().replace("to: db", "to: bd"))
    found = make_plans([include, system], Choices())
    assert [problem.path.name for problem in found.problems] == ["_include.yaml", "system.yaml"]


def test_a_system_that_many_experiments_share_has_each_problem_once(folder: Any) -> None:
    file = folder.write(system=(("to: db", "to: bd"),))
    other = folder.path / "other.yaml"
    other.write_text(file.read_text())
    assert len(make_plans([file, other, folder.path / "system.yaml"], Choices()).problems) == 1


def test_one_bad_file_does_not_hide_a_good_one(folder: Any) -> None:
    file = folder.write()
    bad = folder.path / "bad.yaml"
    bad.write_text("name: x\n")
    found = make_plans([bad, file], Choices())
    assert [plan.id for plan in found.plans] == ["hangs"]
    assert {problem.path for problem in found.problems} == {bad}


def test_two_files_of_one_name_are_refused(folder: Any) -> None:
    file = folder.write()
    other = folder.path / "deep" / "hangs.yaml"
    other.parent.mkdir()
    other.write_text(file.read_text().replace("system.yaml", "../system.yaml"))
    found = make_plans([file, other], Choices())
    assert [str(problem) for problem in found.problems] == [
        f"{other}: its id 'hangs' is also that of {file}; rename one of the files"
    ]


# --- the plan


def test_a_plan_is_the_same_after_a_trip_through_json(folder: Any) -> None:
    faults = "latency: {delay: 250ms, jitter: 7ms}\n    share: 7%"
    plan = folder.plan(("hang: {}", faults), ("during:", "audit: {items: {lost: 0}}\nrecovery: {within: 3s}\nduring:"))
    adapter = TypeAdapter(Plan)
    assert adapter.validate_json(adapter.dump_json(plan, by_alias=True)) == plan
    assert adapter.validate_json(adapter.dump_json(plan, by_alias=True, exclude_none=True)) == plan
    assert json.loads(adapter.dump_json(plan, by_alias=True))["experiment"]["faults"][0]["share"] == "7%"


def test_faults_of_one_kind_on_one_link_get_names_of_their_own(folder: Any) -> None:
    more = "for: 2s\n  - {link: db, hang: {}, at: 2s, for: 1s}\n  - {link: db, hang: {}, name: hang on db (2), for: 1s}"
    assert [fault.name for fault in folder.plan(("for: 2s", more)).faults] == [
        "hang on db",
        "hang on db (2)",
        "hang on db (2) (2)",
    ]


def test_a_plan_knows_where_its_commands_run(folder: Any) -> None:
    plan = folder.plan()
    assert plan.folder == str(folder.path.resolve())
    assert (plan.id, plan.seed, plan.variant) == ("hangs", 0, None)


def test_a_header_with_a_line_break_is_refused_before_anything_is_sent() -> None:
    step = {"get": "edge:/", "headers": {"X-A": "a\r\nX-B: b"}}
    with pytest.raises(ValidationError, match="can't be sent as a header"):
        Step.model_validate(step)


def test_only_the_journeys_that_an_experiment_names_are_made(folder: Any) -> None:
    assert list(folder.plan().system.journeys) == ["open", "save"]
    assert list(folder.plan(("during:", "journeys: [open]\nduring:")).system.journeys) == ["open"]


GIVES_UP = (
    "    timeout: 1s\n    steps:\n      - {get",
    "    timeout: 1s\n    give_up: {after: 3}\n    steps:\n      - {get",
)


@pytest.mark.parametrize(
    ("section", "place"),
    [
        ("during", 'during:\n  open: {broken: 0%, abandonment: "<= 5%"}'),
        ("impact", 'impact:\n  open: {abandonment: "<= 5%"}\nduring:\n  open: {broken: 0%}'),
        (
            "faults[0].during",
            '    during:\n      open: {abandonment: "<= 5%"}\nduring:\n  open: {broken: 0%}',
        ),
    ],
)
def test_abandonment_is_claimed_only_where_somebody_can_give_up(folder: Any, section: str, place: str) -> None:
    change = ("during:\n  open: {broken: 0%}", place)
    (problem,) = folder.problems(change)
    assert f"{section}.open.abandonment: nobody on open ever gives up, so it always holds" in problem
    assert folder.plan(change, system=(GIVES_UP,)).experiment.name


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ("impact: {opn: {lost_user_seconds: 3s}}", "there is no journey 'opn'; did you mean open?"),
        ("links: {bd: {herd: 2}}", "there is no link 'bd'"),
        ("links: {db: {herd: 2s}}", "'2s' is not a plain number; a bound on herd is written like \"<= 1.5\""),
        ("recovery: {shape: smooth}", "recovery.shape"),
        ("detect: {told: 5}", "5 has no unit"),
        ("detect: {reported: 60s}", 'for reported write ">= 60s"'),
        ("detect: {}", "nothing is claimed here; write a bound on at least one of: told, reported"),
        ("impact: {open: {abandonment: {bound: 5%, confidence: 95%}}}", "only shares of a phase take a confidence"),
    ],
)
def test_a_mistake_in_what_is_claimed_of_the_whole_is_told(folder: Any, changes: str, said: str) -> None:
    assert said in " ".join(folder.problems(("during:", f"{changes}\nduring:")))


def test_confidence_is_refused_where_no_phase_waits_for_it(folder: Any) -> None:
    (problem,) = folder.problems(('{served: ">= 99%"}', '{served: {bound: ">= 99%", confidence: 95%}}'))
    assert "open.served: `confidence` goes with claims of `during`" in problem


def test_a_plan_knows_that_claims_with_confidence_prolong_its_faults(folder: Any) -> None:
    sure = folder.plan(("{broken: 0%}", "{broken: {bound: 5%, confidence: 95%}}"))
    assert (sure.confidence_within, folder.plan().confidence_within) == (60, None)
    assert sure.most_runs("open") == 61 * 20 + 1


PROBED = ("audit:", "probes:\n  queue: {get: 'db:/stats', value: queue}\naudit:")


@pytest.mark.parametrize(
    ("probe", "said"),
    [
        ("{get: 'bd:/stats'}", "probes.queue.get: there is no service 'bd'; known are: db, web"),
        ("{prometheus: prom, query: up}", "probes.queue.prometheus: there is no service 'prom'"),
        ("{command: 'x {services.bd}'}", "probes.queue.command: there is no service 'bd'"),
        ("{command: x, every: 1ms}", "probes.queue.every"),
        ("{command: x, failure: maybe}", "probes.queue.failure"),
    ],
)
def test_a_mistake_in_a_probe_is_told(folder: Any, probe: str, said: str) -> None:
    assert said in " ".join(folder.problems(system=(("audit:", f"probes:\n  queue: {probe}\naudit:"),)))


def test_only_probes_of_the_system_can_be_claimed(folder: Any) -> None:
    claim = ("during:", 'probes: {queu: {during: "<= 5"}}\nduring:')
    (problem,) = folder.problems(claim, system=(PROBED,))
    assert "there is no probe 'queu'; did you mean queue?" in problem


def test_recovery_has_the_bounds_of_steady_state_on_probes_unless_it_has_its_own(folder: Any) -> None:
    claim = ("during:", 'probes: {queue: {steady_state: "<= 5", during: -1}}\nduring:')
    plan = folder.plan(claim, system=(PROBED,))
    found = {phase: [str(each) for each in plan.probed(phase)] for phase in ("steady_state", "during", "recovery")}
    assert found == {
        "steady_state": ["queue steady_state <= 5"],
        "during": ["queue during <= -1"],
        "recovery": ["queue steady_state <= 5"],
    }
    assert plan.sampling_s == 6
    assert type(plan.experiment).model_validate_json(plan.experiment.model_dump_json(by_alias=True)) == plan.experiment


def test_a_status_page_is_a_page_of_a_service(folder: Any) -> None:
    status = ("audit:", "detect: {status: {get: 'wbe:/status', well: fine}}\naudit:")
    (problem,) = folder.problems(system=(status,))
    assert "detect.status.get: there is no service 'wbe'; did you mean web?" in problem


def test_only_what_hangs_on_a_link_can_leave_a_breaker_stuck(folder: Any) -> None:
    surge = ("  - link: db\n    hang: {}\n", "  - journey: open\n    surge: {times: 2}\n")
    stuck = ("during:", "recovery: {stuck: 1s}\nduring:")
    assert folder.plan(stuck).broken_services == ("db",)
    (problem,) = folder.problems(surge, stuck)
    assert "recovery.stuck: no fault is on a link" in problem


def test_a_confidence_that_no_phase_can_reach_is_refused_with_what_would_do(folder: Any) -> None:
    sure = ("{broken: 0%}", "{served: {bound: '>= 99.9%', confidence: 95%}}")
    (problem,) = folder.problems(sure)
    assert problem.endswith(
        "during.open.served: 3838 samples are needed to show >= 99.9% with this confidence, if all are for it, and 60s "
        "hold 1200: make `confidence_within` at least 191.9s, or its rate at least 64/s"
    )
    assert folder.plan(sure, ("during:", "confidence_within: 192s\nduring:")).confidence_within == 192


def test_a_confidence_that_the_time_of_one_fault_can_not_reach_is_refused_with_what_would_do(folder: Any) -> None:
    own = "during: {open: {served: {bound: '>= 80%', confidence: 95%}}}"
    twice = ("for: 2s", f"for: 2s\n    {own}")
    assert folder.plan(twice).during
    own = own.replace("80%", "98%")
    (problem,) = folder.problems(("for: 2s", f"for: 2s\n    every: 4s\n    times: 2\n    {own}"))
    assert problem.endswith(
        "faults[0].during.open.served: 189 samples are needed to show >= 98% with this confidence, if all are for it, and "
        "4s hold 80: make `for` at least 4.8s, or its rate at least 48/s"
    )
