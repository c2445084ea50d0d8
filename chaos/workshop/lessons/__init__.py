"""All lessons, in the order of the evening."""

from __future__ import annotations

from typing import Final

from chaos.workshop.lessons.acknowledged import CLIPS
from chaos.workshop.lessons.breaking_point import BREAKING_POINT
from chaos.workshop.lessons.game_day import GAME_DAY
from chaos.workshop.lessons.gate import GATE
from chaos.workshop.lessons.lesson import Lesson
from chaos.workshop.lessons.normal import NORMAL
from chaos.workshop.lessons.ready import READY
from chaos.workshop.lessons.retries import RETRIES
from chaos.workshop.lessons.slow import SLOW
from chaos.workshop.lessons.time_outs import TIME_OUTS
from chaos.workshop.lessons.verified import VERIFIED
from chaos.workshop.lessons.words import WORDS

LESSONS: Final[tuple[Lesson, ...]] = (
    READY,
    NORMAL,
    SLOW,
    WORDS,
    TIME_OUTS,
    VERIFIED,
    CLIPS,
    RETRIES,
    BREAKING_POINT,
    GATE,
    GAME_DAY,
)
"""A lesson's number is its place."""
