"""References that users were given, looked up in what services wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaos.run.references import look_up


@pytest.mark.parametrize(
    ("logs", "found"),
    [
        ([], {"AB-1": False, "CD-2": False}),
        ([b""], {"AB-1": False, "CD-2": False}),
        ([b"request failed reference=AB-1\n"], {"AB-1": True, "CD-2": False}),
        ([b"AB-1", b"\xff\x00 CD-2"], {"AB-1": True, "CD-2": True}),
        ([None, b"CD-2"], {"AB-1": False, "CD-2": True}),  # the first is not there
    ],
)
def test_a_reference_is_found_in_any_log(tmp_path: Path, logs: list[bytes | None], found: dict[str, bool]) -> None:
    paths = [tmp_path / f"{number}.log" for number in range(len(logs))]
    for path, content in zip(paths, logs, strict=True):
        if content is not None:
            path.write_bytes(content)
    assert look_up(["AB-1", "CD-2"], paths) == found
