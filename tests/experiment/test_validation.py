"""A file against its model: what an author gets to read for each kind of mistake."""
# ruff: noqa: E501  messages are compared as they are printed

from __future__ import annotations

from typing import Any

import pytest

from chaos.experiment.planner import make_plans
from chaos.experiment.systems import Choices

MEASURES = "served, degraded, broken, p50, p90, p95, p99, rate, abandonment"
FAULTS = "latency, down, hang, timeout, reset_peer, bandwidth, slow_close, slicer, limit_data, slow_connect, corrupt, cut, http_error, http_delay, http_rate_limit, http_truncate, http_malformed, http_body, kill, pause, restart, slow_cpu, stop, disconnect, cpu, memory, disk_full, surge"
Change = tuple[str, str]


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        # keys
        (("hang: {}", "latncy: {delay: 1s}"), ["hangs.yaml:7:5: faults[0].latncy: latncy is not known here; did you mean latency?"]),
        (("during:", "whlie: {}\nduring:"), ["hangs.yaml:9:1: whlie: whlie is not known here; known are: allow, audit, baseline, catches, confidence_within, control, detect, during, faults, impact, include, journeys, links, matrix, name, probes, recovery, rules, safeguards, samples, steady_state, system, tags, vars, why, window"]),
        (("hang: {}", "hang: {stream: upstream}"), ["hangs.yaml:7:12: faults[0].hang.stream: stream is not known here; nothing may stand here"]),
        (("{broken: 0%}", "{borken: 0%}"), ["hangs.yaml:10:10: during.open.borken: borken is not known here; did you mean broken?"]),
        (("name: The database hangs\n", ""), ["hangs.yaml:1:1: name: name is missing here; it is required"]),
        (("link: db\n    ", ""), ["hangs.yaml:6:5: faults[0]: hang happens to a link; write `link:` and the link's name"]),
        # one place, of the fault's kind
        (("link: db", "journey: open"), ["hangs.yaml:6:5: faults[0]: hang happens to a link, not to a journey; write `link:` and the link's name"]),
        (("link: db", "link: db\n    journey: open"), ["hangs.yaml:6:5: faults[0]: hang happens to a link, not to a link and a journey; write `link:` and the link's name"]),
        (("hang: {}", "surge: {times: 10}"), ["hangs.yaml:6:5: faults[0]: surge happens to a journey, not to a link; write `journey:` and the journey's name"]),
        (("link: db\n    hang: {}", "journey: opne\n    surge: {times: 10}"), ["hangs.yaml:6:14: faults[0].journey: there is no journey 'opne'; did you mean open?"]),
        (("link: db\n    hang: {}", "journey: open\n    surge: {times: 1}"), ["hangs.yaml:7:20: faults[0].surge.times: it must be more than 1"]),
        (("link: db\n    hang: {}", "journey: open\n    surge: {times: many}"), ['hangs.yaml:7:20: faults[0].surge.times: a number was expected, not "many"']),
        (("link: db\n    hang: {}", "journey: open\n    surge: {}"), ["hangs.yaml:7:12: faults[0].surge.times: times is missing here; it is required"]),
        (("link: db\n    hang: {}", "journey: open\n    surge: {times: 2}\n    share: 50%"), ["hangs.yaml:6:5: faults[0]: surge happens to the whole journey; it takes no share"]),
        (("hang: {}", "latency: {}"), ["hangs.yaml:7:14: faults[0].latency.delay: delay is missing here; it is required"]),
        (("hang: {}", "bandwidth: {rate: 20KB/s}"), ["hangs.yaml:7:16: faults[0].bandwidth.stream: stream is missing here; it is required"]),
        # one fault key
        (("    hang: {}\n", ""), [f"hangs.yaml:6:5: faults[0]: an entry needs exactly one fault; the faults are {FAULTS}"]),
        (("hang: {}", "hang: {}\n    down: {}"), [f"hangs.yaml:6:5: faults[0]: an entry needs exactly one fault, not 2 (down, hang); the faults are {FAULTS}"]),
        (("hang: {}", "hang:"), ["hangs.yaml:7:5: faults[0].hang: nothing stands here; write {} to have it as it is, or take the key out"]),
        (("hang: {}", "latency:"), ["hangs.yaml:7:5: faults[0].latency: nothing stands here; write a value, or take the key out"]),
        (("hang: {}", "hang: []"), ["hangs.yaml:7:11: faults[0].hang: a mapping was expected, not a list; it has no keys, so write {}"]),
        (("hang: {}", "latency: 400ms"), ['hangs.yaml:7:14: faults[0].latency: a mapping was expected, not "400ms"; its keys are stream, delay, jitter']),
        (("hang: {}", "down: {}\n    share: 50%"), ["hangs.yaml:6:5: faults[0]: down happens to the whole link; it takes no share"]),
        # units
        (("hang: {}", "latency: {delay: 400}"), ['hangs.yaml:7:22: faults[0].latency.delay: 400 has no unit; a duration is written like "400ms"']),
        (("for: 2s", "for: 3"), ['hangs.yaml:8:10: faults[0].for: 3 has no unit; a duration is written like "3s" or "3ms"']),
        (("for: 2s", "for: 0s"), ["hangs.yaml:8:10: faults[0].for: it must be more than 0"]),
        (("hang: {}", "hang: {}\n    share: 0.3"), ['hangs.yaml:8:12: faults[0].share: 0.3 has no unit; a share is written like "30%"']),
        (("hang: {}", "hang: {}\n    share: 0%"), ["hangs.yaml:8:12: faults[0].share: it must be more than 0"]),
        (("hang: {}", "slicer: {size: 1KiB, variation: 1KiB, stream: upstream}"), ["hangs.yaml:7:13: faults[0].slicer: variation must be smaller than size"]),
        (("hang: {}", "bandwidth: {rate: 500B/s, stream: upstream}"), ['hangs.yaml:7:23: faults[0].bandwidth.rate: Toxiproxy counts in whole KB/s; write for example "20KB/s" (for none: use hang)']),
        (("hang: {}", "latency: {delay: 1s, stream: up}"), ["hangs.yaml:7:34: faults[0].latency.stream: \"up\" was found; 'upstream' or 'downstream' was expected"]),
        # bounds
        (('">= 99%"', "99%"), ['hangs.yaml:4:18: steady_state.open.served: 99% alone would mean "at most"; for served write ">= 99%"']),
        (('">= 99%"', "99"), ['hangs.yaml:4:18: steady_state.open.served: 99 alone would mean "at most"; for served write ">= 99%"']),
        (('">= 99%"', "0.99"), ['hangs.yaml:4:18: steady_state.open.served: 0.99 alone would mean "at most"; for served write ">= 99%"']),
        (('">= 99%"', "=> 99%"), ["hangs.yaml:4:18: steady_state.open.served: '=> 99%' is not a bound; a bound on served is written like \">= 99%\""]),
        (('">= 99%"', '">= 99"'), ['hangs.yaml:4:18: steady_state.open.served: 99 has no unit; a share is written like "99%"']),
        (('">= 99%"', '">= 101%"'), ["hangs.yaml:4:18: steady_state.open.served: 101%: a share is at most 100%"]),
        (('">= 99%"', ">= 99%"), ['hangs.yaml:4:18: a comparison must be quoted in YAML: ">= 99%"']),
        (('">= 99%"', ""), ["hangs.yaml:4:10: steady_state.open.served: nothing stands here; write a value, or take the key out"]),
        (("0%", "0"), ['hangs.yaml:10:18: during.open.broken: 0 has no unit; a share is written like "0%"']),
        (("{broken: 0%}", "{p95: 300}"), ['hangs.yaml:10:15: during.open.p95: 300 has no unit; a duration is written like "300ms"']),
        (("{broken: 0%}", "{p95: true}"), ['hangs.yaml:10:15: during.open.p95: a bound on p95 is written like "<= 300ms"']),
        (("{broken: 0%}", "{p95: [1s]}"), ['hangs.yaml:10:15: during.open.p95: a bound on p95 is written like "<= 300ms"']),
        (("{broken: 0%}", "{}"), [f"hangs.yaml:10:9: during.open: nothing is claimed here; write a bound on at least one of: {MEASURES}"]),
        (("{broken: 0%}", "0%"), [f'hangs.yaml:10:9: during.open: a mapping was expected, not "0%"; its keys are {MEASURES}']),
        (("during:", "audit: {items: {lost: 0.5}}\nduring:"), ["hangs.yaml:9:23: audit.items.lost: '0.5' is not a count; lost is a whole number, usually 0"]),
        (("during:", "audit: {items: {lost: -1}}\nduring:"), ["hangs.yaml:9:23: audit.items.lost: '-1' is not a count; lost is a whole number, usually 0"]),
        # types
        (("name: The database hangs", "name: 5"), ["hangs.yaml:1:7: name: a text was expected, not 5; put it in quotes"]),
        (("name: The database hangs", 'name: ""'), ["hangs.yaml:1:7: name: a text was expected, not an empty one"]),
        (("name: The database hangs", "name: [a]"), ["hangs.yaml:1:7: name: a text was expected, not a list"]),
        (("name: The database hangs", "name: {a}"), ["hangs.yaml:1:7: name: a text that begins with a brace must be quoted in YAML: '{a}'"]),
        (("name: The database hangs", "name:"), ["hangs.yaml:1:1: name: nothing stands here; write a value, or take the key out"]),
        (("during:", "tags: hang\nduring:"), ['hangs.yaml:9:7: tags: a list was expected, not "hang"']),
        (("during:", "samples: 0\nduring:"), ["hangs.yaml:9:10: samples: it must be at least 1"]),
        (("during:", "samples: many\nduring:"), ['hangs.yaml:9:10: samples: a whole number was expected, not "many"']),
        (("during:", "samples: 20.5\nduring:"), ["hangs.yaml:9:10: samples: a whole number was expected, not 20.5"]),
        (("during:", "recovery: 3s\nduring:"), ['hangs.yaml:9:11: recovery: a mapping was expected, not "3s"; its keys are within, hold, stuck, shape']),
        (("during:\n  open: {broken: 0%}", "during: [open]"), ["hangs.yaml:9:9: during: a mapping was expected, not a list"]),
        (("faults:\n  - link: db\n    hang: {}\n    for: 2s\n", "faults: []\n"), ["hangs.yaml:5:9: faults: at least one entry is needed"]),
        (('  open: {served: ">= 99%"}\nfaults', "  {}\nfaults"), ["hangs.yaml:4:3: steady_state: at least one entry is needed"]),
    ],
)  # fmt: skip
def test_a_mistake_in_an_experiment_is_told_with_its_place_and_what_to_do(
    folder: Any, change: Change, problems: list[str]
) -> None:
    assert folder.problems(change) == problems


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (("count: \"{vars.many}\"", "cuont: 5"), ["system.yaml:14:11: users.known.cuont: cuont is not known here; did you mean count?"]),
        (("many: 20", "many: 0"), ["system.yaml:14:18: users.known.count: it must be at least 1"]),
        (("many: 20", 'many: "20"'), ['system.yaml:14:18: users.known.count: a whole number was expected, not "20"']),
        (("rate: 20/s\n    timeout: 1s\n    steps:\n      - {get", "steps:\n      - {get"), ["system.yaml:17:5: journeys.open: a journey needs exactly one of: rate (like \"10/s\"), clients (like 20), traffic"]),
        (("    rate: 20/s\n    timeout: 1s\n    steps:\n      - {get", "    traffic: {engine: locust, users: 5}\n    browser: true\n    steps:\n      - {get"), ["system.yaml:17:5: journeys.open: users that Locust spreads have no browser"]),
        (("    user: known\n", "    user: known\n    clients: 3\n"), ["system.yaml:17:5: journeys.open: a journey needs exactly one of: rate (like \"10/s\"), clients (like 20), traffic"]),
        (("    user: known\n", "    user: known\n    think: 1s\n"), ["system.yaml:17:5: journeys.open: think goes with clients; a journey with a rate does not wait for answers"]),
        (("    user: known\n    rate: 20/s", "    user: known\n    rate: 20"), ['system.yaml:18:11: journeys.open.rate: 20 has no unit; a rate is written like "20/s"']),
        (('{get: "edge:/"}', '{get: "edge"}'), ["system.yaml:21:15: journeys.open.steps[0].get: 'edge' is not a target; write the link and the path, like \"edge:/\""]),
        (('{get: "edge:/"}', '{get: "edge:/", post: "edge:/"}'), ["system.yaml:21:9: journeys.open.steps[0]: a request needs exactly one of: get, post, put, patch, delete, head"]),
        (('{get: "edge:/"}', '{get: "edge:/", form: {a: b}}'), ["system.yaml:21:9: journeys.open.steps[0]: get sends no body; use post, or put the values into the path"]),
        (('json: {text: "x"}', 'json: {}\n        form: {}'), ["system.yaml:26:9: journeys.save.steps[0]: a request has either json, or form and file"]),
        (('ids: "[*]"', 'ids: "[*"'), ["system.yaml:30:53: audit.items.stored.ids: '[*' is not a JMESPath query: Invalid jmespath expression: Incomplete expression"]),
        (('command: "db {port}"', 'command: ""'), ["system.yaml:9:17: services.db.command: the command is empty"]),
        (('command: "db {port}"', "command: db 'x"), ["system.yaml:9:17: services.db.command: it can't be split as in a shell: no closing quotation"]),
        (('{command: "db {port}"}', "{}"), ["system.yaml:9:7: services.db: a service needs one of: command, image, build, url, running"]),
        (('command: "db {port}"', "url: http://127.0.0.1"), ["system.yaml:9:13: services.db.url: 'http://127.0.0.1' is not an address; write it with its port, like \"http://127.0.0.1:8080\""]),
        (('command: "db {port}"', 'url: "http://127.0.0.1:99999"'), ["system.yaml:9:13: services.db.url: 'http://127.0.0.1:99999' is not an address; write it with its port, like \"http://127.0.0.1:8080\""]),
        (("  edge: {to: web}", '  "a b": {to: web}\n  edge: {to: web}'), ["system.yaml:11:10: links.a b: 'a b' is not a name that requests can refer to; use letters, digits, - and _"]),
        (("mode: good", "mode: [a]"), ["system.yaml:2:14: vars.mode: a single value was expected: a text, a number, true or false"]),
        (("vars: {mode: good,", "vars: {mode: ,"), ["system.yaml:2:8: vars.mode: nothing stands here; write a value, or take the key out"]),
    ],
)  # fmt: skip
def test_a_mistake_in_a_system_is_told_with_its_place_and_what_to_do(
    folder: Any, change: Change, problems: list[str]
) -> None:
    assert folder.problems(system=(change,)) == problems


