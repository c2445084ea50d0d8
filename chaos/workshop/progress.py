"""How far a learner is: predictions, sealed before the run; hints taken; what was proven. One JSON file in the copy."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chaos.errors import EnvironmentFailed, InvalidOption
from chaos.workshop.copy import PROGRESS
from chaos.workshop.lessons import LESSONS
from chaos.workshop.lessons.lesson import Lesson

LETTERS = "ABC"


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Prediction(_Kept):
    """`seal` is over lesson, choice and time, so that none of them can be changed unnoticed."""

    choice: int = Field(ge=0, le=2)
    at: str
    salt: str
    seal: str

    def holds(self, lesson: int) -> bool:
        return self.seal == _seal(lesson, self.choice, self.at, self.salt)


class Found(_Kept):
    """One part of a check. `held` is None when nothing could be concluded; `then`: what to think about."""

    about: str
    held: bool | None
    said: str
    then: str = ""


class Times(_Kept):
    """A game day, in seconds from when the fault began. None: that never happened."""

    seed: int
    what: str
    place: str = ""
    seen_s: float | None
    acted_s: float | None
    served_s: float | None
    wrong_acts: int = 0


class Step(_Kept):
    """One lesson. `proven` is when its check passed for the first time; `found` is what the last one found."""

    prediction: Prediction | None = None
    runs: int = 0
    hints: int = Field(0, ge=0, le=3)
    found: tuple[Found, ...] = ()
    proven: str | None = None
    played: Times | None = None


class Progress(_Kept):
    steps: Mapping[str, Step] = Field(default_factory=dict)

    def of(self, lesson: Lesson) -> Step:
        return self.steps.get(str(lesson.number), Step())

    @property
    def next(self) -> Lesson:
        """The first that is not proven; the last, when all are."""
        return next((each for each in LESSONS if self.of(each).proven is None), LESSONS[-1])

    @property
    def unmended(self) -> tuple[Lesson, ...]:
        """Those that ask for a change of the app and are not proven."""
        return tuple(each for each in LESSONS if each.mends_the_app and self.of(each).proven is None)


@dataclass(frozen=True, slots=True)
class Notebook:
    """Reads and writes the progress of one working copy. `now` gives the time of the wall clock as text."""

    folder: Path
    now: Callable[[], str]

    def read(self) -> Progress:
        """Raises `EnvironmentFailed` for a file that can't be understood: it is left as it is."""
        path = self.folder / PROGRESS
        try:
            return Progress.model_validate_json(path.read_bytes())
        except OSError as error:
            raise EnvironmentFailed(f"{path} can't be read: {error.strerror}") from None
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the file"
            raise EnvironmentFailed(
                f"{path} is damaged ({where}: {first['msg'].lower()}); mend it, or write {{}} into it to begin anew. "
                f"Your edits are safe: they are in files of their own"
            ) from None

    def predict(self, lesson: Lesson, choice: int) -> Step:
        """Sealed from now on. Raises `InvalidOption` when there is one already, or nothing to predict."""
        if lesson.question is None:
            raise InvalidOption(f"lesson {lesson.number} asks for no prediction")
        with self._changing() as progress:
            known = progress.of(lesson).prediction
            if known is not None:
                raise InvalidOption(
                    f"your prediction for lesson {lesson.number} is sealed since {known.at}: {LETTERS[known.choice]}"
                )
            at, salt = self.now(), secrets.token_hex(8)
            seal = _seal(lesson.number, choice, at, salt)
            prediction = Prediction(choice=choice, at=at, salt=salt, seal=seal)
            return self._put(progress, lesson, prediction=prediction)

    def hint(self, lesson: Lesson, number: int) -> Step:
        """The hints up to `number` (1 to 3) are known from now on."""
        with self._changing() as progress:
            return self._put(progress, lesson, hints=max(number, progress.of(lesson).hints))

    def ran(self, lesson: Lesson) -> Step:
        with self._changing() as progress:
            return self._put(progress, lesson, runs=progress.of(lesson).runs + 1)

    def checked(self, lesson: Lesson, found: tuple[Found, ...]) -> Step:
        with self._changing() as progress:
            step = progress.of(lesson)
            held = bool(found) and all(each.held for each in found)
            proven = step.proven or (self.now() if held else None)
            return self._put(progress, lesson, found=found, proven=proven)

    def played(self, lesson: Lesson, times: Times) -> Step:
        with self._changing() as progress:
            return self._put(progress, lesson, played=times)

    def broken_seals(self) -> tuple[int, ...]:
        """Lessons whose prediction is not what was sealed."""
        found = ((each.number, self.read().of(each).prediction) for each in LESSONS)
        return tuple(number for number, kept in found if kept is not None and not kept.holds(number))

    @contextmanager
    def _changing(self) -> Iterator[Progress]:
        """One at a time, also with several windows and terminals."""
        with (self.folder / f".{PROGRESS}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self.read()

    def _put(self, progress: Progress, lesson: Lesson, **changes: object) -> Step:
        step = Step.model_validate({**dict(progress.of(lesson)), **changes})
        steps = {**progress.steps, str(lesson.number): step}
        path = self.folder / PROGRESS
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            kept = Progress(steps=steps).model_dump(mode="json", exclude_defaults=True)
            beside.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
            beside.replace(path)
        except OSError as error:
            raise EnvironmentFailed(f"{path} can't be written: {error.strerror}") from None
        return step


def letter(text: str) -> int:
    """The choice that A, B or C stands for. Raises `InvalidOption`."""
    if len(text) != 1 or text.upper() not in LETTERS:
        raise InvalidOption(f"{text!r} is no choice; write A, B or C")
    return LETTERS.index(text.upper())


def _seal(lesson: int, choice: int, at: str, salt: str) -> str:
    return sha256(f"{lesson}\n{choice}\n{at}\n{salt}".encode()).hexdigest()
