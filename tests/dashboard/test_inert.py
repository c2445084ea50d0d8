"""Pages of the app as they may be shown. What they can't do is tried in a browser; here, what they are."""

from __future__ import annotations

from chaos.dashboard.inert import MOST, InertPages, inert

PAGE = "<!doctype html><html><head lang=en><title>x</title></head><body><script>1</script></body></html>"


def test_a_page_is_sandboxed_by_its_own_policy() -> None:
    policy = inert(PAGE, media_type="text/html", url="http://127.0.0.1:7/a/b").headers["Content-Security-Policy"]
    directives = dict(part.partition(" ")[::2] for part in policy.split("; "))
    assert directives["sandbox"] == "", "no scripts, no forms, no origin"
    assert directives["default-src"] == "'none'"
    assert "script-src" not in directives
    assert directives["form-action"] == "'none'"
    assert directives["img-src"] == "data: http://127.0.0.1:7"
    assert directives["frame-ancestors"] == "'self'"


def test_addresses_in_it_are_those_of_the_app() -> None:
    body = inert(PAGE, media_type="text/html", url='http://127.0.0.1:7/a?"><script>').body
    assert '<head lang=en><base href="http://127.0.0.1:7/a?&quot;&gt;&lt;script&gt;">' in body


def test_what_is_no_page_is_text() -> None:
    found = inert('{"a": "<head>"}', media_type="application/json", url="http://127.0.0.1:7/")
    assert found.headers["Content-Type"].startswith("text/plain")
    assert found.body == '{"a": "<head>"}'
    assert found.headers["X-Content-Type-Options"] == "nosniff"


def test_each_has_an_address_of_its_own_and_only_the_newest_are_kept() -> None:
    pages = InertPages()
    names = [pages.add(PAGE, media_type="text/html", url="http://x/") for _ in range(MOST + 1)]
    assert len(set(names)) == MOST + 1
    assert all(len(name) >= 20 for name in names)
    assert pages.get(names[0]) is None
    assert pages.get(names[-1]) is not None
    assert pages.get("guessed") is None
