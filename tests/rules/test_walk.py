"""What looks like a control and is none for everybody."""

from __future__ import annotations

import pytest

from chaos.rules.page import Page


@pytest.mark.parametrize(
    ("source", "flaws"),
    [
        ("<div onclick=go()>Go</div>", [("no key", "div", "Go"), ("scripts only", "div", "Go")]),
        ("<div role=link tabindex=0>Go</div>", [("scripts only", "div", "Go")]),
        ("<i tabindex=0 onclick=x>Go</i>", [("no role", "i", "Go"), ("scripts only", "i", "Go")]),
        ("<b role=button tabindex=0></b>", [("no name", "b", ""), ("scripts only", "b", "")]),
        ("<b role=button tabindex=0 aria-label=Go></b>", [("scripts only", "b", "Go")]),
        ("<a href='#' onclick=x>Go</a>", [("scripts only", "a", "Go")]),
        ("<a href=javascript:x>Go</a>", [("scripts only", "a", "Go")]),
        ("<a onclick=x>Go</a>", [("no key", "a", "Go")]),
        ("<a href='#top'>Top</a><a name=x></a>", []),
        ("<button onclick=x>Go</button>", [("scripts only", "button", "Go")]),
        ("<button>Go</button>", []),
        ("<form><button></button></form>", [("no name", "button", "")]),
        ("<form><input type=submit value=''></form>", []),
        ("<a href=/ aria-hidden=true></a>", []),
        ("<div hidden onclick=x>Go</div>", []),
        ("<ul onclick=x><li>a</ul>", []),
    ],
)
def test_flaws_are_named(source, flaws) -> None:
    assert [(flaw.why, flaw.tag, flaw.name) for flaw in Page.of_html(source).flaws] == flaws


def test_flaws_know_whether_they_stand_with_the_error() -> None:
    page = Page.of_html("<nav><i onclick=x>Menu</i></nav><main><i onclick=x>Retry</i></main>")
    assert {flaw.name for flaw in page.error_flaws} == {"Retry"}


def test_visible_h1_are_counted_and_blocks_know_their_form() -> None:
    page = Page.of_html("<h1>One</h1><h1 hidden>no</h1><form><h1>Two</h1><p>in</p></form><p>out</p>")
    assert page.h1_count == 2
    assert {block.text: block.form for block in page.blocks} == {"One": False, "Two": True, "in": True, "out": False}