def test_json_to_send_may_hold_null(folder: Any) -> None:
    plan = folder.plan(system=(('json: {text: "x"}', "json: {text: null, list: [null]}"),))
    assert plan.system.journeys["save"].steps[0].body == {"text": None, "list": [None]}


def test_all_problems_of_a_file_come_out_in_one_go(folder: Any) -> None:
    (folder.path / "worst.yaml").write_text("""\
name:
system: system.yaml
tags: hang
window: 1:30
steady_state:
  opne: {served: 99%, p95: 300}
  save: {served: >= 99%}
faults:
  - link: bd
    latncy: {}
    for: 3
    for: 4
catches: [bda]
vars: {mod: x}
recovery: {within: soon, held: 3s}
""")
    folder.write()
    found = make_plans([folder.path / "worst.yaml"], Choices())
    assert [str(problem).split(": ")[1] for problem in found.problems] == [
        "name",
        "tags",
        "window",
        "steady_state.opne",
        "steady_state.opne.served",
        "steady_state.opne.p95",
        "a comparison must be quoted in YAML",
        "faults[0].link",
        "faults[0].latncy",
        "faults[0].for",
        "faults[0].for",
        "catches[0]",
        "vars.mod",
        "recovery.within",
        "recovery.held",
    ]
    assert list(found.problems) == sorted(found.problems)


def test_problems_of_the_experiment_and_of_its_system_come_out_together(folder: Any) -> None:
    problems = folder.problems(("for: 2s", "for: 3"), system=(("to: db", "to: bd"),))
    assert [problem.split(":")[0] for problem in problems] == ["hangs.yaml", "system.yaml"]
