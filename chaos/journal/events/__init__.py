"""Every event that a journal can hold. Times (`at_s`, `due_s`, ...) are seconds on the run's monotonic clock."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chaos.journal.events.beginning import LiveStarted, Phase, PhaseStarted, RunStarted
from chaos.journal.events.ending import CutShort, EnvironmentBroke, Interrupted, RunEnded, SafeguardTripped, ToolFailed
from chaos.journal.events.faults import FaultInjected, FaultStepped, FaultTookEffect, FaultUndone
from chaos.journal.events.live import FaultChosen, ServiceRestarted, UsersCame, UsersLeft
from chaos.journal.events.seen import (
    HEALTH,
    STATUS_PAGE,
    AuditTaken,
    LinksCarried,
    LinksCounted,
    ProbeTaken,
    ReferencesLookedUp,
)
from chaos.journal.events.undos import UndoDone, UndoFailed, UndoRecorded
from chaos.journal.events.visits import GAVE_UP_WAITING, NOT_IN_TIME, AnswerSeen, ControlSample, Repeat, Sample, Try
from chaos.measures.abandonment import GAVE_UP_BEFORE

__all__ = [
    "GAVE_UP_BEFORE",
    "GAVE_UP_WAITING",
    "HEALTH",
    "NOT_IN_TIME",
    "STATUS_PAGE",
    "AnswerSeen",
    "AuditTaken",
    "ControlSample",
    "CutShort",
    "EnvironmentBroke",
    "Event",
    "FaultChosen",
    "FaultInjected",
    "FaultStepped",
    "FaultTookEffect",
    "FaultUndone",
    "Interrupted",
    "LinksCarried",
    "LinksCounted",
    "LiveStarted",
    "Phase",
    "PhaseStarted",
    "ProbeTaken",
    "ReferencesLookedUp",
    "Repeat",
    "RunEnded",
    "RunStarted",
    "SafeguardTripped",
    "Sample",
    "ServiceRestarted",
    "ToolFailed",
    "Try",
    "UndoDone",
    "UndoFailed",
    "UndoRecorded",
    "UsersCame",
    "UsersLeft",
]

Event = Annotated[
    RunStarted
    | LiveStarted
    | PhaseStarted
    | UsersCame
    | UsersLeft
    | FaultChosen
    | ServiceRestarted
    | Sample
    | ControlSample
    | AnswerSeen
    | LinksCarried
    | LinksCounted
    | ProbeTaken
    | UndoRecorded
    | UndoDone
    | UndoFailed
    | FaultInjected
    | FaultStepped
    | FaultTookEffect
    | FaultUndone
    | AuditTaken
    | ReferencesLookedUp
    | CutShort
    | EnvironmentBroke
    | Interrupted
    | SafeguardTripped
    | ToolFailed
    | RunEnded,
    Field(discriminator="event"),
]
