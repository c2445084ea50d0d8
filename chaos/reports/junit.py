"""JUnit XML, as Jenkins and GitLab read it: failed is a failure; inconclusive, aborted and error are errors.

Only what the strictest reader (Jenkins' xUnit plugin, which validates) lets in: a case has no file and no properties
of its own, so these are said in its output.
"""

from __future__ import annotations

import re
from typing import Final, TextIO
from xml.etree import ElementTree

from chaos.reports.report import Report
from chaos.reports.words import repeat_words, repeated_name
from chaos.verdict.verdict import Verdict

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(report: Report, stream: TextIO) -> None:
    suite = ElementTree.Element("testsuite", name="gatecrash")
    counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for verdict in report.counting:
        counts["tests"] += 1
        kind = _add_case(suite, verdict, report)
        if kind:
            counts[kind] += 1
    for name, reason in report.skipped.items():
        counts["tests"] += 1
        counts["skipped"] += 1
        case = ElementTree.SubElement(suite, "testcase", name=_clean(name), classname="gatecrash", time="0")
        ElementTree.SubElement(case, "skipped", message=_clean(reason))
    total = sum(verdict.took_s for verdict in report.verdicts)
    for name, value in {**counts, "time": f"{total:.3f}"}.items():
        suite.set(name, str(value))
    of_all = {name: value for name, value in suite.items() if name != "skipped"}
    root = ElementTree.Element("testsuites", of_all)
    root.append(suite)
    ElementTree.indent(root)
    stream.write('<?xml version="1.0" encoding="utf-8"?>\n')
    stream.write(ElementTree.tostring(root, encoding="unicode") + "\n")


def _add_case(suite: ElementTree.Element, verdict: Verdict, report: Report) -> str:
    """One experiment; returns the count that it belongs to, empty when it passed."""
    name = verdict.id if verdict.variant is None else f"{verdict.id} [{verdict.variant}]"
    case = ElementTree.SubElement(
        suite,
        "testcase",
        name=_clean(name),
        classname="gatecrash",
        time=f"{verdict.took_s:.3f}",
    )
    kind = _add_outcome(case, verdict, report)
    repeats = [f"{repeated_name(each)}: {repeat_words(each)}" for each in report.repeats if each.worst is verdict]
    attempt = f", attempt {verdict.attempt}" if verdict.attempt > 1 else ""
    ElementTree.SubElement(case, "system-out").text = _clean(
        "\n".join([f"{verdict.file}, seed {verdict.seed}{attempt}", *repeats])
    )
    return kind


def _add_outcome(case: ElementTree.Element, verdict: Verdict, report: Report) -> str:
    if verdict.verdict == "passed":
        return ""
    if report.is_allowed(verdict):
        ElementTree.SubElement(case, "skipped", message=_clean(f"allowed: {report.allowed[verdict.id]}"))
        return "skipped"
    tag, count = ("failure", "failures") if verdict.verdict == "failed" else ("error", "errors")
    first = verdict.reasons[0] if verdict.reasons else verdict.verdict
    problem = ElementTree.SubElement(case, tag, message=_clean(first), type=verdict.verdict)
    problem.text = _clean("\n".join(verdict.reasons))
    return count


def _clean(text: str) -> str:
    """Without the characters that XML can't hold: what users saw may hold any."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
