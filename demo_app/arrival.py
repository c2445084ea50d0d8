"""When a request came in. Waitress hands a request on only once a thread is free, and does not say how long it lay."""

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

BEGUN = "clipshare.begun_s"
QUEUED = "clipshare.queued_s"


def since_first_byte_s(environ: "WSGIEnvironment", now_s: float) -> float:
    """Seconds since the request began to come in; 0 where no server took the time."""
    return now_s - float(environ.get(BEGUN, now_s))


def since_complete_s(environ: "WSGIEnvironment", now_s: float) -> float:
    """Seconds since the request was there whole, and began to wait for a thread."""
    return now_s - float(environ.get(QUEUED, now_s))


def channel_class() -> type:
    """A channel of waitress that notes both times in the environment, as seconds of the monotonic clock."""
    from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
    from waitress.parser import HTTPRequestParser  # type: ignore[import-untyped]
    from waitress.task import WSGITask  # type: ignore[import-untyped]

    class Parser(HTTPRequestParser):  # type: ignore[misc]
        def __init__(self, adjustments: Any) -> None:
            super().__init__(adjustments)
            self.begun_s = self.queued_s = time.monotonic()

        def received(self, data: bytes) -> int:
            consumed: int = super().received(data)
            self.queued_s = time.monotonic()
            return consumed

    class Task(WSGITask):  # type: ignore[misc]
        def get_environment(self) -> "WSGIEnvironment":
            environ: WSGIEnvironment = super().get_environment()
            environ[BEGUN], environ[QUEUED] = self.request.begun_s, self.request.queued_s
            return environ

    class Channel(HTTPChannel):  # type: ignore[misc]
        parser_class = Parser
        task_class = Task

    return Channel
