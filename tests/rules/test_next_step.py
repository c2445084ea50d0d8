from __future__ import annotations

import pytest

SORRY = "<h1>We can’t open your feed</h1><p>The problem is on our side.</p>"


@pytest.mark.parametrize(
    "step",
    [
        '<a href="/">Try again</a>',
        '<a href="/status">See what works</a>',
        '<a href="/"><img src=x alt="Try again"></a>',
        '<a href="/" aria-label="Try again"><svg></svg></a>',
        '<a href="mailto:help@clipshare.example">Write to us</a>',
        "<form><button>Try again</button></form>",
        '<form><button type="submit">Try again</button></form>',
        '<form><input type="submit"></form>',
        '<form><input type="image" alt="Try again" src=x></form>',
        '<form id="f"></form><button form="f">Try again</button>',
        '<button onclick="location.reload()">Try again</button>',
        "<p>Try again in a few minutes.</p>",
        "<p>Come back in 30 seconds.</p>",
        "<p>Please wait; it takes 30s and is ready in 30&nbsp;s.</p>",
        "<p>It should work again within the next half an hour.</p>",
        "<p>Please come back at 14:30.</p>",
        "<p>We expect to be back by 3 pm.</p>",
        "<p>We will be back around noon.</p>",
        "<p>Please try again tomorrow.</p>",
        "<p>Call 0800 123 456 instead.</p>",
        "<p>Write to help@clipshare.example.</p>",
        "<p>See https://status.clipshare.example</p>",
    ],
)
def test_a_control_a_time_or_another_route_is_a_next_step(html, broken, step) -> None:
    assert "G13" not in broken(html(SORRY + step))


@pytest.mark.parametrize(
    "step",
    [
        "",
        "<p>Please try again later.</p>",
        "<p>We are fixing it now. Thank you for your patience.</p>",
        "<p>It broke at 14:30.</p>",
        "<p>It has been down for 5 minutes.</p>",
        '<a href="#">Try again</a>',
        '<a href="">Try again</a>',
        "<a>Try again</a>",
        '<a href="javascript:location.reload()">Try again</a>',
        '<a href="/"></a>',
        '<a href="/"><svg></svg></a>',
        '<a href="/" hidden>Try again</a>',
        '<p style="visibility:hidden"><a href="/">Try again</a></p>',
        '<a href="/" aria-disabled="true">Try again</a>',
        "<form><button disabled>Try again</button></form>",
        '<form><button type="button">Try again</button></form>',
        '<form><input type="reset" value="Try again"></form>',
        "<button>Try again</button>",
        '<a href="/privacy">Privacy Policy</a>',
        '<template><a href="/">Try again</a></template>',
        "<script>'<a href=/>Try again</a>'</script>",
        "<script>'in 5 minutes'</script>",
        '<nav><a href="/">Start</a></nav>',
        '<details><summary>More</summary><a href="/">Try again</a></details>',
    ],
)
def test_what_does_not_work_or_is_not_seen_or_says_nothing_is_none(html, broken, step) -> None:
    assert "G13" in broken(html(SORRY + step))


def test_links_of_the_sites_frame_are_no_next_step(html, broken) -> None:
    frame = (
        '<!doctype html><html lang=en><header><a href="/">Start</a></header>{}<footer><a href="/help">Help</a></footer>'
    )
    assert "G13" in broken(html(page=frame.format("<p>Sorry, not now.</p>")))
    assert "G13" not in broken(html(page=frame.format("<p>Sorry, not now.</p><a href='/'>Try again</a>")))


def test_on_a_long_page_it_stands_with_the_alert(html, broken) -> None:
    content = f"<p>{'A clip by Anna. ' * 100}</p><p><a href='/clips/1'>A clip</a></p>"
    assert "G13" in broken(html(content + '<div role="alert">We can’t load more.</div>'))
    alert = '<div role="alert">We can’t load more. <a href="/2">Try again</a></div>'
    assert "G13" not in broken(html(content + alert))


def test_the_official_words_of_that_night_offer_no_next_step(html, broken) -> None:
    words = "<h1>We are experiencing temporary technical issues</h1><p>Thank you for your patience.</p>"
    assert "thank you" in broken(html(words))["G13"].lower()


def test_an_empty_page_offers_nothing(html, broken) -> None:
    assert broken(html(page=""))["G13"] == "shows nothing at all"


def test_who_asked_for_json_has_retry_after(problem, broken) -> None:
    assert "G13" not in broken(problem({"title": "Not saved"}))


def test_a_page_in_another_language_is_judged_by_its_controls(html) -> None:
    from chaos.rules import Situation, judge

    page = "<!doctype html><html lang=de><meta charset=utf-8><title>Clips</title><p>Das liegt an uns."
    skipped = judge(html(page=page), Situation(served=False)).not_checked
    assert {s.rule for s in skipped} > {"G11", "G13", "G15"}
    with_link = judge(html(page=page + "<a href=/>Noch einmal</a>"), Situation(served=False))
    assert {"G11", "G15"} < {s.rule for s in with_link.not_checked}
    assert "G13" not in {s.rule for s in with_link.not_checked} | {f.rule for f in with_link.findings}
