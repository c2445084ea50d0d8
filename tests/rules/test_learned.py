from __future__ import annotations

import pytest

from chaos.rules.learned import FEWEST, Learner
from chaos.rules.reading import Reading
from chaos.rules.rule import Learned


def feed(clips: int, likes: int = 10) -> str:
    return f"<ul class=clips>{'<li>a' * clips}</ul><p>{likes} likes</p>"


def learned_from(answers) -> Learned | None:
    learner = Learner()
    for answer in answers:
        learner.learn(answer)
    return learner.learned


def test_a_handful_must_have_been_seen(html) -> None:
    assert learned_from(html(feed(12)) for _ in range(FEWEST - 1)) is None
    assert learned_from(html(feed(12)) for _ in range(FEWEST)) is not None


def test_medians_of_what_is_always_there(html) -> None:
    learned = learned_from(html(feed(clips), title="For you") for clips in (10, 12, 12, 13, 20))
    assert learned == Learned(title="For you", counts={"entries of ul.clips": 12, "like": 10})


@pytest.mark.parametrize(
    ("clips", "is_learned"),
    [
        ((10, 10, 10, 10, 20), True),
        ((10, 10, 10, 10, 21), False),
        ((0, 10, 10, 10, 10), False),
        ((0, 0, 0, 0, 0), False),
        ((1, 2, 3, 4, 5), False),
    ],
)
def test_what_varies_by_itself_is_not_learned(html, clips, is_learned) -> None:
    learned = learned_from(html(feed(count)) for count in clips)
    assert learned is not None
    assert ("entries of ul.clips" in learned.counts) is is_learned


def test_what_is_not_on_every_good_page_is_not_learned(html) -> None:
    learned = learned_from([*(html(feed(12)) for _ in range(9)), html("<p>10 likes</p>")])
    assert learned is not None
    assert learned.counts == {"like": 10}


def test_titles_that_differ_are_not_learned(html) -> None:
    learned = learned_from(html(title=f"Clip {n}") for n in range(9))
    assert learned is not None
    assert learned.title == ""


def test_a_reading_is_learned_from_as_its_answer_is(html) -> None:
    assert learned_from(Reading(html(feed(3))) for _ in range(5)) == learned_from(html(feed(3)) for _ in range(5))


def test_only_the_latest_answers_count(html) -> None:
    learned = learned_from([*(html(feed(1)) for _ in range(50)), *(html(feed(30)) for _ in range(200))])
    assert learned is not None
    assert learned.counts["entries of ul.clips"] == 30
