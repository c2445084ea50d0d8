from __future__ import annotations

import pytest

GOOD = {"title": "Not saved", "status": 503, "detail": "Please send it again."}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": None}, "no title"),
        ({"title": " "}, "no title"),
        ({"title": 5}, "no title"),
        ({"detail": None}, "no detail"),
        ({"detail": ""}, "no detail"),
        ({"detail": "ERR_17"}, "explains nothing"),
        ({"detail": "Service unavailable"}, "explains nothing"),
        ({"status": None}, "no status"),
        ({"status": 500}, 'says status "500", the answer is 503'),
        ({"status": "503"}, 'says status "503"'),
        ({"status": True}, 'says status "True"'),
        ({"type": "not a uri"}, "type"),
        ({"type": 5}, "type"),
        ({"type": "http://["}, "type"),
        ({"instance": ""}, "instance"),
        ({"instance": ["x"]}, "instance"),
        ({"instance": "/api/upload"}, "the same for each occurrence"),
        ({"instance": "/api/upload/"}, "the same for each occurrence"),
        ({"instance": "http://127.0.0.1:4000/api/upload"}, "the same for each occurrence"),
    ],
)
def test_what_is_wrong_with_a_problem_object_is_named(problem, broken, change, said) -> None:
    assert said in broken(problem(GOOD | change))["G08"]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"type": "about:blank"},
        {"type": "https://clipshare.example/problems/not-saved"},
        {"type": "/problems/not-saved"},
        {"type": "not-saved#x?y=%20"},
        {"instance": "urn:uuid:0c3c6ac2-6f0d-4a35-9a0e-5f5a2a9c7b11"},
        {"instance": "/errors/7F3K-21QD"},
        {"errors": [{"field": "born"}]},
        {"title": "Nicht gespeichert", "detail": "Bitte schicke es noch einmal."},
    ],
)
def test_a_problem_object_passes_with_a_type_an_instance_or_neither(problem, broken, change) -> None:
    assert "G08" not in broken(problem(GOOD | change))


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"text"', b"null"])
def test_a_body_that_is_no_object_is_the_matter_of_g07(problem, broken, body) -> None:
    found = broken(problem(body=body))
    assert "G08" not in found
    assert "G07" in found
