"""Time to detect: how long until the app itself says that something is wrong, and until everybody else does."""

from __future__ import annotations

from typing import Final

from chaos.measures.course import AtLeast, CourseMeasure, Found, NoticeCourse, Unknown


def _told(course: NoticeCourse) -> Found:
    if course.said_before:
        return Unknown("it said that something is wrong before anything was")
    return min(course.said, default=AtLeast(course.until_s))


def _reported(course: NoticeCourse) -> Found:
    """The report that passes the threshold."""
    if len(course.reported) < course.threshold:
        return AtLeast(course.until_s)
    return sorted(course.reported)[course.threshold - 1]


TOLD: Final[CourseMeasure[NoticeCourse]] = CourseMeasure(
    "told", "duration", "until the app says so, on its status page or in a notice to a user", _told
)
REPORTED: Final[CourseMeasure[NoticeCourse]] = CourseMeasure(
    "reported", "duration", "until the simulated reports of users pass the threshold", _reported, higher_is_better=True
)
