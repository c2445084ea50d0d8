"""A plan of the small folder, previewed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chaos.experiment.preview.means import Means
from chaos.experiment.preview.preview import preview


@pytest.fixture
def told(folder: Any) -> Callable[..., Any]:
    """`changes` are of the experiment, `system` of the system file, and what else there is of the means."""

    def tell(*changes: tuple[str, str], system: tuple[tuple[str, str], ...] = (), **means: Any) -> Any:
        return preview(folder.plan(*changes, system=system), Means(**means))

    return tell
