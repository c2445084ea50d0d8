"""What the users of the control leave behind: those who visit the copy of the system without the fault."""

from __future__ import annotations

from chaos.journal.events import AnswerSeen, ControlSample, Sample
from chaos.run.recorder import Recorder


class ControlRecords:
    """Implements `Records`: samples are kept apart from those of the system under fault, answers are not kept."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.clock = recorder.clock

    @property
    def answers(self) -> int:
        return 0

    def add(self, event: Sample) -> None:
        self._recorder.add(ControlSample(at_s=event.ended_s, sample=event))

    def knows(self, fingerprint: str) -> bool:  # noqa: ARG002
        """Nothing that is seen here is new."""
        return True

    def add_answer(self, seen: AnswerSeen) -> None:
        """It says nothing of what the fault does."""
