"""Verdicts built by hand: only what a gate looks at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chaos.verdict.verdict import EXIT_CODES, Verdict, Word


@pytest.fixture
def verdict() -> Callable[..., Verdict]:
    def made(word: Word, **changes: Any) -> Verdict:
        texts = dict.fromkeys(("title", "why", "file", "gatecrash", "rules", "wall_time"), "")
        tuples: dict[str, Any] = dict.fromkeys(
            ("tags", "catches", "reasons", "warnings", "claims", "proofs", "phases", "tallies", "ledgers", "seen"), ()
        )
        return Verdict(
            **{
                **texts,
                **tuples,
                "id": "db_hangs",
                "variant": None,
                "seed": 0,
                "verdict": word,
                "exit_code": EXIT_CODES[word],
                "recovered": None,
                "watched_recovery_s": None,
                "boundary": 0,
                "took_s": 1.0,
                **changes,
            }
        )

    return made
