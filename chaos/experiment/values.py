"""What single values in a request must look like: targets, queries, headers, and one value in place of a list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, BeforeValidator, WithJsonSchema


def _check_query(query: str) -> str:
    try:
        jmespath.compile(query)
    except JMESPathError as error:
        raise ValueError(f"{query!r} is not a JMESPath query: {str(error).splitlines()[0].rstrip(' :')}") from None
    return query


def _check_target(target: str) -> str:
    name, colon, path = target.removeprefix("link:").removeprefix("service:").partition(":")
    if not (name and colon and path.startswith(("/", "{saved."))):
        raise ValueError(f'{target!r} is not a target; write the link and the path, like "edge:/"')
    return target


def as_tuple(found: object) -> object:
    """One value stands for a list of one."""
    if isinstance(found, list):
        return tuple(found)
    return (found,) if isinstance(found, (int, str)) and not isinstance(found, bool) else found


def one_or_many(kind: str) -> WithJsonSchema:
    one = {"type": kind}
    return WithJsonSchema({"anyOf": [one, {"type": "array", "items": one}]})


def _check_header_name(name: str) -> str:
    if not name or any(letter in name for letter in "\r\n\0"):
        raise ValueError(f"{name!r} can't be sent as a header; names and values are one line each")
    return name


def _check_headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in headers.items():
        _check_header_name(name)
        if any(letter in value for letter in "\r\n\0"):
            raise ValueError(f"{name!r} can't be sent as a header; names and values are one line each")
    return headers


def _check_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][\w-]*", name):
        raise ValueError(f"{name!r} is not a name that requests can refer to; use letters, digits, - and _")
    return name


Name = Annotated[str, AfterValidator(_check_name)]
"""Of a service, a link or a saved value: it stands in `edge:/path`, `{links.edge}` and `{saved.clip}`."""
Query = Annotated[str, AfterValidator(_check_query)]
"""A JMESPath query."""
Target = Annotated[str, AfterValidator(_check_target)]
"""`edge:/path`: a link or a service, and a path; `link:` or `service:` before it says which."""
Statuses = Annotated[tuple[int, ...], BeforeValidator(as_tuple), one_or_many("integer")]
Texts = Annotated[tuple[str, ...], BeforeValidator(as_tuple), one_or_many("string")]
HeaderName = Annotated[str, AfterValidator(_check_header_name)]
Headers = Annotated[Mapping[str, str], AfterValidator(_check_headers)]
