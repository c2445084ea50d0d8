"""Mistakes in the steps of users and journeys: each with its place and what to do."""
# ruff: noqa: E501  messages are compared as they are printed

from __future__ import annotations

from typing import Any

import pytest

from chaos.experiment.system import System

Change = tuple[str, str]
GET = '{get: "edge:/"}'
SAVE = '{get: "edge:/", save: {token: {json: id}}}'
POST = 'json: {text: "x"}\n        acknowledge: {json: id}'
FILE = "file: {clip: {random: 1KiB}}"


def steps(*lines: str) -> Change:
    return (GET, "\n      - ".join(lines))


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        # saving
        (steps('{get: "edge:/", save: {token: {}}}'), ["system.yaml:21:39: journeys.open.steps[0].save.token: a value is saved from exactly one of: json, css, header"]),
        (steps('{get: "edge:/", save: {token: {json: id, header: X}}}'), ["system.yaml:21:39: journeys.open.steps[0].save.token: a value is saved from exactly one of: json, css, header"]),
        (steps('{get: "edge:/", save: {token: {json: id, attribute: x}}}'), ["system.yaml:21:39: journeys.open.steps[0].save.token: attribute goes with css: it is an attribute of the element found"]),
        (steps('{get: "edge:/", save: {token: {css: "[[", attribute: x}}}'), ["system.yaml:21:45: journeys.open.steps[0].save.token.css: '[[' is not a CSS selector; write it like \"input[name=token]\""]),
        (steps('{get: "edge:/", save: {token: {json: "[["}}}'), ["system.yaml:21:46: journeys.open.steps[0].save.token.json: '[[' is not a JMESPath query: Invalid jmespath expression: Incomplete expression"]),
        (steps('{get: "edge:/", save: {token: {header: "a\\nb"}}}'), ["system.yaml:21:48: journeys.open.steps[0].save.token.header: 'a\\nb' can't be sent as a header; names and values are one line each"]),
        (steps('{get: "edge:/", save: {"a b": {json: id}}}'), ["system.yaml:21:39: journeys.open.steps[0].save.a b: 'a b' is not a name that requests can refer to; use letters, digits, - and _"]),
        (steps('{get: "edge:/", save: {token: {jsn: id}}}'), ["system.yaml:21:40: journeys.open.steps[0].save.token.jsn: jsn is not known here; did you mean json?"]),
        # what was saved
        (steps('{get: "edge:/{saved.token}"}'), ["system.yaml:21:15: journeys.open.steps[0].get: {saved.token}: no earlier step saves it; there are none"]),
        (steps('{get: "edge:/{saved.token}", save: {token: {json: id}}}'), ["system.yaml:21:15: journeys.open.steps[0].get: {saved.token}: no earlier step saves it; there are none"]),
        (steps(SAVE, '{get: "edge:/{saved.tokn}"}'), ["system.yaml:22:15: journeys.open.steps[1].get: {saved.tokn}: no earlier step saves it; did you mean token?"]),
        (steps(SAVE, '{post: "edge:/", form: {a: "{saved.b}"}}'), ["system.yaml:22:36: journeys.open.steps[1].form.a: {saved.b}: no earlier step saves it; known are: token"]),
        (steps(SAVE, '{post: "edge:/", json: {a: [1, "{saved.b}"]}}'), ["system.yaml:22:40: journeys.open.steps[1].json.a[1]: {saved.b}: no earlier step saves it; known are: token"]),
        (steps(SAVE, '{get: "edge:/", headers: {X-A: "{saved.b}"}}'), ["system.yaml:22:40: journeys.open.steps[1].headers.X-A: {saved.b}: no earlier step saves it; known are: token"]),
        (steps(SAVE, '{get: "edge:/", expect: {text: "{saved.b}"}}'), ["system.yaml:22:40: journeys.open.steps[1].expect.text[0]: {saved.b}: no earlier step saves it; known are: token"]),
        (steps(SAVE, '{get: "edge:/", expect: {no_text: [x, "{saved.b}"]}}'), ["system.yaml:22:47: journeys.open.steps[1].expect.no_text[1]: {saved.b}: no earlier step saves it; known are: token"]),
        (steps(SAVE, '{get: "edge:/", expect: {json: {id: "{saved.b}"}}}'), ["system.yaml:22:45: journeys.open.steps[1].expect.json.id: {saved.b}: no earlier step saves it; known are: token"]),
        (steps(SAVE, '{get: "edge:/", expect: {header: {X-A: "{saved.b}"}}}'), ["system.yaml:22:48: journeys.open.steps[1].expect.header.X-A: {saved.b}: no earlier step saves it; known are: token"]),
        (steps(SAVE, '{post: "edge:/", file: {f: {text: "{saved.b}"}}}'), ["system.yaml:22:43: journeys.open.steps[1].file.f.text: {saved.b}: no earlier step saves it; known are: token"]),
        (('{count: "{vars.many}"}', '{before: [{get: "edge:/{saved.x}"}]}'), ["system.yaml:14:26: users.known.before[0].get: {saved.x}: no earlier step saves it; there are none"]),
        (('{count: "{vars.many}"}', '{before: [{get: "edge:/", retry: {}}]}'), ["system.yaml:14:36: users.known.before[0].retry: what users do beforehand is done once, when nothing is broken; take retry out"]),
        # expectations
        (steps('{get: "edge:/", expect: {json: {"[": 1}}}'), ["system.yaml:21:46: journeys.open.steps[0].expect.json.[: '[' is not a JMESPath query: Invalid jmespath expression: Incomplete expression"]),
        (steps('{get: "edge:/", expect: {header: {X-A: 5}}}'), ["system.yaml:21:48: journeys.open.steps[0].expect.header.X-A: a text was expected, not 5; put it in quotes"]),
        # thinking
        (steps('{get: "edge:/", think: 300}'), ['system.yaml:21:32: journeys.open.steps[0].think: 300 has no unit; a duration is written like "300ms"']),
        # trying again
        (("    timeout: 1s\n    steps:\n      - {get", "    timeout: 1s\n    retry: {times: 0}\n    steps:\n      - {get"), ["system.yaml:20:20: journeys.open.retry.times: it must be at least 1"]),
        (("    timeout: 1s\n    steps:\n      - {get", "    timeout: 1s\n    retry: {wait: 200}\n    steps:\n      - {get"), ['system.yaml:20:19: journeys.open.retry.wait: 200 has no unit; a duration is written like "200ms"']),
        (("    timeout: 1s\n    steps:\n      - {get", "    timeout: 1s\n    retry: {jitter: 0.5}\n    steps:\n      - {get"), ['system.yaml:20:21: journeys.open.retry.jitter: 0.5 has no unit; a share is written like "50%"']),
        (("    timeout: 1s\n    steps:\n      - {get", "    timeout: 1s\n    retry: {when: [503, no_anwser]}\n    steps:\n      - {get"), ["system.yaml:20:25: journeys.open.retry.when[1]: 'no_anwser' is no reason to try again; write a status like 503, or no_answer"]),
        (("    timeout: 1s\n    steps:\n      - {get", "    timeout: 1s\n    retry: {when: 200}\n    steps:\n      - {get"), ["system.yaml:20:19: journeys.open.retry.when: 200 is no reason to try again; write a status like 503, or no_answer"]),
        (("    timeout: 1s\n    steps:\n      - {get", "    timeout: 1s\n    retry: {when: []}\n    steps:\n      - {get"), ["system.yaml:20:19: journeys.open.retry.when: at least one entry is needed"]),
        # giving up
        (("    timeout: 1s\n    steps:\n      - {get", "    timeout: 1s\n    give_up: {}\n    steps:\n      - {get"), ["system.yaml:20:14: journeys.open.give_up: nobody gives up like this; write after (like 3), wait (like 8s), or both"]),
        (("    timeout: 1s\n    steps:\n      - {get", "    timeout: 1s\n    give_up: {wait: 8s}\n    steps:\n      - {get"), ["system.yaml:17:5: journeys.open: give_up.wait is longer than the journey's timeout, so nobody ever waits for that long"]),
        (("    timeout: 1s\n    steps:\n      - {get", "    timeout: 1s\n    give_up: {after: 0}\n    steps:\n      - {get"), ["system.yaml:20:22: journeys.open.give_up.after: it must be at least 1"]),
        # keys
        ((POST, "key: {}"), ["system.yaml:27:14: journeys.save.steps[0].key: a key is sent in exactly one of: header, form"]),
        ((POST, "key: {header: A, form: b}"), ["system.yaml:27:14: journeys.save.steps[0].key: a key is sent in exactly one of: header, form"]),
        ((POST, "again: 1"), ["system.yaml:26:9: journeys.save.steps[0]: again needs a key, by which the app can know that it is the same; write key as well"]),
        ((POST, "key: {header: A}\n        again: 0"), ["system.yaml:28:16: journeys.save.steps[0].again: nothing is sent again like this; write same (like 1), changed: true, or both"]),
        ((POST, "key: {header: A}\n        again: {same: 1, chnged: true}"), ["system.yaml:28:26: journeys.save.steps[0].again.chnged: chnged is not known here; did you mean changed?"]),
        ((POST, "key: {header: A}\n        again: {changed: true}"), ["system.yaml:26:9: journeys.save.steps[0]: changed needs a file, whose bytes can be others; take it out, or send a file"]),
        ((POST, "key: {form: A}\n        json: {}"), ["system.yaml:26:9: journeys.save.steps[0]: a request has either json, or form and file"]),
        (steps('{get: "edge:/", key: {form: A}}'), ["system.yaml:21:9: journeys.open.steps[0]: get sends no body; use post, or put the values into the path"]),
        # gates and users
        (steps('{get: "edge:/", passes: age}'), ["system.yaml:21:33: journeys.open.steps[0].passes: there is no gate 'age'; there are none"]),
        (("journeys:", "gates: {age: {asks: your age}}\njourneys:\n  x: {rate: 1/s, steps: [{get: 'edge:/', passes: aeg}]}"), ["system.yaml:17:50: journeys.x.steps[0].passes: there is no gate 'aeg'; did you mean age?"]),
        (('{count: "{vars.many}"}', '{before: [{get: "edge:/", passes: age}]}'), ["system.yaml:14:44: users.known.before[0].passes: there is no gate 'age'; there are none"]),
        (("    user: known", "    user: [known, knwon]"), ["system.yaml:17:19: journeys.open.user[1]: there is no user 'knwon'; did you mean known?"]),
        (("    user: known", "    user: []"), ["system.yaml:17:11: journeys.open.user: at least one entry is needed"]),
        (("journeys:", "rules: {words: none.toml}\njourneys:"), ["system.yaml:15:16: rules.words: none.toml: can't be read: No such file or directory"]),
        # targets
        (steps('{get: "edge:{saved.token}"}'), ["system.yaml:21:15: journeys.open.steps[0].get: {saved.token}: no earlier step saves it; there are none"]),
        (steps('{get: "edge:{token}"}'), ["system.yaml:21:15: journeys.open.steps[0].get: 'edge:{token}' is not a target; write the link and the path, like \"edge:/\""]),
    ],
)  # fmt: skip
def test_a_mistake_in_a_step_is_told_with_its_place_and_what_to_do(
    folder: Any, change: Change, problems: list[str]
) -> None:
    assert folder.problems(system=(change,)) == problems


