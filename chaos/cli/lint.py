"""`gatecrash lint URL`: one live answer, judged by the graceful rules."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlsplit

import typer

from chaos.cli.durations import seconds_of
from chaos.errors import InvalidOption

if TYPE_CHECKING:
    from chaos.experiment.request import Step
    from chaos.journeys.answer import Answer
    from chaos.rules import Judgement, Outcome

GRACEFUL, NOT_GRACEFUL, NO_ANSWER = 0, 1, 3
_ANY_TARGET: Final = "url:/"
"""A step names a link; here the address is handed over beside it."""


class Accept(StrEnum):
    html = "html"
    json = "json"


def lint(
    url: Annotated[str, typer.Argument(help="What to ask for, such as http://localhost:8000/feed.")],
    method: Annotated[str | None, typer.Option(help="get by default, post with --data.")] = None,
    accept: Annotated[Accept, typer.Option(help="The format to ask for.")] = Accept.html,
    header: Annotated[
        list[str] | None, typer.Option("--header", "-H", metavar="'NAME: VALUE'", help="A header to send.")
    ] = None,
    data: Annotated[
        list[str] | None, typer.Option("--data", "-d", metavar="NAME=VALUE", help="A field of a form to send.")
    ] = None,
    words: Annotated[Path | None, typer.Option(help="A file of words laid over the shipped lists.")] = None,
    timeout: Annotated[str, typer.Option(help="How long to wait for the whole answer.")] = "15s",
    served: Annotated[
        bool, typer.Option("--served", help="Take the answer for what was wanted, whatever its status below 500.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead.")] = False,
) -> int:
    """Judge one live answer: 400 and above by all rules, others by those that hold always. Redirects are followed."""
    from chaos.rules import Situation, Words, judge, outcome_of
    from chaos.rules.rule import Sent

    fields = _pairs(data or (), "=", "--data", "NAME=VALUE")
    _check_url(url)
    step = _step(method, accept.value, _pairs(header or (), ":", "--header", "'NAME: VALUE'"), fields)
    lists = Words.load(words)
    answer, failure = asyncio.run(_fetch(step, url, seconds_of("--timeout", timeout, longest_h=1)))
    if answer is None:
        _say_no_answer(url, failure, as_json=as_json)
        return NO_ANSWER
    wanted = served or answer.status < 400
    sent = Sent(fields=fields) if fields else None
    judgement = judge(answer, Situation(served=wanted, sent=sent, words=lists, wall=lambda: datetime.now(UTC)))
    outcome = outcome_of(wanted, answer, judgement.findings)
    broken = any(finding.level == "E" for finding in judgement.findings)
    code = NOT_GRACEFUL if broken else GRACEFUL
    if as_json:
        typer.echo(json.dumps(_as_data(answer, outcome, judgement, code), indent=2))
    else:
        typer.echo("\n".join(_as_lines(answer, outcome, judgement, all_rules=not wanted or answer.status >= 500)))
    return code


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        port_is_fine = False
    if not port_is_fine or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidOption(f"URL: {url!r} is no address of a page; write it like http://localhost:8000/feed")


def _pairs(given: Sequence[str], separator: str, option: str, form: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for each in given:
        name, found_separator, value = each.partition(separator)
        if not (name.strip() and found_separator) or any(letter in each for letter in "\r\n\0"):
            raise InvalidOption(f"{option}: {each!r} is not {form}")
        found[name.strip()] = value.strip() if separator == ":" else value
    return found


def _step(method: str | None, accept: str, headers: Mapping[str, str], fields: Mapping[str, str]) -> Step:
    from chaos.experiment.problems import suggest
    from chaos.experiment.request import METHODS, Step

    wanted = (method or ("post" if fields else "get")).lower()
    if wanted not in METHODS:
        raise InvalidOption(f"--method: {method!r} is no method that can be sent; {suggest(wanted, METHODS)}")
    if fields and wanted in {"get", "head"}:
        raise InvalidOption(f"--data: {wanted} sends no form; use --method post, or put the values into the URL")
    content = {wanted: _ANY_TARGET, "headers": headers, "accept": accept, "follow": True}
    return Step.model_validate({**content, "form": fields} if fields else content)


async def _fetch(step: Step, url: str, timeout_s: float) -> tuple[Answer | None, str]:
    """The answer, or None and why there is none."""
    from chaos.journeys.outgoing import compose
    from chaos.journeys.sends import NoAnswer
    from chaos.journeys.user import User

    user = User(keep_connections=False)
    request = compose(step, lambda _: url, {}, random.Random(0))
    try:
        async with asyncio.timeout(timeout_s):
            return await user.send(request), ""
    except TimeoutError:
        return None, f"no complete answer within {timeout_s:g}s"
    except NoAnswer as error:
        return None, str(error)
    finally:
        await user.close()


def _say_no_answer(url: str, failure: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"url": url, "outcome": "broken", "failure": failure, "exit_code": NO_ANSWER}, indent=2))
    else:
        typer.echo(f"broken: no answer from {url}: {failure}")


def _as_lines(answer: Answer, outcome: Outcome, judgement: Judgement, *, all_rules: bool) -> list[str]:
    judged = "judged by all rules" if all_rules else "judged by the rules that hold always"
    lines = [f"{outcome}: {answer.status} from {answer.url} in {answer.elapsed_s:.2f}s, {judged}"]
    for finding in judgement.findings:
        lines += [f"{finding.rule} {finding.level}: {finding.reason}", f"      {finding.advice}"]
    if judgement.not_checked:
        lines.append("not checked:")
        lines += [f"  {skipped.rule}: {skipped.why}" for skipped in judgement.not_checked]
    return lines


def _as_data(answer: Answer, outcome: Outcome, judgement: Judgement, code: int) -> dict[str, object]:
    from chaos.rules import RULE_PACK_VERSION

    return {
        "url": answer.url,
        "status": answer.status,
        "elapsed_s": round(answer.elapsed_s, 3),
        "outcome": outcome,
        "rules": RULE_PACK_VERSION,
        "findings": [
            {"rule": found.rule, "level": found.level, "reason": found.reason, "advice": found.advice}
            for found in judgement.findings
        ],
        "not_checked": [{"rule": skipped.rule, "why": skipped.why} for skipped in judgement.not_checked],
        "exit_code": code,
    }
