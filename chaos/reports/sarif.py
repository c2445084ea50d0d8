"""SARIF 2.1.0: refuted claims and what the graceful rules found, at their lines of the experiment's file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TextIO
from urllib.parse import quote

from chaos import __version__
from chaos.reports.offences import Against, against
from chaos.reports.report import Report
from chaos.reports.words import printable, repeat_words, repeated_name
from chaos.rules import RULES

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_KINDS: Final[Mapping[str, str]] = {
    "claim-during": "A claim about the time in which a fault is on does not hold",
    "claim-recovery": "The app is not back to normal in time",
    "claim-audit": "What the app had accepted is not stored as it should be",
    "claim-rules": "Answers break more of the graceful rules than is allowed",
    "verdict-failed": "An experiment failed",
    "verdict-inconclusive": "Nothing can be concluded from an experiment",
    "verdict-aborted": "An experiment was stopped",
    "verdict-error": "An experiment could not be carried out",
}


def write_sarif(report: Report, stream: TextIO) -> None:
    """Of a repeated experiment, the results are those of its worst run."""
    results = [(verdict.id, each) for verdict in report.counting for each in against(report, verdict)]
    kinds = sorted({each.kind for _, each in results})
    run = {
        "tool": {
            "driver": {
                "name": "Gatecrash",
                "version": __version__,
                "rules": [_rule(kind) for kind in kinds],
            }
        },
        "automationDetails": {"id": f"gatecrash/{printable(report.run)}"},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": report.exit_code in {0, 1}, "exitCode": report.exit_code}],
        "results": [_result(name, each, kinds.index(each.kind)) for name, each in results],
        **({"properties": {"repeats": _repeats(report)}} if report.repeats else {}),
    }
    json.dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, stream, indent=2)
    stream.write("\n")


def _repeats(report: Report) -> Mapping[str, str]:
    """In a bag of properties: the format knows no better place for what several runs say together."""
    return {printable(repeated_name(each)): printable(repeat_words(each)) for each in report.repeats}


def _rule(kind: str) -> dict[str, Any]:
    known = RULES.get(kind)
    if known is None:
        return {
            "id": printable(kind),
            "shortDescription": {"text": _KINDS.get(kind, "A graceful rule of another version")},
        }
    return {
        "id": kind,
        "name": "".join(word.capitalize() for word in known.name.replace("-", " ").replace("'", "").split()),
        "shortDescription": {"text": known.name},
        "fullDescription": {"text": f"It passes when {known.passes_when}."},
        "help": {"text": f"{known.advice}. Source: {known.source}."},
        "defaultConfiguration": {"level": "error" if known.level == "E" else "warning"},
    }


def _result(experiment: str, each: Against, index: int) -> dict[str, Any]:
    place = each.place
    which = "\n".join((experiment, each.kind, each.about))
    known_by = hashlib.sha256(which.encode("utf-8", "replace")).hexdigest()
    return {
        "ruleId": printable(each.kind),
        "ruleIndex": index,
        "level": each.level,
        "message": {"text": printable(each.message)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": dict(_artifact(place.file)),
                    "region": {"startLine": place.line, "startColumn": place.column},
                }
            }
        ],
        "partialFingerprints": {"gatecrash/v1": known_by},
        **({} if each.allowed is None else {"suppressions": [_suppression(each.allowed)]}),
    }


def _artifact(file: str) -> Iterator[tuple[str, str]]:
    """A file below the working directory is named from the root of the sources, any other by its address."""
    path = quote(file.encode("utf-8", "replace"))
    if Path(file).is_absolute():
        yield "uri", f"file://{path}"
    else:
        yield "uri", path
        yield "uriBaseId", "%SRCROOT%"


def _suppression(why: str) -> dict[str, Any]:
    return {"kind": "external", "justification": printable(why)}
