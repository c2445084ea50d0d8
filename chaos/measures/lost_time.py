"""Lost user-seconds: how long users, all taken together, went without what they came for."""

from __future__ import annotations

from typing import Final

from chaos.measures.abandonment import users_lost
from chaos.measures.course import Course, CourseMeasure, Unknown


def _lost_s(course: Course) -> float:
    """Each user's time from when a run that was not served was due until his next served one had its answer."""
    without: dict[str, float] = {}
    lost_s = 0.0
    last_s = course.until_s
    for sample in course.samples:
        last_s = max(last_s, sample.ended_s)
        if sample.outcome != "served":
            without.setdefault(sample.user, sample.due_s)
        elif sample.user in without:
            lost_s += sample.ended_s - without.pop(sample.user)
    return lost_s + sum(last_s - since_s for since_s in without.values())


def _gone(course: Course) -> float | Unknown:
    lost, users = users_lost(course.samples)
    return lost / users if users else Unknown("nobody came")


LOST_USER_SECONDS: Final[CourseMeasure[Course]] = CourseMeasure(
    "lost_user_seconds", "duration", "how long users went without what they came for, all of them added up", _lost_s
)
ABANDONMENT_IN_ALL: Final[CourseMeasure[Course]] = CourseMeasure(
    "abandonment", "share", "users who gave the app up for good, from the first fault to the end", _gone, settles=True
)
