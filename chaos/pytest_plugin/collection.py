"""A file of experiments. pytest makes one of every such file in a folder where it wants any: it must cost nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from chaos.pytest_plugin.options import choices_of


class ExperimentFile(pytest.File):
    """With one experiment, or with all those of a matrix; systems and includes hold none."""

    def collect(self) -> Iterable[pytest.Item]:
        """Raises `CollectError` with all that is wrong in it."""
        from chaos.errors import ChaosError
        from chaos.experiment.planner import make_plans
        from chaos.pytest_plugin.item import ExperimentItem

        try:
            found = make_plans([Path(os.path.relpath(self.path))], choices_of(self.config))
        except ChaosError as error:
            raise self.CollectError(str(error)) from None
        if found.problems:
            raise self.CollectError("\n".join(map(str, found.problems)))
        for plan in found.plans:
            for tag in plan.experiment.tags:
                self.config.addinivalue_line("markers", f"{tag}: a tag of experiments")
            yield ExperimentItem.from_parent(self, name=plan.id, plan=plan)
