from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chaos.rules import Situation, judge_answer

FEED = "".join(f"<h2>Clip {n}: how I fixed my bike</h2><p>by Anna, 12:30</p>" for n in range(5))


# --- G01 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 204, 302, 303])
def test_what_did_not_happen_is_not_answered_below_400(html, broken, status) -> None:
    assert (
        "did not happen"
        in broken(html("<h1>How old are you?</h1><form><button>Go</button></form>", status=status))["G01"]
    )


@pytest.mark.parametrize(
    ("answer", "linked"),
    [
        ({"id": "c1"}, False),
        ({"id": "c1", "status_url": "/clips/c1"}, True),
        ({"id": "c1", "links": [{"href": "https://clipshare.example/clips/c1"}]}, True),
        ({"id": "c1", "type": "video/mp4", "ratio": "16/9"}, False),
    ],
)
def test_accepted_json_needs_a_link_to_its_state(problem, broken, answer, linked) -> None:
    assert ("G01" in broken(problem(answer, status=202, media_type="application/json"))) is not linked


def test_accepted_may_link_in_its_headers_or_on_its_page(html, broken) -> None:
    without = "<h1>We have your clip</h1><p>It will appear in a few minutes.</p>"
    assert "link" in broken(html(without, status=202))["G01"]
    assert "G01" not in broken(html(without, status=202, headers={"Location": "/clips/c1"}))
    assert "G01" not in broken(html(without + '<a href="/clips">Your clips</a>', status=202))
    assert "G01" in broken(html(without + '<a href="/feed">This page</a>', status=202))


LYING = [
    "<h1>Server error</h1><p>Please reload.</p>",
    "<h1>SERVER ERROR</h1>",
    "<h1>500 Internal Server Error</h1><p>The server encountered an error.</p>",
    "<h1>Error 503</h1>",
    "<h1>Oops! Something went wrong&hellip;</h1><p>Sorry.</p>",
    "<h1>We’re sorry, but something went wrong.</h1>",
    "<h1>There is a small problem with the server, fixing it now</h1>",
    "<h1>Sorry, there is a problem with the service</h1><p>Try again later.</p>",
    "<h1>Service Temporarily Unavailable</h1>",
    "<h1>We are experiencing technical difficulties</h1>",
    "<p>Something went wrong.</p>",
    "Internal Server Error",
    "<h1>For you</h1><p>Something went wrong.</p>",
    '<h1>For you</h1><div role="alert"><p>Something went wrong. We have been told and will look at it.</p></div>',
    "<h1>504 Gateway Time-out</h1><center>nginx</center>",
    "<h1>Page not found</h1>",
    "<h1>Server Error (500)</h1>",
    "<h1>HTTP Status 500 – Internal Server Error</h1><hr><h3>Apache Tomcat</h3>",
    "<h1>The server returned a “500 Internal Server Error”.</h1>",
    "<h1>Error establishing a database connection</h1>",
    "<h1>Application error: an exception has occured</h1>",
    "<h1>Temporarily unavailable</h1>",
    "<h1>Our servers are over capacity</h1>",
    "<h1>Something broke!</h1>",
    "<h1>We'll be right back!</h1><p>Our website is currently undergoing maintenance.</p>",
    "<p>We're experiencing high demand. Please try again later.</p>",
    "Upstream connect error",
]


@pytest.mark.parametrize("main", LYING)
def test_an_error_page_with_200_is_a_lie_even_when_expectations_held(html, broken, main) -> None:
    assert "reads as an error" in broken(html(main, status=200, title="Clipshare"), served=True)["G01"]
    assert broken(html(main, status=200, title="Clipshare"), served=True).keys() == {"G01"}


@pytest.mark.parametrize(
    "title", ["Server error", "Something went wrong | Clipshare", "Clipshare - 500 Internal Server Error"]
)
def test_a_title_alone_can_tell(html, broken, title) -> None:
    assert "G01" in broken(html("<h1>Clipshare</h1><p>Hello.</p>", status=200, title=title), served=True)


HONEST = [
    "<h1>For you</h1>" + FEED,
    '<h1>For you</h1><div role="status">New clips may appear late. We keep every clip you send us.</div>' + FEED,
    '<h1>For you</h1><div role="status">We are having technical issues with uploads.</div>' + FEED,
    '<h1>For you</h1><p role="status">Something went wrong with your recommendations.</p>' + FEED,
    '<h1>For you</h1><p role="alert">Something went wrong. Uploads wait until it works again.</p>' + FEED,
    '<h1>For you</h1><div role="alert" hidden>Something went wrong.</div><p>Nothing new.</p>',
    '<h1>For you</h1><div role="alert" style="display : none">Server error</div><p>Nothing new.</p>',
    '<h1>For you</h1><div role="alert" class="d-none">Server error</div><p>Nothing new.</p>',
    "<h1>For you</h1><template><h1>Server error</h1></template><p>Nothing new.</p>",
    "<h1>For you</h1><script>var oops = '<h1>Server error</h1>'</script><p>Nothing new.</p>",
    "<h1>For you</h1><dialog><h1>Something went wrong</h1></dialog><p>Nothing new.</p>",
    "<h1>For you</h1><h2>Something went wrong</h2><p>A film by Anna, with Ben, in 12 parts.</p>",
    "<h1>How to fix a 500 Internal Server Error</h1><p>In this clip we look at logs.</p>",
    "<h1>500 ways to cook an egg</h1><p>A clip.</p>",
    "<h1>System status</h1><table><tr><td>Feed<td>Works<tr><td>Posting<td>Service unavailable</table>",
    "<h1>Status</h1><p>The service is unavailable.</p>",
    "<h1>The feed is available</h1><p>Have fun.</p>",
    "<h1>We have your clip</h1><p>It will appear in a few minutes. <a href='/clips/1'>See it</a></p>",
]


