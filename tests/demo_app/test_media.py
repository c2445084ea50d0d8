import base64
import hashlib
import io
import sqlite3
import threading
from pathlib import Path

import pytest
from werkzeug.test import Client

from demo_app.media import create_app
from demo_app.seeds import SEEDS


@pytest.fixture
def service(tmp_path: Path) -> Client:
    return Client(create_app(tmp_path))


def ids(service: Client) -> list[str]:
    clips = service.get("/clips").json
    assert clips is not None
    return [clip["upload_id"] for clip in clips]


def test_a_clip_is_stored_and_listed_in_the_order_of_storing(service: Client, tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        answer = service.post("/clips", data=name.encode(), headers={"X-Upload-Id": name})
        assert (answer.status_code, answer.json) == (201, {"upload_id": name})
    assert ids(service) == ["b", "a", "c"]
    clips = service.get("/clips").json
    assert clips is not None
    assert clips[0] == {"upload_id": "b", "bytes": 1, "sha256": hashlib.sha256(b"b").hexdigest()}
    assert sorted(path.read_bytes() for path in (tmp_path / "clips").iterdir()) == [b"a", b"b", b"c"]


def test_what_is_listed_is_what_is_in_the_files(service: Client, tmp_path: Path) -> None:
    for name in ("damaged", "gone", "whole"):
        service.post("/clips", data=b"as it was sent", headers={"X-Upload-Id": name})
    files = {clip["upload_id"]: clip["sha256"] for clip in service.get("/clips").json or ()}
    assert set(files.values()) == {hashlib.sha256(b"as it was sent").hexdigest()}
    with sqlite3.connect(tmp_path / "media.db") as database:
        paths = {
            name: tmp_path / "clips" / file for name, file in database.execute("SELECT upload_id, file FROM clips")
        }
    paths["damaged"].write_bytes(b"as it was sen")
    paths["gone"].unlink()
    assert service.get("/clips").json == [
        {"upload_id": "damaged", "bytes": 13, "sha256": hashlib.sha256(b"as it was sen").hexdigest()},
        {"upload_id": "whole", "bytes": 14, "sha256": files["whole"]},
    ]
    assert service.get("/clips/gone").status_code == 404


def test_the_clips_that_came_in_through_one_region(service: Client) -> None:
    for region in ("eu", "us"):
        service.post("/clips", data=b"x", headers={"X-Upload-Id": f"from-{region}", "X-Clip-Region": region})
    clips = service.get("/clips?region=us").json
    assert clips is not None
    assert [clip["upload_id"] for clip in clips] == ["from-us"]


def test_a_stored_clip_outlives_a_restart(service: Client, tmp_path: Path) -> None:
    service.post("/clips", data=b"x", headers={"X-Upload-Id": "x"})
    assert ids(Client(create_app(tmp_path))) == ["x"]


def test_without_a_key_the_same_upload_twice_shows_as_two(service: Client) -> None:
    for _ in range(2):
        service.post("/clips", data=b"x", headers={"X-Upload-Id": "x"})
    assert ids(service) == ["x", "x"]


def test_the_same_key_again_has_the_same_answer_and_no_further_effect(service: Client) -> None:
    headers = {"X-Upload-Id": "x", "Idempotency-Key": "k"}
    answers = [service.post("/clips", data=b"x", headers=headers) for _ in range(3)]
    assert [(answer.status_code, answer.json) for answer in answers] == [(201, {"upload_id": "x"})] * 3
    assert ids(service) == ["x"]


def test_the_same_key_with_another_clip_is_refused(service: Client) -> None:
    service.post("/clips", data=b"x", headers={"Idempotency-Key": "k", "X-Upload-Id": "x"})
    answer = service.post("/clips", data=b"y", headers={"Idempotency-Key": "k", "X-Upload-Id": "x"})
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert ids(service) == ["x"]


def test_the_same_key_many_times_at_once_has_one_effect(tmp_path: Path) -> None:
    app = create_app(tmp_path)
    statuses: list[int] = []
    together = threading.Barrier(8)

    def post() -> None:
        together.wait()
        statuses.append(Client(app).post("/clips", data=b"x" * 10_000, headers={"Idempotency-Key": "k"}).status_code)

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [201] * 8
    assert len(ids(Client(app))) == 1
    assert len(list((tmp_path / "clips").iterdir())) == 1


def test_a_clip_in_a_form_is_the_same_as_a_clip_in_the_body(service: Client) -> None:
    answer = service.post("/clips", data={"clip": (io.BytesIO(b"in a form"), "a.mp4")})
    assert answer.status_code == 201
    clips = service.get("/clips").json
    assert clips is not None
    assert clips[0]["sha256"] == hashlib.sha256(b"in a form").hexdigest()


def test_a_body_that_changed_on_the_way_is_not_stored(service: Client) -> None:
    digest = base64.b64encode(hashlib.sha256(b"sent").digest()).decode()
    headers = {"Content-Digest": f"sha-256=:{digest}:"}
    assert service.post("/clips", data=b"arrived", headers=headers).status_code == 400
    assert service.post("/clips", data=b"sent", headers=headers).status_code == 201
    assert len(ids(service)) == 1


def test_a_body_that_ends_early_is_not_stored(service: Client) -> None:
    answer = service.post("/clips", data=b"half", environ_overrides={"CONTENT_LENGTH": "8"})
    assert answer.status_code == 400
    assert ids(service) == []


@pytest.mark.parametrize("headers", [{"X-Upload-Id": "../x"}, {"Idempotency-Key": "a b"}, {"X-Clip-Owner": "a/b"}])
def test_ids_that_are_not_ids_are_refused(service: Client, headers: dict[str, str]) -> None:
    assert service.post("/clips", data=b"x", headers=headers).status_code == 400
    assert ids(service) == []


def test_a_clip_that_is_too_large_is_refused(service: Client) -> None:
    answer = service.post("/clips", environ_overrides={"CONTENT_LENGTH": str(18 * 1024 * 1024)})
    assert answer.status_code == 413


def test_the_clips_of_one_owner_and_one_clip(service: Client) -> None:
    service.post("/clips", data=b"1", headers={"X-Upload-Id": "one", "X-Clip-Owner": "anna"})
    service.post("/clips", data=b"2", headers={"X-Upload-Id": "two", "X-Clip-Owner": "ben"})
    clips = service.get("/clips?owner=ben").json
    assert clips is not None
    assert [clip["upload_id"] for clip in clips] == ["two"]
    assert service.get("/clips/one").json == {
        "upload_id": "one",
        "bytes": 1,
        "sha256": hashlib.sha256(b"1").hexdigest(),
    }
    missing = service.get("/clips/three")
    assert missing.json is not None
    assert (missing.status_code, missing.json["type"]) == (404, "/problems/no-such-clip")


def test_the_feed_shows_the_newest_clips_and_is_never_empty(service: Client) -> None:
    assert service.get("/feed").json == list(SEEDS)
    for number in range(6):
        headers = {"X-Upload-Id": f"u{number}", "X-Clip-Owner": "anna", "X-Clip-Caption": "Caf%C3%A9"}
        service.post("/clips", data=b"%d" % number, headers=headers)
    feed = service.get("/feed").json
    assert feed is not None
    assert [clip["id"] for clip in feed[:4]] == ["u5", "u4", "u3", "u2"]
    assert feed[0]["caption"] == "Café"
    assert feed[4:] == list(SEEDS)
