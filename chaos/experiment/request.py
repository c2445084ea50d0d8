"""One request of a user, written as a mapping: `{get: "edge:/", expect: {status: 200}}`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from chaos.experiment.idempotency import Again, Key
from chaos.experiment.patience import Retry
from chaos.experiment.saving import Place
from chaos.experiment.values import Headers, Name, Query, Statuses, Target, Texts
from chaos.fields import Duration, Size, Strict

METHODS = ("get", "post", "put", "patch", "delete", "head")


class Expect(Strict):
    """What the answer must be like to be what the user came for. Text is what a person can see on the page."""

    status: Statuses = Field((), description="the status, or a list of them; without it, any below 400")
    text: Texts = Field((), description="the page shows this")
    no_text: Texts = Field((), description="the page does not show this")
    holds: Mapping[Query, Any] = Field(
        default_factory=dict, alias="json", description="JMESPath into the JSON answer, and the value that it yields"
    )
    header: Headers = Field(
        default_factory=dict,
        description="a header, and a pattern of its value: * stands for anything, ? for one letter",
    )


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

    @cached_property
    def method(self) -> str:
        """In lower case."""
        return next(method for method in METHODS if getattr(self, method) is not None)

    @cached_property
    def target(self) -> str:
        return str(getattr(self, self.method))


class ListOfIds(Request):
    """A request whose JSON answer holds ids."""

    ids: Query = Field(description="JMESPath that yields the list of ids")


class Step(Request):
    """One request of a journey, with what is expected of its answer. `{saved.NAME}` stands for what an earlier step
    saved: in the target (quoted as an address needs it), form, json, headers, files' texts and expectations."""

    think: Duration = Field(0.0, description="pause before it, which counts neither as waiting nor against the timeout")
    form: Mapping[str, str] | None = Field(None, description="fields of a form")
    body: object | None = Field(None, alias="json", description="a JSON body")
    file: Mapping[str, FilePart] | None = Field(None, description="files of a form, by field")
    accept: Literal["html", "json"] | None = Field(
        None, description="what the client asks for; json where JSON is sent or read"
    )
    follow: bool = Field(False, description="follow redirects")
    key: Key | None = Field(None, description="an idempotency key to send along")
    retry: Retry | None = Field(None, description="try again; goes before the journey's own `retry`")
    again: Again | None = Field(None, description="after a served answer, send the same again with the same key")
    expect: Expect = Field(default_factory=Expect)
    save: Mapping[Name, Place] = Field(
        default_factory=dict, description="what later steps use as {saved.NAME}; an answer without it is not served"
    )
    passes: str | None = Field(None, description="a gate: once this is served, the user has it behind him")
    acknowledge: Acknowledge | None = Field(None, description="from this answer on, the item must not be lost")

    @field_validator("file")
    @classmethod
    def _some_file(cls, file: Mapping[str, FilePart] | None) -> Mapping[str, FilePart] | None:
        if file is not None and not file:
            raise ValueError("name the form's field, like {clip: {random: 64KiB}}")
        return file

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        is_form = self.form is not None or self.file is not None or (self.key is not None and self.key.form is not None)
        if self.body is not None and is_form:
            raise ValueError("a request has either json, or form and file")
        if self.method in {"get", "head"} and (self.body is not None or is_form):
            raise ValueError(f"{self.method} sends no body; use post, or put the values into the path")
        return self

    @model_validator(mode="after")
    def _again_makes_sense(self) -> Self:
        if self.again is not None and self.key is None:
            raise ValueError("again needs a key, by which the app can know that it is the same; write key as well")
        if self.again is not None and self.again.changed and self.file is None:
            raise ValueError("changed needs a file, whose bytes can be others; take it out, or send a file")
        return self

    @cached_property
    def asks_for(self) -> Literal["html", "json"]:
        reads_json = (
            self.body is not None
            or self.acknowledge is not None
            or bool(self.expect.holds)
            or any(place.query is not None for place in self.save.values())
        )
        return self.accept or ("json" if reads_json else "html")
