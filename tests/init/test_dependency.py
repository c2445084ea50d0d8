"""What an address in the environment is called, and what stands there."""

from __future__ import annotations

import pytest

from chaos.init.dependency import Dependency, as_dependency


@pytest.mark.parametrize(
    ("variable", "address", "name", "rest"),
    [
        ("STOCK_URL", "http://stock:9000", "stock", ""),
        ("STOCK_SERVICE_ADDR", "http://stock:9000/", "stock_service", ""),
        ("API", "http://stock:9000/v1/items", "api", "/v1/items"),
    ],
)
def test_a_dependency_is_called_after_its_variable(variable: str, address: str, name: str, rest: str) -> None:
    found = as_dependency(variable, address)
    assert found == Dependency(variable, "http://stock:9000", rest)
    assert found.name == name
