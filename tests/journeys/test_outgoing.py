"""A step as it leaves: the same seed, the same bytes; a key of its own; what the rules learn of it."""

from __future__ import annotations

import hashlib
import random
from typing import Any

import pytest

from chaos.journeys.outgoing import Outgoing, compose
from chaos.rules.rule import Sent

UPLOAD: dict[str, Any] = {"post": "edge:/", "file": {"clip": {"random": "1KiB"}}, "key": {"header": "Idempotency-Key"}}


@pytest.fixture
def composed(step: Any) -> Any:
    def build(seed: int = 1, saved: Any = None, **keys: Any) -> Outgoing:
        return compose(step(**keys), "http://{}".format, saved or {}, random.Random(seed))

    return build


def test_the_same_seed_sends_the_same_bytes_and_key_and_another_others(composed: Any) -> None:
    assert composed(**UPLOAD) == composed(**UPLOAD)
    one, other = composed(**UPLOAD), composed(seed=2, **UPLOAD)
    assert len(one.files[0].content) == 1024
    assert one.files[0].content != other.files[0].content
    assert one.key != other.key


def test_one_rng_gives_each_run_other_bytes_and_another_key(step: Any) -> None:
    rng = random.Random(1)
    one, other = (compose(step(**UPLOAD), "http://{}".format, {}, rng) for _ in range(2))
    assert (one.key, one.checksum) != (other.key, other.checksum)


def test_the_checksum_is_that_of_the_bytes_that_leave(composed: Any) -> None:
    sent = composed(**UPLOAD)
    assert sent.checksum == hashlib.sha256(sent.files[0].content).hexdigest()
    assert composed(get="edge:/").checksum is None


@pytest.mark.parametrize("content", ["", "a", "a clip that is text"])
def test_other_bytes_are_never_the_same(composed: Any, content: str) -> None:
    sent = composed(post="edge:/", file={"clip": {"text": content}})
    rng = random.Random(3)
    for _ in range(50):
        assert sent.with_other_bytes(rng).files[0].content != content.encode()


@pytest.mark.parametrize(
    ("keys", "sent"),
    [
        ({"get": "edge:/"}, None),
        ({"post": "edge:/", "form": {}}, None),
        ({"post": "edge:/", "form": {"born": "{saved.day}"}}, Sent(fields={"born": "1990-01-01"})),
        ({"post": "edge:/", "json": {"a": 1}}, Sent()),
        ({"post": "edge:/", "form": {"t": "x"}, "key": {"form": "key"}}, Sent(fields={"t": "x"})),
        ({**UPLOAD, "form": {"t": "x"}}, Sent(fields={"t": "x"}, files=("clip",))),
    ],
)
def test_the_rules_are_told_what_was_handed_over(composed: Any, keys: dict[str, Any], sent: Sent | None) -> None:
    assert composed(saved={"day": "1990-01-01"}, **keys).sent == sent


def test_a_saved_value_can_not_break_out_of_its_header(composed: Any) -> None:
    sent = composed(saved={"a": "x\r\nSet-Cookie: b"}, get="edge:/", headers={"X-A": "{saved.a}"})
    assert sent.headers == {"X-A": "x Set-Cookie: b"}
