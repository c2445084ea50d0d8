"""Pages as well-run services show them: none of the rules may find fault with what is graceful."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

from chaos.journeys.answer import Answer
from chaos.rules import Finding, judge
from chaos.rules.rule import Gate, Learned, Sent, Situation

HEAD = """<!doctype html>
<html lang="{lang}">
<head><meta charset="utf-8"><title>{title}</title>{head}</head>
<body>
"""
END = "\n</body>\n</html>\n"
HEADERS = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "X-Request-Id": "b7e1-44c0"}


@dataclass(frozen=True)
class Good:
    title: str
    body: str
    status: int = 503
    retry_after: str | None = "60"
    sent: Sent | None = None
    surge: bool = False
    head: str = ""
    lang: str = "en-GB"
    headers: dict[str, str] = field(default_factory=dict)

    def answer(self) -> Answer:
        page = HEAD.format(lang=self.lang, title=self.title, head=self.head) + self.body + END
        sent = HEADERS | ({"Retry-After": self.retry_after} if self.retry_after else {}) | self.headers
        return Answer(
            method="GET" if self.sent is None else "POST",
            url="https://www.licences.example/apply",
            status=self.status,
            headers=tuple(sent.items()),
            body=page.encode(),
            elapsed_s=0.4,
        )


PAGES = {
    "a public service": Good(
        title="Sorry, there is a problem with the service – Apply for a fishing licence",
        body="""
<a href="#main">Skip to main content</a>
<header role="banner"><a href="/">Licences</a></header>
<main id="main">
<h1>Sorry, there is a problem with the service</h1>
<p>Try again later.</p>
<p>We saved your answers. You can come back to them for 30 days.</p>
<p><a href="/contact">Contact the licence office</a> if you need to make changes, or call 0300 123 4567.
Please have b7e1-44c0 at hand.</p>
</main>
<footer role="contentinfo"><ul><li><a href="/help">Help</a><li><a href="/cookies">Cookies</a></ul></footer>""",
        sent=Sent(fields={"name": "Ada"}),
    ),
    "a shop that could not take an order": Good(
        title="Your order has not been placed | Paper & Ink",
        body="""
<header><nav><a href="/">Paper &amp; Ink</a><a href="/basket">Basket (3)</a></nav></header>
<main>
<div role="alert" tabindex="-1" autofocus>
<h1>Your order has not been placed</h1>
<p>We can’t reach the company that handles card payments. You haven’t been charged.</p>
<p>Your basket is as you left it. Try again in a minute, or pay by invoice instead.</p>
</div>
<form action="/order" method="post">
<input type="hidden" name="csrf" value="fresh">
<label for="street">Street</label><input id="street" name="street" value="12 Mill &quot;Old&quot; Lane">
<label for="card">Card number</label><input id="card" name="card" type="password" value="">
<label for="note">Note</label><textarea id="note" name="note">Leave it at number 14</textarea>
<label><input type="checkbox" name="gift" value="yes" checked> It is a gift</label>
<button>Place order</button>
</form>
<p>Order help: b7e1-44c0</p>
</main>""",
        sent=Sent(
            fields={
                "csrf": "stale",
                "street": '12 Mill "Old" Lane',
                "card": "4111",
                "note": "Leave it at number 14",
                "gift": "yes",
            }
        ),
    ),
    "a waiting room": Good(
        title="You are in the queue, it is very busy - City Tickets",
        body="""
<main>
<h1>City Tickets is very busy right now</h1>
<p>More people want tickets than we can serve at once. 503 people are before you.</p>
<p>This page asks again in 30 seconds by itself. You keep your place if you close it.</p>
<p><a href="/apply">Ask now</a> · Your place: b7e1-44c0</p>
</main>""",
        status=429,
        retry_after="30",
        surge=True,
        head='<meta http-equiv="refresh" content="30">',
    ),
    "planned work": Good(
        title="Closed for an hour: Parish Library",
        body="""
<main>
<h1>The catalogue is closed for an hour</h1>
<p>We are moving to a larger building for our data. It is back in about an hour.</p>
<p>Books can be borrowed and returned at the desk as usual, and the phone works: 020 7946 0000.</p>
<p>About this closure: b7e1-44c0</p>
</main>""",
        retry_after="3600",
    ),
    "a notice beside a long page": Good(
        title="Comments can't be shown | Weekly Review",
        body="<nav><a href='/'>Weekly Review</a></nav><main><h1>The tide at Morley</h1>"
        + "<p>"
        + "They rowed out past the harbour wall before the sun was up. " * 60
        + "</p><img src='https://images.example/tide.jpg' alt='The tide'>"
        + "<div role='alert'><p>Comments on this article can’t be loaded right now. "
        "<a href='/apply'>Load them again</a> in a minute, or read on without. Quote b7e1-44c0 to us.</p></div></main>",
    ),
    "a file that has to be chosen again": Good(
        title="We couldn't take your photo – Morley Pictures",
        body="""
