"""What faults make of the traffic on a link: retries that multiply it, and a herd that comes all at once afterwards.

Requests are counted where they can be read. Connections are what is left elsewhere, and an app that keeps them open
hides its requests then.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import Final

from chaos.measures.course import CourseMeasure, LinkCourse, Unknown

SHORTEST_S: Final = 0.1
"""Between two counts, to speak of connections per second."""
_KEPT: Final = "its connections are kept open, so they do not count its requests"
_WHAT: Final = "requests (connections, where they can't be read)"
_NO_RECOVERY: Final = "the faults were never all undone"


def amplification_before(course: LinkCourse) -> float | Unknown:
    return _amplification(course, course.began_s, course.broken_s)


def _during(course: LinkCourse) -> float | Unknown:
    if course.blind:
        return Unknown("it was down, and who tried to connect to it then is not counted")
    if course.undone_s is None:
        return Unknown(_NO_RECOVERY)
    return _amplification(course, course.broken_s, course.undone_s)


def _after(course: LinkCourse) -> float | Unknown:
    if course.undone_s is None:
        return Unknown(_NO_RECOVERY)
    return _amplification(course, course.undone_s, course.until_s)


def _herd(course: LinkCourse) -> float | Unknown:
    """The busiest moment after the last undo, against the average of the baseline."""
    if course.undone_s is None:
        return Unknown(_NO_RECOVERY)
    usual_per_s = _usual(course)
    if not usual_per_s:
        return Unknown(_KEPT if _hidden(course) else "it carried nothing in the baseline")
    since = [count for count in course.counts if count[0] >= course.undone_s]
    rates = [
        (new - old) / (to_s - from_s) for (from_s, old), (to_s, new) in pairwise(since) if to_s - from_s >= SHORTEST_S
    ]
    return max(rates) / usual_per_s if rates else Unknown("nobody counted after the faults what came by")


def _amplification(course: LinkCourse, from_s: float, to_s: float) -> float | Unknown:
    found = _between(course, from_s, to_s)
    if found is None:
        return Unknown("nobody counted what came by")
    (began_s, before), (ended_s, after) = found
    requests = bisect_right(course.sent, ended_s) - bisect_left(course.sent, began_s)
    if not requests:
        return Unknown("users sent nothing")
    if _hidden(course) and not _usual(course):
        return Unknown(_KEPT)
    return (after - before) / requests


def _hidden(course: LinkCourse) -> bool:
    """Bytes came by that no connection was opened for, as far as the counts tell."""
    return course.carried and course.of == "connections"


def _usual(course: LinkCourse) -> float:
    """How many came per second in the baseline."""
    found = _between(course, course.began_s, course.broken_s)
    if found is None or found[1][0] <= found[0][0]:
        return 0.0
    (began_s, before), (ended_s, after) = found
    return (after - before) / (ended_s - began_s)


def _between(course: LinkCourse, from_s: float, to_s: float) -> tuple[tuple[float, int], tuple[float, int]] | None:
    """The first counts from each of the two moments on; None where there is no such count."""
    first = next((count for count in course.counts if count[0] >= from_s), None)
    last = next((count for count in course.counts if count[0] >= to_s), None)
    return None if first is None or last is None else (first, last)


AMPLIFICATION: Final[CourseMeasure[LinkCourse]] = CourseMeasure(
    "amplification", "ratio", f"{_WHAT} for each request of a user, while the faults were on", _during
)
AMPLIFICATION_AFTER: Final[CourseMeasure[LinkCourse]] = CourseMeasure(
    "amplification_after", "ratio", f"{_WHAT} for each request of a user, after the last undo", _after, settles=True
)
HERD: Final[CourseMeasure[LinkCourse]] = CourseMeasure(
    "herd",
    "ratio",
    "the busiest quarter of a second after the last undo, as a multiple of the baseline's average",
    _herd,
)
