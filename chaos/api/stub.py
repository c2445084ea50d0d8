"""The types of the faults' methods, for type checkers and editors: `python -m chaos.api.stub` writes `faults.pyi`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from inspect import Parameter
from pathlib import Path
from typing import Final

from chaos.api.signatures import signature_of
from chaos.faults import FAULTS
from chaos.faults.fault import Place

FILE: Final = Path(__file__).with_name("faults.pyi")
CLASSES: Final[dict[Place, str]] = {"link": "LinkFaults", "service": "ServiceFaults", "journey": "JourneyFaults"}
HEAD: Final = '''"""Made by `python -m chaos.api.stub` from the table of faults; a test keeps it true."""

from collections.abc import Mapping
from typing import Literal

from chaos.api.fault import Fault
from chaos.api.place import Place
'''


def stub() -> str:
    return "\n".join([HEAD, *(line for place in CLASSES for line in _class(place))])


def _class(place: Place) -> Iterator[str]:
    yield f"class {CLASSES[place]}(Place):"
    yield f'    """The faults of a {place}."""\n'
    for kind, fault in FAULTS.items():
        if fault.place == place:
            yield from _method(kind)


def _method(kind: str) -> Iterator[str]:
    signature = signature_of(kind)
    yield f"    def {kind}("
    starred = False
    for parameter in signature.parameters.values():
        if parameter.kind is Parameter.KEYWORD_ONLY and not starred:
            starred = True
            yield "        *,"
        annotation = "" if parameter.annotation is Parameter.empty else f": {parameter.annotation}"
        default = "" if parameter.default is Parameter.empty else f" = {parameter.default}"
        yield f"        {parameter.name}{annotation}{default},"
    yield f"    ) -> {signature.return_annotation}:"
    said = textwrap.wrap(f'"""It {FAULTS[kind].summary}."""', width=112)
    yield textwrap.indent("\n".join(said), " " * 8) + "\n"


if __name__ == "__main__":
    FILE.write_text(stub())
