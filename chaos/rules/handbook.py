"""The rules for readers: their page under `docs/`, and an example as lines of text."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Final

from chaos.rules import RULE_PACK_VERSION, RULES, Rule
from chaos.rules.example import Example, examples_of, said_of
from chaos.rules.rule import Situation
from chaos.rules.story import Coming, Story

_INTRODUCTION: Final = f"""# The graceful rules

<!-- Made by `gatecrash rules --markdown`; change the rules, not this page. -->

What makes an answer *graceful* when something behind an app is broken. This is version {RULE_PACK_VERSION} of the
rules; every result names the version that judged it.

- **On**: H an answer to somebody who asked for HTML, J for JSON, U a user's whole journey, B needs a browser.
- **Level**: E makes an answer *broken*; W is a finding in the report.
- **Always** rules are judged on every answer, the others on answers that did not bring what the user came for.
- What a rule can't see (a browser, a log, another language than English) is *not checked*, never passed.
- Words are lists in `chaos/rules/words.toml`; a file of your own is laid over them (`rules: {{words: FILE}}` in the
  system, `--words FILE` of `gatecrash lint`).
- `gatecrash rules G12` shows one rule with whole pages; `gatecrash lint URL` judges a live answer. The examples below
  are the ones that the rules' own tests judge.
"""


def as_markdown() -> str:
    """The whole of `docs/rules.md`."""
    parts = [_INTRODUCTION, _table()]
    parts += ["\n".join(_section(rule)) for rule in RULES.values()]
    return "\n".join(parts)


def as_lines(example: Example) -> Iterator[str]:
    """An answer with its headers and what its user had done, or the story of a run, a line for each thing."""
    if example.story is not None:
        yield from _story_lines(example.story)
        return
    answer, situation = example.answer, example.situation
    if answer is None or situation is None:
        return
    yield from _situation_lines(situation, answer.elapsed_s)
    yield f"HTTP {answer.status}"
    yield from (f"{name}: {value}" for name, value in answer.headers)
    yield ""
    yield from answer.text.strip().splitlines()
    if not answer.complete:
        yield "(here the connection broke off)"


def _situation_lines(situation: Situation, elapsed_s: float) -> Iterator[str]:
    if situation.sent is not None:
        fields = [f"{name}={value}" for name, value in situation.sent.fields.items()]
        yield f"(sent: {', '.join([*fields, *(f'a file as {name}' for name in situation.sent.files)])})"
    for gate in situation.gates:
        state = "has passed" if gate.name in situation.passed else "never passed"
        yield f"(the user {state} the gate {gate.name!r}: it asks {gate.asks!r} and guards {gate.guards!r})"
    if situation.learned is not None:
        counts = [f"{name}: {count:g}" for name, count in situation.learned.counts.items()]
        title = [f"title {situation.learned.title!r}"] if situation.learned.title else []
        yield f"(usual: {', '.join([*title, *counts])})"
    if (browser := situation.browser) is not None:
        facts = {
            "first feedback": f"{browser.feedback_s:g} s" if browser.feedback_s is not None else None,
            "announced": "; ".join(browser.announced) or "nothing",
            "reached by Tab": ", ".join(browser.reachable) if browser.reachable is not None else None,
            "focus in the error": browser.focus_in_error,
            "contrast": browser.contrast,
        }
        yield f"(in a browser: {', '.join(f'{name}: {fact}' for name, fact in facts.items() if fact is not None)})"
    if elapsed_s > 1:
        yield f"(it took {elapsed_s:g} s)"


def _story_lines(story: Story) -> Iterator[str]:
    """Comings that are alike stand together."""
    marks = [
        (at_s, f"{at_s:5.1f} s  {what}")
        for at_s, what in ((story.injected_s, "the fault is injected"), (story.undone_s, "the fault is undone"))
        if at_s is not None and story.comings
    ]
    groups: dict[str, list[Coming]] = {}
    for coming in story.comings:
        groups.setdefault(_coming(coming), []).append(coming)
    for said, comings in groups.items():
        first, last = comings[0], comings[-1]
        span = f" to {last.at_s:.2f} s" if len(comings) > 1 else ""
        who = f"{len(comings)} users: " if len(comings) > 1 else f"{first.user}: "
        marks.append((first.at_s, f"{first.at_s:5.1f} s{span}  {who}{said}"))
    yield from (line for _, line in sorted(marks, key=lambda mark: mark[0]))
    for echo in story.echoes:
        what = "another body" if echo.changed else "the same"
        now, before = (
            f"{echo.status} {echo.item or ''}".rstrip(),
            f"{echo.first_status} {echo.first_item or ''}".rstrip(),
        )
        yield f"{echo.at_s:5.1f} s  {echo.user}: {what} again with key {echo.key}: {now}; at first {before}"
    if story.items is not None:
        yield f"audit: {', '.join(f'{item} {state}' for item, state in story.items.items())}"
    if story.references is not None:
        found = (f"{id_} {'found' if in_log else 'not found'}" for id_, in_log in story.references.items())
        yield f"in the logs: {', '.join(found)}"


def _coming(coming: Coming) -> str:
    facts = [f"{coming.journey} {coming.outcome}"]
    if coming.told_s is not None:
        facts.append(f"came when told to, after {coming.told_s:g} s")
    if coming.retry_after_s is not None:
        facts.append(f"Retry-After {coming.retry_after_s:g}")
    if coming.fate is not None:
        facts.append(f"told {coming.fate} of {coming.item}")
    if coming.notice:
        facts.append("a notice is shown")
    return ", ".join(facts)


def _table() -> str:
    lines = ["| id | rule | on | level | passes when |", "| --- | --- | --- | --- | --- |"]
    for rule in RULES.values():
        level = f"{rule.level}, always" if rule.always else rule.level
        lines.append(
            f"| [{rule.id}](#{_anchor(rule)}) | {rule.name} | {rule.on} | {level} | {_cell(rule.passes_when)} |"
        )
    return "\n".join(lines) + "\n"


def _section(rule: Rule) -> Iterator[str]:
    yield f"## {rule.id} {rule.name}"
    yield ""
    yield f"Passes when: {rule.passes_when}."
    yield ""
    for function in (rule.check, rule.story):
        if function is not None and (told := _details(function, rule.id)):
            yield told
            yield ""
    yield f"- What to do: {rule.advice}."
    yield f"- Source: {rule.source}."
    for example in examples_of(rule.id):
        said = said_of(example)
        found = f" Found: `{said.replace('`', chr(39))}`" if said else ""
        yield f"- *{'Good' if example.good else 'Bad'}*: {example.about}{found}"
    yield ""


def _details(function: object, rule: str) -> str:
    """What the function's docstring says beyond its first words, which are the rule's id."""
    paragraphs = (inspect.getdoc(function) or "").split("\n\n")
    text = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    text = text.removeprefix(rule).lstrip(".,: ")
    return text[:1].upper() + text[1:]


def _anchor(rule: Rule) -> str:
    return "".join(c for c in f"{rule.id} {rule.name}".lower().replace(" ", "-") if c.isalnum() or c == "-")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
