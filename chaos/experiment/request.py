"""One request of a user, written as a mapping: `{get: "edge:/", expect: {status: 200}}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from chaos.fields import Size, Strict

METHODS = ("get", "post", "put", "patch", "delete", "head")


def _check_query(query: str) -> str:
    try:
        jmespath.compile(query)
    except JMESPathError as error:
        raise ValueError(f"{query!r} is not a JMESPath query: {str(error).splitlines()[0].rstrip(' :')}") from None
    return query


def _check_target(target: str) -> str:
    name, colon, path = target.removeprefix("link:").removeprefix("service:").partition(":")
    if not (name and colon and path.startswith("/")):
        raise ValueError(f'{target!r} is not a target; write the link and the path, like "edge:/"')
    return target


def _as_tuple(found: object) -> object:
    """One value stands for a list of one."""
    if isinstance(found, list):
        return tuple(found)
    return (found,) if isinstance(found, (int, str)) and not isinstance(found, bool) else found


def _one_or_many(kind: str) -> WithJsonSchema:
    one = {"type": kind}
    return WithJsonSchema({"anyOf": [one, {"type": "array", "items": one}]})


def _check_headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in headers.items():
        if not name or any(letter in name + value for letter in "\r\n\0"):
            raise ValueError(f"{name!r} can't be sent as a header; names and values are one line each")
    return headers


Query = Annotated[str, AfterValidator(_check_query)]
"""A JMESPath query."""
Target = Annotated[str, AfterValidator(_check_target)]
"""`edge:/path`: a link or a service, and a path; `link:` or `service:` before it says which."""
Statuses = Annotated[tuple[int, ...], BeforeValidator(_as_tuple), _one_or_many("integer")]
Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple), _one_or_many("string")]
Headers = Annotated[Mapping[str, str], AfterValidator(_check_headers)]


class Expect(Strict):
    """What the answer must be like to be what the user came for. Text is what a person can see on the page."""

    status: Statuses = Field((), description="the status, or a list of them; without it, any below 400")
    text: Texts = Field((), description="the page shows this")
    no_text: Texts = Field((), description="the page does not show this")


class FilePart(Strict):
    """A file to send: random bytes (different each time), or a text."""

    random: Size | None = None
    text: str | None = None
    name: str = Field("file.bin", description="the file's name")
    type: str = Field("application/octet-stream", description="its media type")

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        if (self.random is None) == (self.text is None):
            raise ValueError("a file needs exactly one of: random (a size), text")
        return self


class Acknowledge(Strict):
    """Where the answer names the item that the app promises to keep from now on."""

    query: Query = Field(alias="json", description="JMESPath into the JSON answer")


class Request(Strict):
    """Exactly one of the methods, each with its target."""

    get: Target | None = None
    post: Target | None = None
    put: Target | None = None
    patch: Target | None = None
    delete: Target | None = None
    head: Target | None = None
    headers: Headers = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_method(self) -> Self:
        if sum(getattr(self, method) is not None for method in METHODS) != 1:
            raise ValueError(f"a request needs exactly one of: {', '.join(METHODS)}")
        return self

    @property
    def method(self) -> str:
        """In lower case."""
        return next(method for method in METHODS if getattr(self, method) is not None)

    @property
    def target(self) -> str:
        return str(getattr(self, self.method))


class ListOfIds(Request):
    """A request whose JSON answer holds ids."""

    ids: Query = Field(description="JMESPath that yields the list of ids")


class Step(Request):
    """One request of a journey, with what is expected of its answer."""

    form: Mapping[str, str] | None = Field(None, description="fields of a form")
    body: object | None = Field(None, alias="json", description="a JSON body")
    file: Mapping[str, FilePart] | None = Field(None, description="files of a form, by field")
    accept: Literal["html", "json"] | None = Field(
        None, description="what the client asks for; json where JSON is sent or read"
    )
    follow: bool = Field(False, description="follow redirects")
    expect: Expect = Field(default_factory=Expect)
    acknowledge: Acknowledge | None = Field(None, description="from this answer on, the item must not be lost")

    @field_validator("file")
    @classmethod
    def _some_file(cls, file: Mapping[str, FilePart] | None) -> Mapping[str, FilePart] | None:
        if file is not None and not file:
            raise ValueError("name the form's field, like {clip: {random: 64KiB}}")
        return file

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if self.body is not None and (self.form is not None or self.file is not None):
            raise ValueError("a request has either json, or form and file")
        if self.method in {"get", "head"} and (self.body is not None or self.form is not None or self.file is not None):
            raise ValueError(f"{self.method} sends no body; use post, or put the values into the path")
        return self

    @property
    def asks_for(self) -> Literal["html", "json"]:
        reads_json = self.body is not None or self.acknowledge is not None
        return self.accept or ("json" if reads_json else "html")
