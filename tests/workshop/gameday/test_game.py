from __future__ import annotations

from chaos.workshop.gameday.game import GOOD_IN_A_ROW, Game


def people(game: Game, from_s: float, *, served: bool = True, took_s: float = 0.05, count: int = GOOD_IN_A_ROW) -> None:
    for number in range(count):
        game.fared(from_s + number / 10, served=served, took_s=took_s)


def begun() -> Game:
    game = Game("profile")
    game.begins(10.0)
    return game


def test_nothing_can_be_seen_or_mended_before_it_began() -> None:
    game = Game("profile")
    assert game.see(1.0) == game.act("profile", 1.0) == "too early"
    assert (game.seen_s, game.acted_s, game.wrong_acts) == (None, None, 0)


def test_only_the_first_look_counts() -> None:
    game = begun()
    assert game.see(12.0) == "seen"
    assert game.see(13.0) == "again"
    assert game.after(game.seen_s) == 2.0


def test_an_act_elsewhere_is_counted_and_helps_nobody() -> None:
    game = begun()
    assert game.act("media", 14.0) == "wrong place"
    people(game, 14.0)
    assert (game.wrong_acts, game.acted_s, game.is_over) == (1, None, False)


def test_whoever_acts_without_a_word_has_seen_it() -> None:
    game = begun()
    assert game.act("profile", 15.0) == "right place"
    assert (game.seen_s, game.acted_s) == (15.0, 15.0)


def test_it_is_over_at_the_first_of_enough_good_answers_in_a_row() -> None:
    game = begun()
    game.act("profile", 15.0)
    people(game, 16.0, count=GOOD_IN_A_ROW - 1)
    people(game, 18.0, served=False, count=1)
    assert not game.is_over
    people(game, 20.0)
    assert game.served_s == 20.0


def test_those_who_came_before_the_act_and_those_who_waited_long_do_not_count() -> None:
    game = begun()
    game.act("profile", 15.0)
    people(game, 11.0)
    people(game, 16.0, took_s=0.9)
    assert not game.is_over


def test_what_is_slow_is_judged_by_what_was_usual_before() -> None:
    game = Game("profile")
    people(game, 0.0, took_s=0.7)
    game.begins(10.0)
    game.act("profile", 11.0)
    people(game, 12.0, took_s=0.9)
    assert game.is_over