<main>
<section role="alert" tabindex="-1" autofocus>
<h1>We couldn’t take your photo</h1>
<p>Our picture store is not answering. Your photo has not been saved, so please choose it again below.</p>
<p>It should work again within a minute. Quote b7e1-44c0 if it doesn’t.</p>
</section>
<form method="post" enctype="multipart/form-data">
<label for="p">Photo</label><input id="p" name="photo" type="file">
<label for="t">Title</label><input id="t" name="title" value="Tide, 6 a.m.">
<button>Send the photo</button>
</form>
</main>""",
        sent=Sent(fields={"title": "Tide, 6 a.m."}, files=("photo",)),
    ),
    "style and scripts in the page, rich markup": Good(
        title="Timetables aren’t available – Morley Buses",
        head="<style>@media (prefers-color-scheme: dark){body{color:#fff;background:#111}} .x{display:none}</style>"
        "<link rel='icon' href='data:,'><script>document.documentElement.className='js'</script>",
        body="""
<div class="x">Internal Server Error</div>
<header><a href="/" aria-label="Morley Buses"><svg viewBox="0 0 1 1"><title>logo</title></svg></a></header>
<main>
<h1>Timetables <em>aren’t</em> available<br>right now</h1>
<p>The buses <strong>are running</strong> as usual. Only the page that shows their times has stopped.</p>
<noscript><p>This page needs no scripts.</p></noscript>
<p>Please <a href="/apply"><span>try again</span></a> in a minute, or text 60123 for the next bus.</p>
<details><summary>For our help desk</summary>b7e1-44c0</details><p>Reference: b7e1-44c0</p>
</main>""",
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_good_page_is_found_no_fault_with(name: str) -> None:
    good = PAGES[name]
    judged = judge(good.answer(), Situation(served=False, sent=good.sent, surge=good.surge, max_retry_after_s=7200))
    assert [str(finding) for finding in judged.findings] == []


@pytest.mark.parametrize("lang", ["de", "fr-CA", "ja", "ar"])
@pytest.mark.parametrize("name", PAGES)
def test_words_of_another_language_are_never_found_fault_with(name: str, lang: str) -> None:
    good = PAGES[name]
    answer = Good(**{**good.__dict__, "lang": lang, "sent": None}).answer()
    judged = judge(answer, Situation(served=False, surge=good.surge, max_retry_after_s=7200))
    assert [str(finding) for finding in judged.findings] == []
    assert {"G11", "G15", "G16", "G17"} <= {skipped.rule for skipped in judged.not_checked}


SERVED = {
    "a page about errors": "<h1>How to read a 503</h1><p>A gateway in need says 503 Service Unavailable.</p>"
    "<pre>HTTP/1.1 503</pre><p>It is one of the codes that servers send when they have too much to do at once.</p>",
    "an empty search": "<h1>Nothing found for “tide”</h1><p>Try fewer words, or see <a href=/all>all pictures</a>.</p>",
    "a form": "<h1>Report a fault</h1><form><label>What went wrong?</label><input name=x><button>Send</button></form>",
    "a status page": "<h1>Status</h1><ul><li>Posting: unavailable</li><li>Watching: works</li></ul>",
    "a feed with a banner": "<p role=status>New clips may be late.</p><h1>For you</h1><ul class=clips><li>a<li>b</ul>",
}


@pytest.mark.parametrize("name", SERVED)
def test_a_page_that_was_served_is_found_no_fault_with(html, name: str) -> None:
    told = Situation(
        served=True,
        gates=(Gate("age", asks="your age", guards="Members only"),),
        passed=frozenset({"age"}),
        learned=Learned(title="x", counts={"entries of ul.clips": 2.0} if "feed" in name else {}),
    )
    found: tuple[Finding, ...] = judge(html(SERVED[name], title="Clipshare", status=200), told).findings
    assert [str(finding) for finding in found] == []


PROBLEMS: dict[str, dict[str, object]] = {
    "short": {"title": "Order not placed", "status": 503, "detail": "Please send it again in a minute."},
    "with a place in the body": {
        "type": "https://licences.example/problems/no-answer",
        "title": "The register did not answer",
        "status": 503,
        "detail": "Your application is saved and will be checked within the hour.",
        "errors": [{"pointer": "#/name", "detail": "could not be checked yet"}],
    },
    "in another language": {"title": "Nicht gespeichert", "status": 503, "detail": "Bitte noch einmal senden."},
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_good_problem_object_is_found_no_fault_with(name: str) -> None:
    answer = Answer(
        method="GET",
        url="https://www.licences.example/apply",
        status=503,
        headers=tuple((HEADERS | {"Content-Type": "application/problem+json", "Retry-After": "60"}).items()),
        body=json.dumps(PROBLEMS[name] | {"instance": "urn:licences:b7e1-44c0"}).encode(),
        elapsed_s=0.2,
        asked_for="json",
    )
    assert [str(finding) for finding in judge(answer, Situation(served=False)).findings] == []


@pytest.mark.parametrize("status", [200, 202, 204, 301, 303, 304, 400, 404, 500, 503])
@pytest.mark.parametrize("asked_for", ["html", "json"])
def test_an_empty_body_is_a_matter_of_g01_to_g13_and_of_no_rule_that_reads_pages(status: int, asked_for: str) -> None:
    answer = Answer(
        method="GET",
        url="http://127.0.0.1/",
        status=status,
        headers=(),
        body=b"",
        elapsed_s=0.1,
        asked_for="json" if asked_for == "json" else "html",
    )
    found = {finding.rule for finding in judge(answer, Situation(served=False)).findings}
    assert found <= {"G01", "G02", "G03", "G06", "G07", "G13"}
