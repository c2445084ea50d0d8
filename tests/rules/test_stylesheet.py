from __future__ import annotations

import pytest

from chaos.rules.stylesheet import Stylesheet


@pytest.mark.parametrize(
    ("css", "tag", "id_", "classes", "hidden"),
    [
        (".no{display:none}", "p", "", "no", True),
        (".no{display:none}", "p", "", "yes", False),
        (".no { color: red; DISPLAY: None !important }", "p", "", "a no b", True),
        ("#no{visibility:hidden}", "p", "no", "", True),
        ("i{display:none}", "i", "", "", True),
        ("p.no{display:none}", "div", "", "no", False),
        (".a.b{display:none}", "p", "", "a", False),
        (".a.b{display:none}", "p", "", "b a", True),
        (".a,.b{display:none}", "p", "", "b", True),
        (".a{display:none} .a.on{display:block}", "p", "", "a on", False),
        (".a{display:none} .a{display:block}", "p", "", "a", False),
        (".a{display:block} .a{display:none}", "p", "", "a", True),
        ("@media print{.a{display:none}}", "p", "", "a", False),
        ("@media print{.a{display:none}} .b{display:none}", "p", "", "b", True),
        ("@import 'x'; .a{display:none}", "p", "", "a", True),
        ("/* .a{display:none} */ .b{display:none}", "p", "", "a", False),
        (".js .a{display:none}", "p", "", "a", False),
        (".a:not(.b){display:none}", "p", "", "a", False),
        (".a{display:none", "p", "", "a", False),
        ("", "p", "", "d-none", True),
        ("", "p", "", "hidden lg:flex", False),
        (".hide{display:block}.x{display:none}", "p", "", "hide", False),
    ],
)
def test_what_a_pages_own_styles_hide(css: str, tag: str, id_: str, classes: str, hidden: bool) -> None:
    assert Stylesheet.of([css]).hides(tag, id_, classes.split()) is hidden
