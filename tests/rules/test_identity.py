from __future__ import annotations

import pytest

from chaos.rules.rule import Learned

MAIN = "<h1>We can't open your feed</h1><p>Not now.</p>"
BARE = "<!doctype html><html lang=en><meta charset=utf-8><title>{}</title><h1>We can't open it</h1>"


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("", "no title"),
        ("Clipshare", "does not name the problem"),
        ("Home | Clipshare", "does not name the problem"),
        ("Sorry", "does not name the service"),
        ("We can't open it", "does not name the service"),
        ("We can’t open your feed - Clipshare", None),
        ("Clipshare is very busy", None),
        ("Sorry, there is a problem with the service – Clipshare", None),
        ("Clipshare: back soon", None),
        ("Posting is paused | Clipshare", None),
    ],
)
def test_the_title_names_problem_and_service(html, broken, title, said) -> None:
    found = broken(html(MAIN, title=title)).get("G19")
    assert (said in found) if said and found else found == said


def test_the_service_may_be_known_by_host_or_by_its_usual_title(html, broken) -> None:
    page = BARE.format("Clipshare is busy")
    assert "service" in broken(html(page=page))["G19"]
    assert "G19" not in broken(html(page=page, url="https://www.clipshare.example/feed"))
    assert "G19" not in broken(html(page=page), learned=Learned(title="For you at Clipshare"))


def test_the_title_is_not_the_usual_one(html, broken) -> None:
    title = "No limits - Clipshare"
    assert "G19" not in broken(html(MAIN, title=title))
    assert (
        "same as when all is well"
        in broken(html(MAIN, title=title), learned=Learned(title="no limits - Clipshare"))["G19"]
    )


@pytest.mark.parametrize(
    ("main", "said"),
    [
        ("<h2>Not now</h2>", "no h1"),
        ("<h1>Not</h1><h1>now</h1>", "2 h1 elements"),
        ("<h1 hidden>Clipshare</h1><h1>Not<br>now</h1>", None),
        ("<h1><div>Not</div><div>now</div></h1>", None),
    ],
)
def test_there_is_one_h1_to_see(html, broken, main, said) -> None:
    found = broken(html(main)).get("G19")
    assert (said in found) if said and found else found == said


@pytest.mark.parametrize("tag", ["<html>", '<html lang="">', '<html lang=" ">'])
def test_the_language_is_told(html, broken, tag) -> None:
    page = BARE.format("Not now - Clipshare").replace("<html lang=en>", tag)
    assert "no lang" in broken(html(page=page))["G19"]


def test_an_accepted_request_need_not_speak_of_a_problem(html, broken) -> None:
    accepted = html("<h1>We have your clip</h1>", title="We have your clip - Clipshare", status=202)
    assert "G19" not in broken(accepted)
