"""Bounds on measures: `served: ">= 99%"`, `p95: "<= 300ms"`, `broken: 0%`, `lost: 0`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from statistics import NormalDist
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self, cast

from pydantic import BaseModel, BeforeValidator, PlainSerializer, WithJsonSchema, create_model, model_validator

from chaos import units
from chaos.fields import Strict
from chaos.measures import AUDIT_MEASURES, DETECT_MEASURES, IMPACT_MEASURES, LINK_MEASURES, MEASURES, PROBE_MEASURES
from chaos.measures.measure import Bounded, Measure

Op = Literal["<=", ">=", "<", ">"]
CONTROL: Final = "control"
_COMPARISON: Final = re.compile(r"(<=|>=|<|>)?\s*(.*)", re.DOTALL)
_AGAINST: Final = re.compile(rf"{CONTROL}(?:\s*([-+])\s*(\S.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Bound:
    """A comparison with a figure in the measure's base unit (ratio, seconds, count); `text` is how it was written."""

    op: Op
    value: float
    text: str
    confidence: float | None = None
    """How sure one must be that it holds, or does not, as a ratio; None: the figure as it was measured decides."""
    against_control: bool = False
    """The comparison is of the difference between the figure and the control's."""

    @property
    def upwards(self) -> bool:
        """Whether a higher figure is nearer to holding."""
        return self.op in {">=", ">"}

    @property
    def fewest_samples(self) -> int:
        """With a confidence: how many samples can show it if all of them are for it, by Wilson; else 0."""
        if self.confidence is None:
            return 0
        wanted = self.value if self.upwards else 1 - self.value
        return math.ceil(NormalDist().inv_cdf(0.5 + self.confidence / 2) ** 2 * wanted / (1 - wanted) - 1e-9)

    def holds(self, measured: float) -> bool:
        match self.op:
            case "<=":
                return measured <= self.value
            case ">=":
                return measured >= self.value
            case "<":
                return measured < self.value
            case ">":
                return measured > self.value


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A bound on one measure of one journey (or, in an audit, of one ledger: `on` is then the audit's name)."""

    on: str
    measure: str
    bound: Bound

    def __str__(self) -> str:
        sure = self.bound.confidence
        said = f" ({units.format_share(sure)} confidence)" if sure is not None else ""
        return f"{self.on} {self.measure} {self.bound.text}{said}"


def example_of(measure: Bounded) -> str:
    """A bound on it as one would write it."""
    if measure.unit == "share":
        return ">= 99%" if measure.higher_is_better else "0%"
    if measure.unit == "duration" and measure.higher_is_better:
        return ">= 60s"
    return {"duration": "<= 300ms", "count": "0", "rate": ">= 10/s", "ratio": "<= 1.5", "number": "<= 100"}[
        measure.unit
    ]


def parse_bound(measure: Bounded, found: object) -> Bound:
    """A bare bound means "at most", except where more is better: there it is an error. Raises `ValueError`."""
    example = example_of(measure)
    if isinstance(found, Bound):
        return found
    if isinstance(found, dict):
        return _confident(measure, found)
    if isinstance(found, bool) and measure.unit == "number":
        found = ">= 1" if found else "<= 0"
    if isinstance(found, bool) or not isinstance(found, (int, float, str)):
        raise ValueError(f'a bound on {measure.name} is written like "{example}"')
    match = cast(re.Match[str], _COMPARISON.fullmatch(str(found).strip()))
    op, amount = cast(tuple[Op | None, str], match.groups())
    if (against := _AGAINST.fullmatch(amount)) is not None:
        return _against_control(measure, op, *against.groups())
    if re.match(r"[-+]?\.?\d", amount) is None:
        raise ValueError(f'{found!r} is not a bound; a bound on {measure.name} is written like "{example}"')
    if op is None and measure.higher_is_better:
        wanted = units.SHARE.meant(amount).strip('"') if re.fullmatch(r"[\d.]+", amount) else amount
        raise ValueError(f'{found} alone would mean "at most"; for {measure.name} write ">= {wanted}"')
    value = _amount(measure, amount)
    op = op or "<="
    return Bound(op, value, f"{op} {amount}")


def _against_control(measure: Bounded, op: Op | None, sign: str | None, margin: str | None) -> Bound:
    """`<= control + 200ms`: what is compared is how far the figure is from the control's."""
    if not isinstance(measure, Measure) or measure.comparison is None:
        able = ", ".join(name for name, each in MEASURES.items() if each.comparison is not None)
        raise ValueError(f"{measure.name} can't be held against the control; these can: {able}")
    written = f"{CONTROL} {sign} {margin}" if sign else CONTROL
    if op is None and measure.higher_is_better:
        raise ValueError(f'{written} alone would mean "at most"; for {measure.name} write ">= {written}"')
    op = op or "<="
    value = _amount(measure, margin) if margin is not None else 0.0
    bound = Bound(op, -value if sign == "-" else value, f"{op} {written}", against_control=True)
    lenient = "-" if bound.upwards else "+"
    if value and sign != lenient and bound.upwards == measure.higher_is_better:
        meant = f'"{op} {CONTROL} {lenient} {margin}"'
        raise ValueError(f"{bound.text} would have {measure.name} better with the fault than without; write {meant}")
    return bound


def _confident(measure: Bounded, found: Mapping[str, object]) -> Bound:
    """`{bound: ">= 99%", confidence: 95%}`: of shares, and only where enough samples can show it."""
    if not isinstance(measure, Measure) or measure.hits is None:
        raise ValueError(f"only shares of a phase take a confidence; write the bound on {measure.name} alone")
    if found.keys() != {"bound", "confidence"}:
        raise ValueError('a bound with a confidence is written like {bound: ">= 99%", confidence: 95%}')
    bound, confidence = parse_bound(measure, found["bound"]), units.parse_share(found["confidence"])
    if not 0.5 <= confidence < 1:
        raise ValueError(f"{found['confidence']}: a confidence is from 50% to less than 100%, usually 95%")
    if bound.against_control:
        raise ValueError(f"{bound.text} is decided by an interval in any case; write it without a confidence")
    if bound.value == (1.0 if bound.upwards else 0.0):
        raise ValueError(
            f"no number of samples can show {bound.text}; leave the confidence out, or claim a little less"
        )
    return replace(bound, confidence=confidence)


def _written(bound: Bound) -> str | dict[str, str]:
    if bound.confidence is None:
        return bound.text
    return {"bound": bound.text, "confidence": units.exact_share(bound.confidence)}


def _amount(measure: Bounded, amount: str) -> float:
    if measure.unit == "share":
        return units.parse_share(amount)
    if measure.unit == "duration":
        return units.parse_duration(amount)
    if measure.unit == "rate":
        return units.parse_rate(amount)
    if measure.unit in {"ratio", "number"}:
        return _plain(measure, amount)
    if not amount.isdecimal():
        raise ValueError(f"{amount!r} is not a count; {measure.name} is a whole number, usually 0")
    return float(amount)


def _plain(measure: Bounded, amount: str) -> float:
    sign = "-?" if measure.unit == "number" else ""
    if re.fullmatch(rf"{sign}(\d+(\.\d*)?|\.\d+)", amount) is None:
        example = example_of(measure)
        raise ValueError(f'{amount!r} is not a plain number; a bound on {measure.name} is written like "{example}"')
    return float(amount)


def _bound_type(measure: Bounded) -> Any:
    kinds = {"share": ["string", "object"], "count": ["string", "integer"], "ratio": ["string", "number"]}
    kinds["number"] = ["string", "number", "boolean"]
    schema: dict[str, Any] = {
        "type": kinds.get(measure.unit, ["string"]),
        "description": measure.summary,
        "examples": [example_of(measure)],
    }
    return (
        Annotated[
            Bound,
            BeforeValidator(partial(parse_bound, measure)),
            PlainSerializer(_written),
            WithJsonSchema(schema),
        ]
        | None
    )


class Bounds(Strict):
    """The base of the models that map measures to bounds."""

    @model_validator(mode="after")
    def _some_bound(self) -> Self:
        names = type(self).model_fields
        if all(getattr(self, name) is None for name in names):
            raise ValueError(f"nothing is claimed here; write a bound on at least one of: {', '.join(names)}")
        return self

    def tolerances(self, on: str) -> tuple[Tolerance, ...]:
        """Those that were written, in the measures' order."""
        found = ((name, getattr(self, name)) for name in type(self).model_fields)
        return tuple(Tolerance(on, name, bound) for name, bound in found if bound is not None)


def bounds_model(name: str, measures: Mapping[str, Bounded]) -> type[Bounds]:
    fields: dict[str, Any] = {measure.name: (_bound_type(measure), None) for measure in measures.values()}
    return cast(type[Bounds], create_model(name, __base__=cast(type[BaseModel], Bounds), **fields))


if TYPE_CHECKING:  # a type checker can't follow a model that is made from a table
    JourneyBounds = Bounds
    AuditBounds = Bounds
    ImpactBounds = Bounds
    LinkBounds = Bounds
    ProbeBounds = Bounds
    DetectBounds = Bounds
else:
    JourneyBounds = bounds_model("JourneyBounds", MEASURES)
    AuditBounds = bounds_model("AuditBounds", AUDIT_MEASURES)
    ImpactBounds = bounds_model("ImpactBounds", IMPACT_MEASURES)
    LinkBounds = bounds_model("LinkBounds", LINK_MEASURES)
    DetectBounds = bounds_model("DetectBounds", DETECT_MEASURES)
    ProbeBounds = bounds_model("ProbeBounds", PROBE_MEASURES)
