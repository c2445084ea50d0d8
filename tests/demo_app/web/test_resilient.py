"""What users get from the resilient mode, over the routes; `profile` and `media` are fakes that fail on demand."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from demo_app.seeds import SEEDS
from demo_app.web.app import create_app
from demo_app.web.board import Board
from demo_app.web.client import NotReached, TimedOut
from demo_app.web.cookie import VerdictCookie
from demo_app.web.model import Age
from demo_app.web.resilient import Resilient
from demo_app.web.shedding import Shedding

DOWN = NotReached("no connection: ConnectionRefusedError")
LATE = TimedOut("no answer in time")
PAGE = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def member(visitor: FlaskClient) -> FlaskClient:
    assert visitor.post("/age", data={"born": "1990-01-01"}).status_code == 303
    return visitor


def post_clip(who: FlaskClient, content: bytes = b"clip", headers: dict[str, str] | None = None, **form: str) -> Any:
    return who.post("/upload", data={"clip": (io.BytesIO(content), "a.mp4"), **form}, headers=headers or {})


def user_of(who: FlaskClient) -> str:
    cookie = who.get_cookie("user")
    assert cookie is not None
    return cookie.value


class TestOpening:
    def test_a_new_user_is_asked_for_the_age_once(self, visitor: FlaskClient) -> None:
        gate = visitor.get("/")
        assert gate.status_code == 200
        assert "your age" in gate.text
        assert "For you" not in gate.text
        saved = visitor.post("/age", data={"born": "1990-01-01"})
        assert (saved.status_code, saved.headers["Location"]) == (303, "/")
        feed = visitor.get("/")
        assert feed.status_code == 200
        assert "For you" in feed.text
        assert "your age" not in feed.text.lower()
        assert all(clip["caption"] in feed.text for clip in SEEDS)
        assert 'banner"' not in feed.text

    def test_profile_is_asked_afresh_on_each_opening(self, member: FlaskClient, profile: Any) -> None:
        before = profile.calls
        for _ in range(3):
            member.get("/")
        assert profile.calls == before + 3

    @pytest.mark.parametrize("failure", [DOWN, LATE])
    def test_a_returning_user_gets_in_while_profile_fails(
        self, member: FlaskClient, profile: Any, failure: Exception
    ) -> None:
        profile.failure = failure
        for _ in range(10):
            feed = member.get("/")
            assert feed.status_code == 200
            assert "For you" in feed.text
            assert "your age" not in feed.text.lower()
        assert 'role="status"' in feed.text
        assert profile.calls < 10  # the breaker spares a dependency that fails

    def test_the_notice_goes_when_profile_is_back(
        self, member: FlaskClient, profile: Any, resilient: Resilient
    ) -> None:
        profile.failure = DOWN
        assert 'role="status"' in member.get("/").text
        profile.failure = None
        assert 'role="status"' not in member.get("/").text
        assert resilient.notices() == []

    def test_nobody_unknown_gets_in_while_profile_fails(self, visitor: FlaskClient, profile: Any) -> None:
        profile.failure = DOWN
        answer = visitor.get("/")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "1"
        assert "For you" not in answer.text
        assert "your age" not in answer.text.lower()

    def test_somebody_elses_verdict_lets_nobody_in(self, app: Flask, member: FlaskClient, profile: Any) -> None:
        verdict = member.get_cookie("age")
        assert verdict is not None
        stranger = app.test_client()
        stranger.set_cookie("user", "someone-else")
        stranger.set_cookie("age", verdict.value)
        profile.failure = DOWN
        assert stranger.get("/").status_code == 503

    def test_a_member_whom_profile_forgot_is_not_asked_again(self, member: FlaskClient, profile: Any) -> None:
        profile.ages.clear()
        assert "For you" in member.get("/").text

    def test_a_verdict_that_profile_takes_back_counts(self, member: FlaskClient, profile: Any) -> None:
        profile.ages[user_of(member)] = Age.TOO_YOUNG
        answer = member.get("/")
        assert answer.status_code == 403
        assert "For you" not in answer.text
        profile.failure = DOWN
        assert member.get("/").status_code == 503  # and the cookie is gone, too

    def test_the_last_good_feed_is_shown_with_a_notice_while_media_fails(self, member: FlaskClient, media: Any) -> None:
        member.get("/")
        media.failure = DOWN
        feed = member.get("/")
        assert feed.status_code == 200
        assert all(clip["caption"] in feed.text for clip in SEEDS)
        assert "clips of a little while ago" in feed.text
        media.failure = None
        assert "clips of a little while ago" not in member.get("/").text

    def test_an_empty_feed_is_not_believed(self, member: FlaskClient, media: Any) -> None:
        member.get("/")
        media.clips = []
        feed = member.get("/")
        assert SEEDS[0]["caption"] in feed.text
        assert "clips of a little while ago" in feed.text

    def test_without_any_clips_to_show_it_says_so(self, member: FlaskClient, media: Any) -> None:
        media.failure = DOWN
        answer = member.get("/")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")

    def test_the_last_good_feed_outlives_a_restart(
        self, member: FlaskClient, resilient: Resilient, profile: Any, media: Any, board: Board, tmp_path: Path
    ) -> None:
        member.get("/")
        resilient.close()
        media.failure = DOWN
        again = Resilient(profile, media, tmp_path)
        client = create_app(again, VerdictCookie("secret"), Shedding(None), board).test_client()
        client.post("/age", data={"born": "1990-01-01"})
        assert SEEDS[0]["caption"] in client.get("/").text
        again.close()


class TestDeadlines:
    def test_every_call_has_one(self, member: FlaskClient, profile: Any, media: Any) -> None:
        member.get("/")
        post_clip(member)
        profile.failure = media.failure = LATE
        member.get("/")
        post_clip(member)
        timeouts_s = [*profile.timeouts_s, *media.timeouts_s]
        assert len(timeouts_s) > 6
        assert all(timeout_s is not None and timeout_s <= 0.25 for timeout_s in timeouts_s)

    def test_a_call_that_failed_is_tried_once_more(self, member: FlaskClient, profile: Any) -> None:
        before = profile.calls
        profile.failure = LATE
        member.get("/")
        assert profile.calls == before + 2


class TestAnsweringTheAge:
    @pytest.mark.parametrize(
        ("failure", "fate"), [(DOWN, "has not been saved"), (LATE, "may or may not have been saved")]
    )
    def test_while_profile_fails_the_answer_is_kept_in_the_form(
        self, visitor: FlaskClient, profile: Any, failure: Exception, fate: str
    ) -> None:
        profile.failure = failure
        answer = visitor.post("/age", data={"born": "1991-02-03"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert 'value="1991-02-03"' in answer.text
        assert fate in answer.text
        profile.failure = None
        assert visitor.post("/age", data={"born": "1991-02-03"}).status_code == 303
        assert "For you" in visitor.get("/").text

    def test_who_is_too_young_is_kindly_not_admitted(self, visitor: FlaskClient, profile: Any) -> None:
        answer = visitor.post("/age", data={"born": "2021-01-01"})
        assert answer.status_code == 403
        assert "once you are 13" in answer.text
        assert visitor.get_cookie("age") is None
        assert visitor.get("/").status_code == 403
        assert post_clip(visitor).status_code == 403
        profile.failure = DOWN
        assert visitor.get("/").status_code == 503
        assert visitor.post("/age", data={"born": "2021-01-01"}).status_code == 503

    @pytest.mark.parametrize("born", ["", "31.1.1990", "1990-02-30", "2999-01-01", "<script>"])
    def test_a_date_that_is_none_is_kept_for_mending(self, visitor: FlaskClient, profile: Any, born: str) -> None:
        answer = visitor.post("/age", data={"born": born})
        assert answer.status_code == 422
        assert f'value="{born.replace("<", "&lt;").replace(">", "&gt;")}"' in answer.text
        assert 'role="alert"' in answer.text
        assert profile.calls == 0

    def test_it_can_be_answered_in_json(self, visitor: FlaskClient) -> None:
        saved = visitor.post("/age", json={"born": "1990-01-01"}, headers=JSON)
        assert (saved.status_code, saved.json) == (200, {"adult_enough": True})
        feed = visitor.get("/", headers=JSON)
        assert feed.json == {"clips": list(SEEDS), "notices": []}


class TestPosting:
    def test_a_clip_is_stored_and_said_to_be(self, member: FlaskClient, media: Any) -> None:
        answer = post_clip(member, b"x" * 70_000)
        assert answer.status_code == 201
        clip_id = answer.json["id"]
        assert answer.json == {"id": clip_id, "state": "stored", "status_url": f"/clips/{clip_id}"}
        assert media.stored == [(clip_id, b"x" * 70_000)]
        assert member.get(f"/clips/{clip_id}", headers=JSON).json == answer.json
        assert member.get("/clips", headers=JSON).json == [answer.json]

    def test_a_browser_gets_a_page(self, member: FlaskClient, media: Any) -> None:
        answer = post_clip(member, headers=PAGE)
        assert answer.status_code == 201
        assert "Your clip is posted" in answer.text
        media.failure = DOWN
        answer = post_clip(member, headers=PAGE)
        assert answer.status_code == 202
        assert "We have your clip" in answer.text
        assert f'href="{answer.headers["Location"]}"' in answer.text
        assert "On its way" in member.get(answer.headers["Location"]).text

    @pytest.mark.parametrize("failure", [DOWN, LATE])
    def test_while_media_fails_a_clip_is_kept_and_delivered_once(
        self, member: FlaskClient, media: Any, resilient: Resilient, failure: Exception
    ) -> None:
        media.failure = failure
        answers = [post_clip(member, b"clip %d" % number) for number in range(8)]
        assert [answer.status_code for answer in answers] == [202] * 8
        ids = [answer.json["id"] for answer in answers]
        assert member.get("/pending").json == ids
        assert answers[0].json == {"id": ids[0], "state": "pending", "status_url": f"/clips/{ids[0]}"}
        media.failure = None
        deliver_all(resilient)
        assert media.stored == [(clip_id, b"clip %d" % number) for number, clip_id in enumerate(ids)]
        assert member.get("/pending").json == []
        assert member.get(f"/clips/{ids[0]}", headers=JSON).json["state"] == "stored"

    def test_a_clip_that_was_stored_though_the_answer_was_lost_is_not_stored_twice(
        self, member: FlaskClient, media: Any, resilient: Resilient
    ) -> None:
        media.failure, media.stores_and_fails = LATE, True
        answer = post_clip(member)
        assert answer.status_code == 202
        assert len(media.stored) == 1
        media.failure = None
        deliver_all(resilient)
        assert media.stored == [(answer.json["id"], b"clip")]

    def test_kept_clips_outlive_a_restart(
        self, member: FlaskClient, media: Any, profile: Any, resilient: Resilient, tmp_path: Path
    ) -> None:
        media.failure = DOWN
        clip_id = post_clip(member).json["id"]
        resilient.close()
        media.failure = None
        again = Resilient(profile, media, tmp_path)
        assert again.pending() == [clip_id]
        deliver_all(again)
        assert media.stored == [(clip_id, b"clip")]
        again.close()

    def test_posting_does_not_need_profile(self, member: FlaskClient, profile: Any) -> None:
        profile.failure = DOWN
        assert post_clip(member).status_code == 201

    def test_a_caption_is_kept_when_the_clip_could_not_be_taken(
        self, visitor: FlaskClient, profile: Any, shedding: Shedding
    ) -> None:
        profile.failure = DOWN
        assert 'value="Evening light"' in post_clip(visitor, headers=PAGE, caption="Evening  light").text
        shedding.waiting = lambda: 1000
        assert 'value="Evening light"' in post_clip(visitor, headers=PAGE, caption="Evening light").text

    def test_a_member_without_the_cookie_is_told_that_the_clip_was_not_saved(
        self, member: FlaskClient, profile: Any, media: Any
    ) -> None:
        member.delete_cookie("age")
        profile.failure = DOWN
        answer = post_clip(member, headers=PAGE)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert "Your clip has not been saved" in answer.text
        assert media.stored == []

    def test_who_is_not_known_can_not_post(self, visitor: FlaskClient, media: Any) -> None:
        assert post_clip(visitor).status_code == 403
        assert media.stored == []

    @pytest.mark.parametrize("how", ["header", "form"])
    def test_the_same_key_again_gets_the_same_answer_and_has_one_effect(
        self, member: FlaskClient, media: Any, how: str
    ) -> None:
        def post(content: bytes = b"clip") -> Any:
            if how == "header":
                return post_clip(member, content, {"Idempotency-Key": "k-1"})
            return post_clip(member, content, key="k-1")

        first = post()
        again = [post() for _ in range(3)]
        assert {(answer.status_code, answer.text) for answer in [first, *again]} == {(201, first.text)}
        assert len(media.stored) == 1
        other = post(b"another clip")
        assert other.status_code == 422
        assert other.content_type == "application/problem+json"
        assert len(media.stored) == 1

    def test_the_same_key_while_media_fails(self, member: FlaskClient, media: Any, resilient: Resilient) -> None:
        media.failure = DOWN
        first = post_clip(member, headers={"Idempotency-Key": "k"})
        media.failure = None
        again = post_clip(member, headers={"Idempotency-Key": "k"})
        assert (first.status_code, first.text) == (again.status_code, again.text)
        deliver_all(resilient)
        assert len(media.stored) == 1

    def test_a_key_belongs_to_its_user(self, app: Flask, media: Any) -> None:
        for _ in range(2):
            someone = app.test_client()
            someone.post("/age", data={"born": "1990-01-01"})
            post_clip(someone, headers={"Idempotency-Key": "1"})
        assert len({clip_id for clip_id, _ in media.stored}) == 2

    def test_without_a_clip_or_with_one_too_large(self, member: FlaskClient, media: Any) -> None:
        assert member.post("/upload", data={"caption": "x"}).status_code == 422
        assert post_clip(member, b"x" * (16 * 1024 * 1024 + 1)).status_code == 413
        assert post_clip(member, b"x" * (17 * 1024 * 1024)).status_code == 413
        assert post_clip(member, b"x" * (16 * 1024 * 1024)).status_code == 201

    def test_a_full_spool_is_no_acknowledgement(
        self, member: FlaskClient, media: Any, resilient: Resilient, tmp_path: Path
    ) -> None:
        (tmp_path / "spool").rmdir()
        media.failure = LATE
        unknown = post_clip(member, headers=PAGE)
        assert unknown.status_code == 503
        assert "may or may not have been saved" in unknown.text
        while resilient.media_guard.closed:
            post_clip(member)
        not_saved = post_clip(member, headers=PAGE)
        assert not_saved.status_code == 503
        assert "has not been saved" in not_saved.text


class TestTelling:
    def test_all_is_well(self, member: FlaskClient) -> None:
        page = member.get("/status")
        assert "All is well" in page.text
        assert 'role="status"' in page.text
        status = member.get("/status", headers=JSON).json
        assert status["well"] is True
        assert [part["name"] for part in status["parts"]] == ["Watching", "Posting", "Joining"]

    def test_what_is_wrong_and_since_when(self, member: FlaskClient, media: Any) -> None:
        media.failure = DOWN
        post_clip(member)
        page = member.get("/status")
        assert page.status_code == 200
        assert "Not everything works" in page.text
        assert "for less than a minute" in page.text
        for path in ("/upload", "/clips"):
            assert "We keep every clip" in member.get(path).text
        status = member.get("/status", headers=JSON).json
        assert status["well"] is False
        assert status["pending"] == 1
        assert {part["name"]: part["well"] for part in status["parts"]} == {
            "Watching": False,
            "Posting": False,
            "Joining": True,
        }

    def test_while_something_is_wrong_every_page_says_so(
        self, member: FlaskClient, app: Flask, media: Any, profile: Any
    ) -> None:
        clip_id = post_clip(member).json["id"]
        paths = ("/", "/upload", "/clips", f"/clips/{clip_id}", "/report", "/nothing-here")
        for path in paths:
            assert 'class="banner"' not in member.get(path, headers=PAGE).text
        media.failure = profile.failure = DOWN
        member.get("/")
        for path in paths:
            banner = HTMLParser(member.get(path, headers=PAGE).text).css_first(".banner[role=status]")
            assert "New clips may appear late" in banner.text()
            assert "New members have to wait" in banner.text()
        refused = HTMLParser(app.test_client().get("/").text)
        assert refused.css_first("[role=alert] ~ .banner")  # what happened to the user comes first

    def test_a_crowd_is_said_on_every_page_too(self, member: FlaskClient, shedding: Shedding) -> None:
        shedding.waiting = lambda: 20
        member.get("/healthz")
        shedding.waiting = int
        for path in ("/upload", "/clips", "/report"):
            assert "Very many people" in member.get(path).text

    def test_what_was_wrong_is_told_afterwards(self, member: FlaskClient, media: Any, app: Flask) -> None:
        assert "Nothing so far" in member.get("/status").text
        media.failure = DOWN
        post_clip(member)
        history = member.get("/status", headers=JSON).json["history"]
        assert {incident["part"] for incident in history} == {"Watching", "Posting"}
        assert all(incident["to"] is None and incident["from"] for incident in history)
        assert "Posting</strong> is limited" in member.get("/status").text
        media.failure = None
        member.get("/")
        status = member.get("/status", headers=JSON).json
        assert status["well"] is True
        assert status["region"] is None
        assert all(incident["to"] >= incident["from"] for incident in status["history"])
        page = member.get("/status").text
        assert "All is well" in page
        assert "Posting</strong> was limited for less than a minute" in page

    def test_how_far_a_clip_has_come_is_shown_step_by_step(
        self, member: FlaskClient, media: Any, resilient: Resilient
    ) -> None:
        media.failure = DOWN
        answer = post_clip(member, headers=PAGE, caption="Rooftop at five")
        where = answer.headers["Location"]

        def steps() -> list[str]:
            page = HTMLParser(member.get(where, headers=PAGE).text)
            assert "Rooftop at five" in page.body.text()  # type: ignore[union-attr]
            return [step.attributes["class"] or "" for step in page.css(".steps li")]

        assert HTMLParser(answer.text).css_first(f'a[href="{where}"]')
        assert steps() == ["done", "now", "later"]
        assert "1 of 1 is on the way" in member.get("/clips").text
        media.failure = None
        deliver_all(resilient)
        assert steps() == ["done", "done", "done"]
        assert "It is posted" in member.get("/clips").text

    def test_once_media_is_back_the_notice_goes_though_clips_are_still_waiting(
        self, member: FlaskClient, media: Any, resilient: Resilient
    ) -> None:
        media.failure = DOWN
        post_clip(member)
        media.failure = None
        assert 'role="status"' not in member.get("/").text
        assert "still on their way" in member.get("/status").text
        deliver_all(resilient)
        assert "still on their way" not in member.get("/status").text

    def test_health_is_our_own_alone(self, member: FlaskClient, media: Any, profile: Any) -> None:
        media.failure = profile.failure = DOWN
        before = profile.calls
        answer = member.get("/healthz")
        assert (answer.status_code, answer.json) == (200, {"service": "web", "mode": "resilient", "status": "ok"})
        assert profile.calls == before


class TestOverload:
    def test_writes_are_turned_away_first(self, member: FlaskClient, shedding: Shedding, media: Any) -> None:
        member.get("/")
        shedding.waiting = lambda: 30
        assert member.get("/").status_code == 200
        answer = post_clip(member, headers=PAGE)
        assert answer.status_code == 503
        assert "Your clip has not been saved" in answer.text
        assert media.stored == []
        age = member.post("/age", data={"born": "1991-02-03"})
        assert age.status_code == 503
        assert 'value="1991-02-03"' in age.text

    def test_then_everybody_early_and_told_when_to_come_back(self, member: FlaskClient, shedding: Shedding) -> None:
        shedding.waiting = lambda: 100
        for _ in range(30):
            answer = member.get("/")
            assert answer.status_code == 503
            after_s = int(answer.headers["Retry-After"])
            assert f"in {after_s} second" in answer.text
        assert member.get("/healthz").status_code == 200
        assert "Very many people" in member.get("/status").text
        shedding.waiting = int
        assert member.get("/").status_code == 200

    def test_before_that_dependencies_are_spared(
        self, member: FlaskClient, shedding: Shedding, profile: Any, app: Flask
    ) -> None:
        member.get("/")
        before = profile.calls
        shedding.waiting = lambda: 20
        feed = member.get("/")
        assert "For you" in feed.text
        assert "clips of a little while ago" in feed.text
        assert profile.calls == before
        app.test_client().get("/")  # but who is not known is looked up as ever
        assert profile.calls == before + 1

    def test_every_request_is_counted_out_again(self, member: FlaskClient, shedding: Shedding) -> None:
        for path in ("/", "/nothing-here", "/healthz", "/clips", "/status"):
            for _ in range(30):
                assert member.get(path).status_code < 500


def deliver_all(mode: Resilient) -> None:
    """What the background thread does; the breaker's half second is not waited for."""
    mode.media_guard._half_open_at_s = 0.0
    mode.media_guard.call(lambda timeout_s: mode._media.feed("reference", timeout_s=timeout_s), budget_s=1.0)
    while (clip := mode._spool.oldest()) is not None:
        mode._delivery.deliver(clip)
