"""A tolerance on an HTTP answer as what a journey's step expects, where that can say it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from chaos.experiment.problems import Location

KINDS: Final = ("regex", "jsonpath", "range", "probe")
_LITERAL: Final = re.compile(r"[\w ,:;!'\"<>=/-]+")
_PART: Final = re.compile(r"\.([A-Za-z_]\w*)|\[\s*'([^']+)'\s*\]|\[\s*\"([^\"]+)\"\s*\]|\[(\d+)\]|(\[\*\]|\.\*)")


@dataclass(frozen=True, slots=True)
class Query:
    """A JSONPath in JMESPath's words. `many`: it yields a list of all that it matches."""

    text: str
    many: bool


def expectation(tolerance: Any) -> Mapping[str, object] | None:
    """As `expect` has it; None: no expectation says the same."""
    if isinstance(tolerance, bool):
        return None
    if isinstance(tolerance, int):
        return {"status": tolerance}
    if isinstance(tolerance, list) and tolerance and all(type(each) is int for each in tolerance):
        return {"status": tolerance}
    if not isinstance(tolerance, Mapping):
        return None
    match tolerance.get("type"):
        case "regex" if tolerance.get("target") == "body" and _LITERAL.fullmatch(str(tolerance.get("pattern"))):
            return {"text": tolerance["pattern"]}
        case "range" if tolerance.get("target") == "status":
            low, high = tolerance["range"]
            return {"status": [status.value for status in HTTPStatus if low <= status <= high]}
        case "jsonpath" if tolerance.get("target") == "body":
            return _of_json(tolerance)
    return None


def problem_of(tolerance: Any) -> tuple[Location, str] | None:
    """Why a tolerance is none, and where in it; as Chaos Toolkit sees it."""
    if not isinstance(tolerance, (bool, int, str, list, dict)):
        return (), "a tolerance is a value, a list, or a mapping with a type"
    if not isinstance(tolerance, dict):
        return None
    kind = tolerance.get("type")
    if kind not in KINDS:
        return ("type",), f"{kind!r} is no type of a tolerance; known are: {', '.join(KINDS)}"
    if kind == "probe":
        return (
            None
            if isinstance(tolerance.get("provider"), dict)
            else ((), "a tolerance that is a probe needs `provider`")
        )
    key = {"regex": "pattern", "jsonpath": "path", "range": "range"}[kind]
    if key not in tolerance:
        return (), f"a tolerance of type {kind} needs `{key}`"
    bounds = tolerance[key]
    if kind == "range" and not (
        isinstance(bounds, list) and len(bounds) == 2 and all(type(each) in {int, float} for each in bounds)
    ):
        return ("range",), "a range is a list of two numbers"
    try:
        re.compile(str(bounds) if kind == "regex" else "")
    except re.error as error:
        return ("pattern",), f"{bounds!r} is no regular expression: {error.msg}"
    return None


def beyond_asking(tolerance: Any) -> str:
    """Why not even a function can judge by it; empty when one can."""
    if not isinstance(tolerance, Mapping):
        return ""
    if tolerance["type"] == "probe":
        inner = tolerance["provider"]
        is_python = inner.get("type") == "python" and {"module", "func"} <= inner.keys()
        return "" if is_python else "its tolerance asks another program, which no probe here can"
    if tolerance["type"] == "jsonpath" and query_of(str(tolerance["path"])) is None:
        return f"JMESPath has no words for the JSONPath {tolerance['path']}"
    return ""


def query_of(path: str) -> Query | None:
    """None for what JMESPath has no words for: filters, `..`, slices."""
    path = path.strip()
    if not path.startswith("$"):
        return None
    text, many, at = "", False, 1
    while at < len(path):
        part = _PART.match(path, at)
        if part is None:
            return None
        name, index, everything = part[1] or part[2] or part[3], part[4], part[5]
        if name is not None:
            quoted = name if re.fullmatch(r"[A-Za-z_]\w*", name) else json.dumps(name)
            text += f".{quoted}" if text else quoted
        elif index is not None:
            text += f"[{index}]"
        elif everything == "[*]":
            text += "[]" if many else "[*]"
            many = True
        else:
            return None
        at = part.end()
    return Query(text or "@", many)


def _of_json(tolerance: Mapping[str, Any]) -> Mapping[str, object] | None:
    """A path that matches one thing yields that thing in JMESPath, and a list of it in Chaos Toolkit."""
    query = query_of(str(tolerance["path"]))
    if query is None:
        return None
    if "expect" in tolerance:
        wanted = tolerance["expect"] if isinstance(tolerance["expect"], list) else [tolerance["expect"]]
        if query.many:
            return {"json": {query.text: wanted}}
        return {"json": {query.text: wanted[0]}} if len(wanted) == 1 else None
    count = tolerance.get("count")
    if query.many:
        return {"json": {f"length({query.text}) > `0`": True} if count is None else {f"length({query.text})": count}}
    return {"json": {f"{query.text} != `null`": True}} if count in {None, 1} else None
