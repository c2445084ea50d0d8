"""What can be bounded, by the key that the bound stands under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from chaos.experiment.tolerance import example_of
from chaos.measures import AUDIT_MEASURES, DETECT_MEASURES, IMPACT_MEASURES, LINK_MEASURES, MEASURES, PROBE_MEASURES
from chaos.measures.measure import Bounded
from chaos.pages.markdown import table

_HEAD: Final = """# Measures

Made from the table of measures that the command itself goes by; a test keeps it true.

A *tolerance* bounds a measure: `served: ">= 99%"`, `p95: "<= 300ms"`, `lost: 0`. A bare amount means "at most"; where
more is better that would be a mistake, and it is refused. Amounts carry their unit. What each figure is taken over, and
when it is undecided, stands under [claims](verdicts.md#claims).
"""


class _Group(NamedTuple):
    title: str
    said: str
    """Where such a bound stands, and what is bounded there."""
    measures: Mapping[str, Bounded]


_GROUPS: Final = (
    _Group(
        "Of a journey's runs",
        "In `steady_state`, `during` (of the experiment or of one fault) and `safeguards`, under the journey's name. "
        'A share may ask for a confidence: `served: {bound: ">= 99%", confidence: 95%}`.',
        MEASURES,
    ),
    _Group("Of a journey's whole course", "In `impact`, under the journey's name.", IMPACT_MEASURES),
    _Group("Of the traffic on a link", "In `links`, under the link's name.", LINK_MEASURES),
    _Group("Of how soon trouble is noticed", "In `detect`.", DETECT_MEASURES),
    _Group(
        "Of a probe",
        "In `probes`, under the probe's name. The unit is the probe's own. A safeguard bounds its `figure`, in all "
        'phases: `{probe: queue, figure: "> 1000", over: 2s}`.',
        PROBE_MEASURES,
    ),
    _Group("Of an audit", "In `audit`, under the audit's name.", AUDIT_MEASURES),
)


def as_markdown() -> str:
    """The whole of `docs/measures.md`."""
    return "\n".join([_HEAD, *(line for group in _GROUPS for line in _section(group))])


def _section(group: _Group) -> Iterator[str]:
    yield f"## {group.title}\n"
    yield f"{group.said}\n"
    rows = (
        (
            f"`{name}`",
            each.summary,
            "the probe's own" if each.unit == "number" else each.unit,
            "more" if each.higher_is_better else "less",
            f"`{example_of(each)}`",
        )
        for name, each in group.measures.items()
    )
    yield from table(("measure", "what it is", "unit", "better", "a bound on it"), rows)
    yield ""
