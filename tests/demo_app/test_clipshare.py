"""The three services as processes, in both modes; dependencies are stopped, killed and started again."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

PATIENCE_S = 30.0
NOTICE = 'role="status"'

Start = Callable[[str], Any]
WaitUntil = Callable[[Callable[[], bool], str], None]


def post_clip(clipshare: Any, who: requests.Session, content: bytes, **headers: str) -> requests.Response:
    return who.post(f"{clipshare.url}/upload", files={"clip": content}, headers=headers, timeout=PATIENCE_S)


def all_is_well(clipshare: Any, who: requests.Session) -> bool:
    feed = open_feed(clipshare, who)
    return feed.status_code == 200 and "For you" in feed.text and NOTICE not in feed.text


def answer_age(clipshare: Any, who: requests.Session) -> requests.Response:
    return who.post(f"{clipshare.url}/age", data={"born": "1991-02-03"}, timeout=PATIENCE_S)


def open_feed(clipshare: Any, who: requests.Session) -> requests.Response:
    return who.get(f"{clipshare.url}/", timeout=PATIENCE_S)


def test_resilient_members_do_not_notice_that_profile_hangs(start_clipshare: Start, wait_until: WaitUntil) -> None:
    clipshare = start_clipshare("resilient")
    member, newcomer = clipshare.member(), requests.Session()
    wait_until(lambda: all_is_well(clipshare, member), "all is well")

    clipshare.profile.pause()
    for _ in range(10):
        feed = open_feed(clipshare, member)
        assert feed.status_code == 200
        assert "For you" in feed.text
        assert "your age" not in feed.text.lower()
    assert NOTICE in feed.text
    assert post_clip(clipshare, member, b"clip").status_code in (201, 202)
    refused = answer_age(clipshare, newcomer)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert 'value="1991-02-03"' in refused.text
    assert open_feed(clipshare, newcomer).status_code == 503

    clipshare.profile.resume()
    wait_until(lambda: all_is_well(clipshare, member), "the notice goes")
    wait_until(lambda: "For you" in answer_age(clipshare, newcomer).text, "the newcomer gets in")


@pytest.mark.parametrize("how", ["hangs", "is down"])
def test_resilient_clips_sent_while_media_fails_are_delivered_once(
    start_clipshare: Start, wait_until: WaitUntil, how: str
) -> None:
    clipshare = start_clipshare("resilient")
    member = clipshare.member()
    before = post_clip(clipshare, member, b"before").json()["id"]
    wait_until(lambda: not clipshare.pending_ids() and all_is_well(clipshare, member), "all is well")

    clipshare.media.pause() if how == "hangs" else clipshare.media.kill()
    answers = [post_clip(clipshare, member, b"clip %d" % number) for number in range(12)]
    assert {answer.status_code for answer in answers} == {202}
    ids = [answer.json()["id"] for answer in answers]
    assert clipshare.pending_ids() == ids
    feed = open_feed(clipshare, member)
    assert feed.status_code == 200
    assert NOTICE in feed.text

    clipshare.media.resume() if how == "hangs" else clipshare.media.start()
    wait_until(lambda: not clipshare.pending_ids(), "the clips are delivered")
    # Those of which an attempt timed out while media was stopped may be in any place, but never twice.
    assert sorted(clipshare.stored_ids()) == sorted([before, *ids])
    if how == "is down":
        assert clipshare.stored_ids() == [before, *ids]
    wait_until(lambda: all_is_well(clipshare, member), "the notice goes")
    wait_until(lambda: post_clip(clipshare, member, b"after").status_code == 201, "a clip is stored at once")


def test_resilient_what_was_acknowledged_outlives_the_death_of_web(
    start_clipshare: Start, wait_until: WaitUntil
) -> None:
    clipshare = start_clipshare("resilient")
    member = clipshare.member()
    wait_until(lambda: all_is_well(clipshare, member), "all is well")
    clipshare.media.kill()
    answers = [post_clip(clipshare, member, b"clip %d" % number) for number in range(3)]
    keyed = post_clip(clipshare, member, b"keyed", **{"Idempotency-Key": "my key"})
    ids = [answer.json()["id"] for answer in [*answers, keyed]]

    clipshare.web.kill()
    clipshare.web.start()
    assert clipshare.pending_ids() == ids
    clipshare.profile.kill()
    feed = open_feed(clipshare, member)  # neither dependency is there: the cookie and the last good feed are
    assert feed.status_code == 200
    assert "For you" in feed.text
    again = post_clip(clipshare, member, b"keyed", **{"Idempotency-Key": "my key"})
    assert (again.status_code, again.json()) == (keyed.status_code, keyed.json())

    clipshare.media.start()
    wait_until(lambda: not clipshare.pending_ids(), "the clips are delivered")
    assert clipshare.stored_ids() == ids


def test_fragile_everyone_waits_while_profile_hangs(start_clipshare: Start) -> None:
    clipshare = start_clipshare("fragile")
    member = clipshare.member()
    clipshare.profile.pause()
    for path in ("/", "/age"):
        with pytest.raises(requests.Timeout):
            member.request(
                "POST" if path == "/age" else "GET", f"{clipshare.url}{path}", data={"born": "1990-01-01"}, timeout=1.5
            )
    with pytest.raises(requests.Timeout):
        member.post(f"{clipshare.url}/upload", files={"clip": b"clip"}, timeout=1.5)
    clipshare.profile.resume()
    assert "For you" in open_feed(clipshare, member).text


def test_fragile_the_night_of_the_wrong_question(start_clipshare: Start) -> None:
    clipshare = start_clipshare("fragile")
    member = clipshare.member()
    assert "For you" in open_feed(clipshare, member).text
    clipshare.profile.kill()
    asked = open_feed(clipshare, member)
    assert asked.status_code == 200
    assert "your age" in asked.text
    answered = member.post(f"{clipshare.url}/age", data={"born": "1990-01-01"}, timeout=PATIENCE_S)
    assert answered.status_code == 500
    assert "Traceback" in answered.text

    clipshare.profile.start()
    clipshare.media.kill()
    assert post_clip(clipshare, member, b"clip").status_code == 500
    assert open_feed(clipshare, member).status_code == 500
    clipshare.media.start()
    assert clipshare.stored_ids() == []
    assert open_feed(clipshare, member).status_code == 200


@pytest.mark.parametrize("mode", ["resilient", "fragile"])
def test_a_service_that_is_told_to_stop_stops_at_once(start_clipshare: Start, wait_until: WaitUntil, mode: str) -> None:
    clipshare = start_clipshare(mode)
    for service in clipshare.services:
        service.terminate()
        wait_until(service.has_ended, f"{service.name} ends")
