"""What a step takes from its answer for later steps: `save: {clip: {json: id}}`, then `{saved.clip}`."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from chaos.experiment.values import HeaderName, Query
from chaos.fields import Strict


def _check_selector(selector: str) -> str:
    try:
        LexborHTMLParser("<p>").css_first(selector)
    except (SelectolaxError, ValueError):
        raise ValueError(f'{selector!r} is not a CSS selector; write it like "input[name=token]"') from None
    return selector


Selector = Annotated[str, AfterValidator(_check_selector)]


class Place(Strict):
    """Where an answer holds a value: exactly one of `json`, `css` and `header`."""

    query: Query | None = Field(None, alias="json", description="JMESPath into a JSON answer, to a single value")
    css: Selector | None = Field(None, description="CSS selector; the first element that it matches")
    attribute: str | None = Field(None, min_length=1, description="with css: this attribute, not the element's text")
    header: HeaderName | None = Field(None, description="a header of the answer")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(each is not None for each in (self.query, self.css, self.header)) != 1:
            raise ValueError("a value is saved from exactly one of: json, css, header")
        if self.attribute is not None and self.css is None:
            raise ValueError("attribute goes with css: it is an attribute of the element found")
        return self
