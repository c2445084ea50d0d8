from __future__ import annotations

import pytest

from chaos.rules import NotChecked
from chaos.rules.idempotency import idempotent_retry
from chaos.rules.story import Coming, Echo, Story


def echo(status: int | None, item: str | None = "clip-7", *, changed: bool = False, first: int | None = 201) -> Echo:
    return Echo(
        journey="upload",
        user="anna",
        at_s=3.0,
        key="k1",
        changed=changed,
        status=status,
        item=item,
        first_status=first,
        first_item="clip-7",
    )


@pytest.mark.parametrize(
    ("echoes", "said"),
    [
        ([echo(201)], None),
        ([echo(200)], None),
        ([echo(200, None)], None),
        ([echo(202), echo(201), echo(200)], None),
        ([echo(201, "clip-8")], 'made "clip-8" beside "clip-7"'),
        ([echo(409)], "was answered 409, at first 201"),
        ([echo(404)], "was answered 404"),
        ([echo(422, None, changed=True)], None),
        ([echo(409, None, changed=True)], None),
        ([echo(200, changed=True)], "must be refused with a 4xx"),
        ([echo(201, "clip-8", changed=True)], "must be refused with a 4xx"),
    ],
)
def test_one_key_has_one_effect(echoes, said) -> None:
    found = idempotent_retry(Story(comings=(), echoes=echoes))
    assert not isinstance(found, NotChecked)
    assert [said in finding.reason for finding in found] == ([True] if said else [])
    assert all((finding.journey, finding.user, finding.at_s) == ("upload", "anna", 3.0) for finding in found)


@pytest.mark.parametrize(
    "echoes", [[], [echo(None)], [echo(503)], [echo(429)], [echo(201, first=503)], [echo(201, first=None)]]
)
def test_an_echo_that_met_the_fault_says_nothing(echoes) -> None:
    assert isinstance(idempotent_retry(Story(comings=(), echoes=echoes)), NotChecked)


def test_faults_of_a_kind_are_one_finding() -> None:
    (finding,) = idempotent_retry(Story(comings=(), echoes=[echo(201, f"clip-{n}") for n in range(8, 12)]))
    assert finding.count == 4


def test_what_the_audit_found_twice_is_a_finding_without_any_echo() -> None:
    coming = Coming(journey="upload", user="bo", at_s=5, ended_s=5, outcome="served", item="clip-2")
    items = {"clip-1": "stored", "clip-2": "duplicated", "clip-3": "duplicated"}
    (finding,) = idempotent_retry(Story(comings=[coming], items=items))
    assert finding.reason == '"clip-2" is stored more than once, and so are 1 others'
    assert (finding.user, finding.count) == ("bo", 2)
    assert isinstance(idempotent_retry(Story(comings=[coming], items={"clip-2": "stored"})), NotChecked)
