"""Request bodies of proxies, and the checks of a populate body."""

from __future__ import annotations

from chaos.proxy.body import BadBody, as_object, boolean, string
from chaos.proxy.dispatch import ApiError
from chaos.proxy.registry import ProxySpec


def new_proxy(value: object) -> ProxySpec:
    """The proxy that a create asks for. Raises BadBody or ApiError."""
    spec = _spec(value)
    missing = _missing_field(spec)
    if missing:
        raise ApiError(400, f"missing required field: {missing}")
    return spec


def populate_specs(value: object) -> list[ProxySpec]:
    """The proxies of a populate body or config file, all of them checked. Raises BadBody or ApiError."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadBody("an array of proxies was expected")
    specs = [_spec(entry) for entry in value]
    for number, spec in enumerate(specs, 1):
        missing = _missing_field(spec)
        if missing:
            raise ApiError(400, f"missing required field: {missing} at proxy {number}")
    return specs


def _spec(value: object) -> ProxySpec:
    body = as_object(value, "a proxy")
    return ProxySpec(string(body, "name"), string(body, "listen"), string(body, "upstream"), boolean(body, "enabled"))


def _missing_field(spec: ProxySpec) -> str:
    return "name" if not spec.name else "upstream" if not spec.upstream else ""
