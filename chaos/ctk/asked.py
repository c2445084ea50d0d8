"""What the probes that an import writes are made of: an answer as Chaos Toolkit sees it, and whether it is tolerated.

def orders_are_few(services):
    return asked.within([0, 10], asked.python("shop.probes", "orders", {}))
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import json
import os
import re
import shlex
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import jmespath

from chaos.ctk.tolerances import query_of
from chaos.experiment.placeholders import put_in_environment


def http(
    url: str, method: str = "GET", headers: Mapping[str, str] | None = None, arguments: Any = None, timeout: Any = None
) -> dict[str, Any]:
    """Its status, headers and body. Raises `OSError` when nobody answers."""
    url, headers, arguments = _filled(url), dict(_filled(headers or {})), _filled(arguments)
    data = None
    if method == "GET" and arguments:
        url += ("&" if "?" in url else "?") + urllib.parse.urlencode(arguments)
    elif arguments is not None:
        as_json = headers.get("Content-Type") == "application/json"
        data = (json.dumps(arguments) if as_json else urllib.parse.urlencode(arguments)).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return _answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as answer:
        return _answer(answer.code, answer.headers, answer.read())


def process(path: str, arguments: Any = (), timeout: float | None = None) -> dict[str, Any]:
    """Its exit code (`status`), stdout and stderr. A text of arguments goes through a shell."""
    path = str(Path(path).expanduser()) if path.startswith("~") else path
    program = shutil.which(path) or path
    arguments = _filled(arguments)
    if isinstance(arguments, str):
        command = ["/bin/sh", "-c", f"{shlex.quote(program)} {arguments}"]
    else:
        words = itertools.chain.from_iterable(arguments.items()) if isinstance(arguments, Mapping) else arguments
        command = [program, *(str(word) for word in words if word not in (None, ""))]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=timeout, check=False)
    return {"status": done.returncode, "stdout": done.stdout, "stderr": done.stderr}


def python(module: str, func: str, arguments: Mapping[str, Any], configuration: Mapping[str, Any] | None = None) -> Any:
    """What it returns. `configuration` and `secrets` are handed in where it takes them, the latter empty."""
    function = getattr(importlib.import_module(module), func)
    takes = inspect.signature(function).parameters
    more = {"configuration": dict(configuration or {}), "secrets": {}}
    return function(**_filled(arguments), **{key: value for key, value in more.items() if key in takes})


def within(tolerance: Any, output: Any) -> bool:
    """By the rules of Chaos Toolkit: a status stands for its answer, a list of two for a range."""
    if isinstance(tolerance, Mapping):
        return _within_typed(tolerance, output)
    status = output.get("status") if isinstance(output, Mapping) else None
    if isinstance(tolerance, list):
        if status is not None:
            return status in tolerance
        return bool(tolerance[0] <= output <= tolerance[1]) if len(tolerance) == 2 else output in tolerance
    if status is not None and type(tolerance) is int:
        return bool(status == tolerance)
    return bool(output == tolerance)


def _within_typed(tolerance: Mapping[str, Any], output: Any) -> bool:
    if tolerance["type"] == "probe":
        provider = tolerance["provider"]
        return bool(python(provider["module"], provider["func"], {**provider.get("arguments", {}), "value": output}))
    target = tolerance.get("target")
    value = output.get(target, output) if target else output
    if tolerance["type"] == "regex":
        return re.search(tolerance["pattern"], value) is not None
    if tolerance["type"] == "range":
        try:
            number, (low, high) = Decimal(value), tolerance["range"]
        except InvalidOperation:
            return False
        return Decimal(str(low)) <= number <= Decimal(str(high))
    return _matches(tolerance, value)


def _matches(tolerance: Mapping[str, Any], value: Any) -> bool:
    query = query_of(tolerance["path"])
    if query is None:
        raise ValueError(f"{tolerance['path']!r} can't be read")
    found = jmespath.search(query.text, json.loads(value) if isinstance(value, str) else value)
    values = (found or []) if query.many else [] if found is None else [found]
    if "expect" in tolerance:
        wanted = tolerance["expect"]
        return bool(values == (wanted if isinstance(wanted, list) else [wanted]))
    return len(values) == tolerance["count"] if "count" in tolerance else bool(values)


def _answer(status: int, headers: Any, body: bytes) -> dict[str, Any]:
    text = body.decode(errors="replace")
    is_json = headers.get("Content-Type") == "application/json"
    return {"status": status, "headers": dict(headers.items()), "body": json.loads(text) if is_json else text}


def _filled(found: Any) -> Any:
    """With secrets from the environment. Raises `KeyError` for one that is not set."""
    return put_in_environment(found, os.environ)
