"""The pytest plugin: experiments are tests, and tests written by hand can break a system that stands.

Imported in every run of pytest wherever Gatecrash is installed: whatever is heavy is imported when it is needed.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from chaos.pytest_plugin.collection import ExperimentFile
from chaos.pytest_plugin.fixtures import gatecrash_system as gatecrash_system
from chaos.pytest_plugin.fixtures import link as link
from chaos.pytest_plugin.fixtures import reset_after
from chaos.pytest_plugin.fixtures import service as service
from chaos.pytest_plugin.fixtures import users as users
from chaos.pytest_plugin.options import add_options
from chaos.pytest_plugin.project import is_experiment

MARKER = "gatecrash"


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{MARKER}: every experiment has it, besides its own tags")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ExperimentFile | None:
    if file_path.suffix not in {".yaml", ".yml"} or not is_experiment(file_path, parent.config):
        return None
    return ExperimentFile.from_parent(parent, path=file_path)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Before the last test's teardown ends the system itself; what went wrong is said after all else is torn down."""
    failure = reset_after(item)
    result = yield
    if failure is not None:
        pytest.fail(f"after the test: {failure}", pytrace=False)
    return result