GOES = "a person at a browser can't do that; take {} out"


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ('put: "edge:/"', "21:15: journeys.open.steps[0].put: a browser sends no put; it knows get and post"),
        ('post: "edge:/"', "21:16: journeys.open.steps[0].post: a browser sends a form; write what is typed into it under form, or chosen under file"),
        ('get: "edge:/", headers: {X-A: b}', "21:25: journeys.open.steps[0].headers: " + GOES.format("headers")),
        ('get: "edge:/", accept: json', "21:25: journeys.open.steps[0].accept: " + GOES.format("accept")),
        ('get: "edge:/", acknowledge: {json: id}', "21:25: journeys.open.steps[0].acknowledge: " + GOES.format("acknowledge")),
        ('get: "edge:/", expect: {json: {id: 1}}', "21:34: journeys.open.steps[0].expect.json: " + GOES.format("json")),
        ('get: "edge:/", save: {a: {json: id}}', "21:36: journeys.open.steps[0].save.a.json: " + GOES.format("json")),
        ('post: "edge:/", form: {a: b}, retry: {}', "21:40: journeys.open.steps[0].retry: " + GOES.format("retry")),
        ('post: "edge:/", form: {a: b}, key: {header: K}', "21:40: journeys.open.steps[0].key: " + GOES.format("key")),
        ('post: "edge:/", form: {a: b}, key: {form: k}, again: 1', "21:56: journeys.open.steps[0].again: " + GOES.format("again")),
    ],
)  # fmt: skip
def test_what_no_browser_does_is_refused_in_its_journeys(folder: Any, step: str, problem: str) -> None:
    change = (GET, f"{{{step}}}\n    browser: true")
    assert [each for each in folder.problems(system=(change,)) if "playwright" not in each] == [
        f"system.yaml:{problem}"
    ]


