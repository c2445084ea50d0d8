"""The same request sent again on purpose, with its key: what G27 judges later."""

from __future__ import annotations

from typing import Any

from chaos.journeys.sends import NoAnswer

SAVE: dict[str, Any] = {
    "post": "edge:/clips",
    "file": {"clip": {"random": "1KiB"}},
    "key": {"form": "key"},
    "acknowledge": {"json": "id"},
}
JSON = {"kind": "application/json", "status": 201}


def test_after_a_served_answer_the_same_goes_out_again_with_the_same_key(
    play_it: Any, journey: Any, script: Any, html: Any
) -> None:
    client = script(html('{"id": 1}', **JSON), html('{"id": 1}', **JSON), html('{"id": 2}', **JSON))
    played = play_it(journey({**SAVE, "again": 2}), client)
    assert client.sent[0] == client.sent[1] == client.sent[2]
    assert client.sent[0].form == {"key": played.key}
    assert [(each.changed, each.status, each.acknowledged) for each in played.echoes] == [
        (False, 201, "1"),
        (False, 201, "2"),
    ]
    assert (played.outcome, played.acknowledged) == ("served", "1")


def test_once_with_other_bytes_under_the_same_key(play_it: Any, journey: Any, script: Any, html: Any) -> None:
    client = script(html('{"id": 1}', **JSON), html('{"id": 1}', **JSON), html("other", status=422))
    played = play_it(journey({**SAVE, "again": {"same": 1, "changed": True}}), client)
    first, same, changed = client.sent
    assert same == first
    assert (changed.key, changed.form) == (first.key, first.form)
    assert changed.files[0].content != first.files[0].content
    assert len(changed.files[0].content) == len(first.files[0].content)
    assert [(each.changed, each.status, each.acknowledged) for each in played.echoes] == [
        (False, 201, "1"),
        (True, 422, None),
    ]
    assert played.checksum == first.files[0].checksum


def test_what_was_not_served_is_not_sent_again(play_it: Any, journey: Any, script: Any, html: Any) -> None:
    client = script(html("sorry", status=503))
    assert play_it(journey({**SAVE, "again": 3}), client).echoes == ()
    assert len(client.sent) == 1


def test_it_changes_nothing_for_the_run_and_comes_after_its_last_step(
    play_it: Any, journey: Any, script: Any, html: Any
) -> None:
    look = {"get": "edge:/clips"}
    client = script(html('{"id": 1}', **JSON), html("there"), NoAnswer("connection reset"), None)
    played = play_it(journey({**SAVE, "again": 2}, look, timeout="5s"), client)
    assert (played.outcome, played.step, played.last.ended_s, played.timed_out) == ("served", 1, 0, False)
    assert [each.status for each in played.echoes] == [None, None]
    assert [sent.method for sent in client.sent] == ["POST", "GET", "POST", "POST"]
