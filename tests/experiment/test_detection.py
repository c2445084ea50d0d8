"""Where a claim of `detect` looks."""

from __future__ import annotations

import pytest

from chaos.experiment.detection import StatusPage


@pytest.mark.parametrize(("written", "every_s"), [({}, 0.25), ({"every": "2s"}, 2.0)])
def test_a_status_page_is_asked_as_often_as_it_says(written: dict[str, str], every_s: float) -> None:
    page = StatusPage.model_validate({"get": "web:/status", "well": "all is well", **written})
    probe = page.probe()
    assert (probe.get, probe.text, probe.every) == ("web:/status", "all is well", every_s)
