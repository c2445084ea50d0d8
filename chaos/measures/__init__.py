"""What is measured of users' journeys, one entry each. Measures are pure: samples in, a figure out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chaos.measures.abandonment import ABANDONMENT
from chaos.measures.course import Course, CourseMeasure, LinkCourse, NoticeCourse
from chaos.measures.detection import REPORTED, TOLD
from chaos.measures.duration import percentile_measure
from chaos.measures.lost_time import ABANDONMENT_IN_ALL, LOST_USER_SECONDS
from chaos.measures.measure import Measure
from chaos.measures.on_links import AMPLIFICATION, AMPLIFICATION_AFTER, HERD
from chaos.measures.outcome import share_of
from chaos.measures.probed import ProbeMeasure
from chaos.measures.rate import RATE
from chaos.measures.stored import count_measure

MEASURES: Final[Mapping[str, Measure]] = {
    "served": share_of("served", good=True),
    "degraded": share_of("degraded", good=False),
    "broken": share_of("broken", good=False),
    "p50": percentile_measure(50),
    "p90": percentile_measure(90),
    "p95": percentile_measure(95),
    "p99": percentile_measure(99),
    "rate": RATE,
    "abandonment": ABANDONMENT,
}
"""Of a journey's samples: usable in `steady_state` and `during`."""

IMPACT_MEASURES: Final[Mapping[str, CourseMeasure[Course]]] = {
    "lost_user_seconds": LOST_USER_SECONDS,
    "abandonment": ABANDONMENT_IN_ALL,
}
"""Of a journey, from the first fault to the end of recovery: usable in `impact`."""

LINK_MEASURES: Final[Mapping[str, CourseMeasure[LinkCourse]]] = {
    "amplification": AMPLIFICATION,
    "amplification_after": AMPLIFICATION_AFTER,
    "herd": HERD,
}
"""Of a link: usable in `links`."""

DETECT_MEASURES: Final[Mapping[str, CourseMeasure[NoticeCourse]]] = {"told": TOLD, "reported": REPORTED}
"""From the first fault on: usable in `detect`."""

PROBE_MEASURES: Final[Mapping[str, ProbeMeasure]] = {
    "steady_state": ProbeMeasure("steady_state", "its bound in steady state; each answer in a window keeps it"),
    "during": ProbeMeasure("during", "its bound while the faults are on; each answer keeps it"),
    "recovery": ProbeMeasure("recovery", "its bound on the way back; without it, that of the steady state"),
}
"""Bounds on a probe, by the phase that they are for: usable in `probes`."""

LIMIT_MEASURES: Final[Mapping[str, ProbeMeasure]] = {"figure": ProbeMeasure("figure", "the probe's answers")}
"""Of a probe, in any phase: usable in `safeguards`."""

AUDIT_MEASURES: Final[Mapping[str, Measure]] = {
    "lost": count_measure("lost", "acknowledged items that are stored nowhere"),
    "duplicated": count_measure("duplicated", "items that are stored more than once"),
    "corrupted": count_measure("corrupted", "acknowledged items that are stored, but not as they were sent"),
    "pending": count_measure("pending", "acknowledged items that are still on their way"),
    "phantom": count_measure("phantom", "items that are stored although nothing was acknowledged"),
}
"""Of an audit: usable in `audit`."""
