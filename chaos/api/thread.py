"""An event loop in a thread of its own, in which a live system runs, whoever uses it: plain code or another loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from chaos.errors import ChaosError

T = TypeVar("T")


class LoopThread:
    """What it is asked to do is done to its end, also when whoever asked is interrupted meanwhile: then it is told to
    stop, is waited for, and the interrupt goes on.
    """

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._tasks: dict[Future[Any], asyncio.Task[Any]] = {}
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def call(self, act: Coroutine[Any, Any, T]) -> T:
        """For plain code: blocks."""
        __tracebackhide__ = True
        outcome = self._begin(act)
        try:
            error = outcome.exception()
        except BaseException:
            self._stop(outcome)
            while not outcome.done():
                with contextlib.suppress(BaseException):  # interrupted again: still not half done
                    outcome.exception()
            raise
        if isinstance(error, ChaosError):
            raise error.with_traceback(None)  # its message says all; the way here is nobody's business
        return outcome.result()

    async def wait(self, act: Coroutine[Any, Any, T]) -> T:
        """For code that runs in another loop."""
        __tracebackhide__ = True
        outcome = self._begin(act)
        waiting = asyncio.wrap_future(outcome)
        try:
            return await asyncio.shield(waiting)
        except asyncio.CancelledError:
            self._stop(outcome)
            while not waiting.done():
                with contextlib.suppress(Exception, asyncio.CancelledError):
                    await asyncio.shield(waiting)
            raise

    def close(self) -> None:
        """Nothing can be asked of it any more. Harmless when it is closed."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def _run(self) -> None:
        self._loop.run_forever()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def _begin(self, act: Coroutine[Any, Any, T]) -> Future[T]:
        outcome: Future[T] = Future()
        outcome.set_running_or_notify_cancel()  # from now on only its task can end it

        def begin() -> None:
            task = self._tasks[outcome] = self._loop.create_task(act)
            task.add_done_callback(lambda done: self._has_ended(outcome, done))

        self._loop.call_soon_threadsafe(begin)
        return outcome

    def _stop(self, outcome: Future[Any]) -> None:
        def stop() -> None:
            if (task := self._tasks.get(outcome)) is not None:
                task.cancel()

        self._loop.call_soon_threadsafe(stop)

    def _has_ended(self, outcome: Future[T], task: asyncio.Task[T]) -> None:
        del self._tasks[outcome]
        if task.cancelled():
            outcome.set_exception(asyncio.CancelledError())
        elif (error := task.exception()) is not None:
            outcome.set_exception(error)
        else:
            outcome.set_result(task.result())