def test_steps_may_use_what_every_kind_of_user_brings_along(folder: Any) -> None:
    users = (
        'known: {count: "{vars.many}"}',
        "known: {before: [{get: 'edge:/', save: {me: {json: id}, a: {json: a}}}]}\n  new: {before: [{get: 'edge:/', save: {me: {json: id}}}]}",
    )
    both = ("    user: known", "    user: [known, new]")
    plan = folder.plan(system=(users, both, (GET, '{get: "edge:/{saved.me}"}')))
    assert plan.system.journeys["open"].kinds == ("known", "new")
    problems = folder.problems(system=(users, both, (GET, '{get: "edge:/{saved.a}"}')))
    assert problems == [
        "system.yaml:22:15: journeys.open.steps[0].get: {saved.a}: no earlier step saves it; known are: me"
    ]


def test_a_plan_with_all_of_it_is_the_same_after_a_trip_through_json(folder: Any) -> None:
    rich = """\
{get: "edge:/", think: 300ms, save: {token: {css: "input[name=token]", attribute: value}}}
      - post: edge:/{saved.token}
        form: {token: "{saved.token}"}
        file: {clip: {random: 1KiB}}
        key: {header: Idempotency-Key}
        again: {same: 2, changed: true}
        retry: {times: 2, wait: 200ms, jitter: 50%, obey_retry_after: true, when: [503, 429, no_answer]}
        passes: age
        expect: {header: {Location: "/clips/*"}, json: {"length(@)": null}}
    give_up: {after: 3, wait: 800ms}"""
    system = folder.plan(system=((GET, rich), ("journeys:", "gates: {age: {asks: age}}\njourneys:"))).system
    assert System.model_validate_json(system.model_dump_json(by_alias=True, exclude_none=True)) == system
