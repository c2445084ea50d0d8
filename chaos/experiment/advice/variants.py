"""Variants that are no other system than the plain one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chaos.experiment.advice.subject import SystemFile
from chaos.experiment.loader import Document
from chaos.experiment.placeholders import put_in_vars
from chaos.experiment.problems import Problem


def variants_like_the_plain_system(file: SystemFile) -> Iterator[Problem]:
    """Because they say what holds anyway, or change vars that stand nowhere."""
    plain = _filled(file.document, {})
    for name, values in file.system.variants.items():
        if _filled(file.document, values) == plain:
            message = (
                "this variant is the plain system: its vars have the values that they have anyway, or stand nowhere; "
                "change one that does, or take the variant out"
            )
            yield file.document.problem(("variants", name), message, at_key=True)


def _filled(document: Document, values: Mapping[str, Any]) -> Mapping[str, Any]:
    declared = document.root.get("vars") or {}
    filled, _ = put_in_vars(document, {**declared, **values})
    return {key: value for key, value in filled.root.items() if key not in {"vars", "variants"}}
