from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaos.rules.page import Page, count_words, sentences


def texts(source: str) -> list[str]:
    return [block.text for block in Page.of_html(source).blocks]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>One</p><p>Two", ["One", "Two"]),
        ("<p>A <b>bold</b> word &amp; an &eacute;", ["A bold word & an é"]),
        ("<p>  white \n\t space  ", ["white space"]),
        ("<p>one<br>two<br><br>three", ["one\ntwo\nthree"]),
        ("<pre>one\n two</pre>", ["one\ntwo"]),
        ("<div>before<p>in</p>after</div>", ["before", "in", "after"]),
        ("<a href=/><h2>Clip</h2><p>by Anna</p></a>", ["Clip", "by Anna"]),
        ("<form>Date <input name=d value=x><button>Send</button> now</form>", ["Date", "Send", "now"]),
        ("<form><input type=submit value=Go><input type=hidden value=x></form>", ["Go"]),
        ("<ul><li>a<li>b</ul><table><tr><td>c<td>d</table>", ["a", "b", "c", "d"]),
        ("<p>seen<span hidden>not</span><span hidden=until-found>not</span>", ["seen"]),
        ("<p aria-hidden=true>seen</p>", ["seen"]),
        (
            "<p style='DISPLAY : none !important'>not</p><p style=visibility:hidden>not<p style='color:red'>seen",
            ["seen"],
        ),
        ("<details><summary>More</summary><p>not</p></details><p>seen", ["More", "seen"]),
        ("<details open><summary>More</summary><p>seen</p></details>", ["More", "seen"]),
        ("<details><p>not</p></details><p>seen", ["seen"]),
        ("<dialog>not</dialog><dialog open>seen</dialog>", ["seen"]),
        ("<script>not</script><style>not{}</style><template><p>not</template><noscript>not</noscript>", []),
        ("<head><noscript><p>not</noscript><title>t</title></head><p>seen<noscript>not</noscript> too", ["seen too"]),
        ("<script>'<noscript>'</script><p>seen", ["seen"]),
        ("<iframe>not</iframe><video>not</video><canvas>not</canvas><textarea>not</textarea>", []),
        ("<!-- not --><p>seen<!-- not -->", ["seen"]),
        ("<style>.no{display:none}</style><p class='no'>not<p class='yes'>seen", ["seen"]),
        ("<p class='hidden'>not<p class='hidden md:block'>seen<p class='invisible'>not", ["seen"]),
        ("<title>not</title>", []),
        ("just words", ["just words"]),
        ("", []),
        ("<frameset><frame src=x></frameset>", []),
    ],
)
def test_a_page_is_read_as_a_person_sees_it(source: str, expected: list[str]) -> None:
    assert texts(source) == expected


def test_title_language_and_headlines() -> None:
    page = Page.of_html("<html lang=en-GB><title> A\n title </title><h1>One</h1><h1>Two <i>three</i></h1><h2>no</h2>")
    assert page.title == "A title"
    assert page.language == "en-GB"
    assert page.headlines == ("A title", "One", "Two three")


def test_blocks_know_where_they_stand() -> None:
    page = Page.of_html(
        "<header>h</header><nav>n</nav><main><header>mh</header><nav>mn</nav><div role=alert><p>a</p></div>"
        "<p role=status>s</p><p aria-live=polite>s2</p><div role=alert><div role=status>a2</div></div></main>"
        "<article><header>ah</header></article><div role=contentinfo>f</div><aside>as</aside>"
    )
    seen = {block.text: block for block in page.blocks}
    assert {text for text, block in seen.items() if block.chrome} == {"h", "n", "mn", "f", "as"}
    assert {text for text, block in seen.items() if block.main} == {"mh", "mn", "a", "s", "s2", "a2"}
    assert {text: block.live for text, block in seen.items() if block.live} == {
        "a": "alert",
        "s": "status",
        "s2": "status",
        "a2": "alert",
    }
    assert [block.text for block in page.content] == ["mh", "a", "s", "s2", "a2"]


def test_the_error_region_is_main_or_all_but_the_frame_or_on_a_long_page_the_alert() -> None:
    long = "<p>" + "many words " * 200
    alert = "<div role=alert>Sorry</div>"

    def region(source: str) -> list[str]:
        return [block.text[:5] for block in Page.of_html(source).error_region]

    assert region(f"<p>outside<main>in{alert}</main>") == ["in", "Sorry"]
    assert region(f"<nav>n</nav><p>out</p>{alert}<footer>f</footer>") == ["out", "Sorry"]
    assert region(f"{alert}<main><p>in</main>") == ["Sorry", "in"]
    assert region(f"<main>in{alert}{long}</main>") == ["Sorry"]
    assert region(f"<main>in{alert.replace('alert', 'status')}{long}</main>") == ["Sorry"]
    assert region(f"<main>in{long}</main>") == ["in", "many "]
    assert region("<nav>only</nav>") == ["only"]


def test_lines_of_a_body_that_is_no_html() -> None:
    page = Page.of_lines([" a  b ", "", "c"])
    assert [block.text for block in page.error_region] == ["a b", "c"]
    assert page.controls == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Say “No.” Then go.", ["Say “No.”", "Then go."]),
        (
            "Approx. Five, e.g. Anna, i.e. Dr. Grey at 3 p.m. Monday.",
            ["Approx. Five, e.g. Anna, i.e. Dr. Grey at 3 p.m. Monday."],
        ),
        ("J. R. Smith wrote.", ["J. R. Smith wrote."]),
        (
            "Version 1.2.3 is out. See clipshare.example. Bye",
            ["Version 1.2.3 is out.", "See clipshare.example.", "Bye"],
        ),
        ("Wait... what? ok", ["Wait... what? ok"]),
        ("Wait… What", ["Wait…", "What"]),
        ("No dot\nNext line", ["No dot", "Next line"]),
        ("Really?! Yes.", ["Really?!", "Yes."]),
        ("", []),
    ],
)
def test_text_is_split_into_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet="aA .!?\n\"'…)", max_size=60))
def test_no_word_is_lost_or_doubled_in_splitting(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("We can’t.", 2), ("e-mail me at 14:30", 4), ("... – !", 0), ("10.5 % of it", 3), ("été", 1)],
)
def test_words_are_counted_as_people_do(text: str, count: int) -> None:
    assert count_words(text) == count