@pytest.mark.parametrize("main", HONEST)
def test_a_page_with_its_content_is_served_whatever_notice_it_carries(html, broken, main) -> None:
    assert broken(html(main, status=200, title="Clipshare"), served=True) == {}


def test_an_error_headline_on_a_page_full_of_content_is_a_headline(html, broken) -> None:
    assert broken(html("<h1>Something went wrong</h1>" + 40 * FEED, status=200), served=True) == {}


@pytest.mark.parametrize(
    ("value", "lies"),
    [
        ({"error": "profile is down"}, True),
        ({"error": {"code": 7, "message": "no"}}, True),
        ({"success": False, "message": "try later"}, True),
        ({"ok": False}, True),
        ({"status": 503, "title": "Unavailable"}, True),
        ({"status": "error", "message": "no"}, True),
        ({"errors": [{"message": "no"}], "data": None}, True),
        ({"errors": [{"message": "no"}], "data": {"user": {}, "feed": [1]}}, False),
        ({"id": "c1", "status": "failed", "error": "codec unknown"}, False),
        ({"status": "degraded"}, False),
        ({"error": None, "clips": []}, False),
        ({"ok": True}, False),
        ({"title": "A clip", "status": 7}, False),
        ([{"error": "x"}], False),
        ({"clips": []}, False),
        (3, False),
    ],
)
def test_json_lies_when_it_reports_an_error_and_holds_nothing_else(problem, broken, value, lies) -> None:
    answer = problem(value, status=200, media_type="application/json")
    assert ("G01" in broken(answer, served=True)) is lies


def test_a_problem_object_with_200_is_a_lie(problem, broken) -> None:
    assert "problem+json" in broken(problem(status=200), served=True)["G01"]


def test_an_error_status_is_honest(html, broken) -> None:
    assert "G01" not in broken(html(LYING[0], status=503))


def test_a_served_page_in_another_language_is_not_checked(html) -> None:
    from chaos.rules import judge

    answer = html(page="<!doctype html><html lang=fr><meta charset=utf-8><title>Pour toi</title><p>Bonjour", status=200)
    judgement = judge(answer, Situation(served=True))
    assert judgement.findings == ()
    assert "G01" in {skipped.rule for skipped in judgement.not_checked}


# --- G02 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_fault_behind_the_app_is_502_503_or_504(html, broken, status) -> None:
    assert broken(html(status=status)) == {}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 451, 499, 500, 501, 505, 507, 508, 511, 520])
def test_any_other_error_status_is_the_wrong_class(html, broken, status) -> None:
    assert str(status) in broken(html(status=status))["G02"]


def test_too_many_requests_is_right_under_a_surge(html, broken) -> None:
    assert "G02" not in broken(html(status=429), surge=True)


# --- G03 ------------------------------------------------------------------------------------------------------------

NOW = datetime(2021, 7, 6, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1", None),
        ("300", None),
        (" 5 ", None),
        ("Tue, 06 Jul 2021 21:01:00 GMT", None),
        ("Tuesday, 06-Jul-21 21:01:00 GMT", None),
        ("Tue Jul  6 21:01:00 2021", None),
        ("", "without"),
        ("0", "at least 1 second"),
        ("301", "longer than"),
        ("9" * 5000, "longer than"),
        ("-1", "neither"),
        ("1.5", "neither"),
        ("soon", "neither"),
        ("１", "neither"),
        ("Tue, 06 Jul 2021 21:00:00 GMT", "passed already"),
        ("Tue, 06 Jul 2021 20:00:00 GMT", "passed already"),
        ("Tue, 06 Jul 2021 23:00:00 GMT", "longer than"),
        ("Tue, 99 Jul 2021 21:01:00 GMT", "neither"),
        ("2021-07-06T21:01:00Z", "neither"),
    ],
)
def test_retry_after_is_seconds_or_a_date_ahead(html, broken, value, said) -> None:
    found = broken(html(headers={"Retry-After": value}), wall=lambda: NOW).get("G03")
    assert found is None if said is None else said in found


def test_a_date_is_compared_with_the_answers_own_clock_first(html, broken) -> None:
    headers = {"Retry-After": "Tue, 06 Jul 2021 21:01:00 GMT", "Date": "Tue, 06 Jul 2021 21:02:00 GMT"}
    assert "passed already" in broken(html(headers=headers), wall=lambda: NOW)["G03"]


def test_a_date_that_nothing_can_be_compared_with_does_not_pass(html, broken) -> None:
    assert "no Date" in broken(html(headers={"Retry-After": "Tue, 06 Jul 2021 21:01:00 GMT"}))["G03"]


def test_the_maximum_is_configurable_and_naive_times_are_utc(html) -> None:
    answer = html(headers={"Retry-After": "Tue, 06 Jul 2021 21:10:00 GMT"})
    naive = NOW.replace(tzinfo=None)
    assert "G03" in {f.rule for f in judge_answer(answer, Situation(served=False, wall=lambda: naive))}
    assert "G03" not in {
        f.rule for f in judge_answer(answer, Situation(served=False, wall=lambda: naive, max_retry_after_s=600))
    }


@pytest.mark.parametrize("status", [502, 504])
def test_only_503_and_429_need_it(html, broken, status) -> None:
    assert broken(html(status=status)) == {}
    assert broken(html(status=429, headers={"Retry-After": ""}), surge=True).keys() == {"G03"}
