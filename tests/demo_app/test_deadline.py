import pytest

from demo_app import deadline
from demo_app.arrival import BEGUN


@pytest.mark.parametrize(
    ("timeout_s", "headers"),
    [(None, {}), (0.25, {"X-Deadline-Ms": "250"}), (1.9999, {"X-Deadline-Ms": "1999"}), (-1, {"X-Deadline-Ms": "0"})],
)
def test_a_deadline_is_told_in_whole_milliseconds_and_never_longer_than_it_is(
    timeout_s: float | None, headers: dict[str, str]
) -> None:
    assert deadline.header_for(timeout_s) == headers


def test_what_is_left_counts_from_the_first_byte() -> None:
    assert deadline.left_s({"HTTP_X_DEADLINE_MS": "250", BEGUN: 9.9}, 10.0) == pytest.approx(0.15)
    assert deadline.left_s({"HTTP_X_DEADLINE_MS": "250"}, 10.0) == 0.25
    assert deadline.left_s({}, 10.0) is None
