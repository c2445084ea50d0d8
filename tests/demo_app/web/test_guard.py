import contextlib
import threading

import pytest

from demo_app.web.client import DependencyFailed, TimedOut
from demo_app.web.guard import FAILURES_TO_OPEN, Guard, NotAdmitted


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Dependency:
    def __init__(self) -> None:
        self.fails = False
        self.calls = 0
        self.timeouts_s: list[float] = []

    def __call__(self, timeout_s: float) -> str:
        self.calls += 1
        self.timeouts_s.append(timeout_s)
        if self.fails:
            raise TimedOut("no answer in time")
        return "answer"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def guard(clock: Clock) -> Guard:
    return Guard("media", clock=clock, now=lambda: 1_000.0)


@pytest.fixture
def dependency() -> Dependency:
    return Dependency()


def open_breaker(guard: Guard, dependency: Dependency) -> None:
    dependency.fails = True
    while guard.closed:
        with pytest.raises(DependencyFailed):
            guard.call(dependency, budget_s=0.8)


def test_a_call_that_works_is_made_once_and_told_its_deadline(guard: Guard, dependency: Dependency) -> None:
    assert guard.call(dependency, budget_s=0.8) == "answer"
    assert dependency.timeouts_s == [0.25]
    assert guard.well
    assert guard.failing_since_s is None


def test_a_call_that_fails_is_tried_once_more(guard: Guard, dependency: Dependency) -> None:
    dependency.fails = True
    with pytest.raises(TimedOut):
        guard.call(dependency, budget_s=60.0)
    assert dependency.calls == 2
    assert not guard.well
    assert guard.failing_since_s == 1_000.0


def test_it_is_not_tried_again_if_that_would_outlast_the_budget(guard: Guard, dependency: Dependency) -> None:
    dependency.fails = True
    with pytest.raises(TimedOut):
        guard.call(dependency, budget_s=0.25)
    assert dependency.calls == 1


def test_no_call_is_made_without_time_for_it(guard: Guard, dependency: Dependency) -> None:
    with pytest.raises(NotAdmitted):
        guard.call(dependency, budget_s=0.01)
    assert dependency.calls == 0
    assert guard.well


def test_the_last_of_a_budget_is_a_shorter_deadline(guard: Guard, dependency: Dependency) -> None:
    guard.call(dependency, budget_s=0.1)
    assert dependency.timeouts_s == [pytest.approx(0.1)]


def test_failures_in_a_row_open_the_breaker_and_no_more_calls_are_made(guard: Guard, dependency: Dependency) -> None:
    open_breaker(guard, dependency)
    assert dependency.calls == FAILURES_TO_OPEN
    with pytest.raises(NotAdmitted):
        guard.call(dependency, budget_s=0.8)
    assert dependency.calls == FAILURES_TO_OPEN


def test_successes_in_between_keep_it_closed(guard: Guard, dependency: Dependency) -> None:
    for number in range(40):
        dependency.fails = number % 4 != 0
        with contextlib.suppress(TimedOut):
            guard.call(dependency, budget_s=0.1)
    assert guard.closed


@pytest.mark.parametrize(("later_s", "calls"), [(0.49, 0), (0.5, 1), (60.0, 1)])
def test_after_half_a_second_one_call_is_let_through(
    guard: Guard, dependency: Dependency, clock: Clock, later_s: float, calls: int
) -> None:
    open_breaker(guard, dependency)
    before = dependency.calls
    clock.now_s += later_s
    with pytest.raises(DependencyFailed):
        guard.call(dependency, budget_s=0.8)
    assert dependency.calls - before == calls


def test_one_success_closes_it(guard: Guard, dependency: Dependency, clock: Clock) -> None:
    open_breaker(guard, dependency)
    dependency.fails = False
    clock.now_s += 0.5
    assert guard.call(dependency, budget_s=0.8) == "answer"
    assert guard.well
    assert guard.failing_since_s is None


def test_a_failed_trial_opens_it_for_another_half_second(guard: Guard, dependency: Dependency, clock: Clock) -> None:
    open_breaker(guard, dependency)
    clock.now_s += 0.5
    with pytest.raises(DependencyFailed):
        guard.call(dependency, budget_s=0.8)
    dependency.fails = False
    clock.now_s += 0.49
    with pytest.raises(NotAdmitted):
        guard.call(dependency, budget_s=0.8)
    clock.now_s += 0.01
    assert guard.call(dependency, budget_s=0.8) == "answer"


class Stuck:
    """A call that goes on until it is told to end."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.let_go = threading.Event()

    def __call__(self, timeout_s: float) -> str:
        self.begun.release()
        assert self.let_go.wait(60)
        return "answer"


def in_background(guard: Guard, attempt: Stuck) -> threading.Thread:
    thread = threading.Thread(target=lambda: guard.call(attempt, budget_s=0.8))
    thread.start()
    assert attempt.begun.acquire(timeout=60)
    return thread


def test_calls_do_not_wait_for_one_another(guard: Guard, dependency: Dependency) -> None:
    stuck = Stuck()
    thread = in_background(guard, stuck)
    assert guard.call(dependency, budget_s=0.8) == "answer"
    stuck.let_go.set()
    thread.join()


def test_only_so_many_calls_are_under_way_at_once(clock: Clock, dependency: Dependency) -> None:
    guard = Guard("media", calls_at_once=2, clock=clock)
    stuck = Stuck()
    threads = [in_background(guard, stuck) for _ in range(2)]
    with pytest.raises(NotAdmitted):
        guard.call(dependency, budget_s=0.8)
    assert guard.well  # being busy is not the dependency's failure
    stuck.let_go.set()
    for thread in threads:
        thread.join()
    assert guard.call(dependency, budget_s=0.8) == "answer"


def test_while_one_trial_is_under_way_no_other_is_made(guard: Guard, dependency: Dependency, clock: Clock) -> None:
    open_breaker(guard, dependency)
    dependency.fails = False
    clock.now_s += 0.5
    stuck = Stuck()
    thread = in_background(guard, stuck)
    clock.now_s += 60
    with pytest.raises(NotAdmitted):
        guard.call(dependency, budget_s=0.8)
    stuck.let_go.set()
    thread.join()
    assert guard.well


def test_a_call_from_before_the_breaker_opened_does_not_close_it(guard: Guard, dependency: Dependency) -> None:
    stuck = Stuck()
    thread = in_background(guard, stuck)
    open_breaker(guard, dependency)
    stuck.let_go.set()
    thread.join()
    assert not guard.closed


def test_an_unexpected_error_counts_as_a_failure_and_frees_its_place(clock: Clock) -> None:
    guard = Guard("media", calls_at_once=1, clock=clock)

    def broken(timeout_s: float) -> str:
        raise KeyError("upload_id")

    for _ in range(FAILURES_TO_OPEN):
        with pytest.raises(KeyError):
            guard.call(broken, budget_s=0.8)
    assert not guard.closed
