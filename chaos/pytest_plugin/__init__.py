"""The pytest plugin: experiments are tests, and tests written by hand can break a system that stands.

Imported in every run of pytest wherever Gatecrash is installed: whatever is heavy is imported when it is needed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chaos.pytest_plugin.fixtures import gatecrash_system as gatecrash_system
from chaos.pytest_plugin.fixtures import link as link
from chaos.pytest_plugin.fixtures import reset_after
from chaos.pytest_plugin.fixtures import service as service
from chaos.pytest_plugin.fixtures import users as users
from chaos.pytest_plugin.options import add_options
from chaos.pytest_plugin.project import is_experiment

if TYPE_CHECKING:
    from chaos.pytest_plugin.collection import ExperimentFile

MARKER = "gatecrash"


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{MARKER}: every experiment has it, besides its own tags")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ExperimentFile | None:
    if file_path.suffix not in {".yaml", ".yml"} or not is_experiment(file_path, parent.config):
        return None
    from chaos.pytest_plugin.collection import ExperimentFile

    return ExperimentFile.from_parent(parent, path=file_path)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Before the last test's teardown ends the system itself."""
    reset_after(item)
