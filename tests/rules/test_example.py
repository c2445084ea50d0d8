from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from chaos.rules import example as example_module
from chaos.rules.example import examples_of, said_of


def test_what_an_example_leaves_out_is_that_of_a_graceful_503() -> None:
    example = next(example for example in examples_of("G01") if example.good)
    assert example.answer is not None
    assert (example.answer.status, example.answer.header("cache-control")) == (503, "no-store")
    assert said_of(example) is None


def test_what_a_bad_example_breaks_is_found_when_asked_for() -> None:
    assert [bool(said_of(example)) for example in examples_of("G12")] == [not e.good for e in examples_of("G12")]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[[bad]]\nabout = 'x'\nsatus = 200\n[[good]]\nabout = 'x'", ValidationError),
        ("[[bad]]\nabout = 'x'\nchanges = [['nowhere', 'x']]\n[[good]]\nabout = 'x'", ValueError),
    ],
)
def test_a_file_with_a_slip_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, error: type[Exception]
) -> None:
    (tmp_path / "G99.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(example_module, "FOLDER", tmp_path)
    with pytest.raises(error, match=r"satus|nowhere"):
        examples_of.__wrapped__("G99")
