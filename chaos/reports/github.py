"""Annotations for GitHub: workflow commands, each on the line of the YAML that did not hold."""

from __future__ import annotations

from typing import TextIO

from chaos.reports.offences import Against, against
from chaos.reports.report import Report
from chaos.reports.words import headline, printable, repeat_words, repeated_name


def write_github(report: Report, stream: TextIO) -> None:
    """What is allowed is a notice. Of a repeated experiment the worst run is told, and how often each verdict came. The
    last line is a notice that says how the run went."""
    for verdict in report.counting:
        for each in against(report, verdict):
            stream.write(_command(each, verdict.id) + "\n")
    for repeats in report.repeats:
        title = f"{repeated_name(repeats)} was repeated"
        stream.write(f"::notice title={_property(title)}::{_data(repeat_words(repeats))}\n")
    for name, reason in report.skipped.items():
        stream.write(f"::notice title={_property(f'{name} was skipped')}::{_data(reason)}\n")
    stream.write(f"::notice title=Gatecrash::{_data(f'{headline(report.verdicts)}; run {report.run}')}\n")


def _command(each: Against, title: str) -> str:
    level = "notice" if each.allowed is not None else each.level
    said = each.message if each.allowed is None else f"{each.message} (allowed: {each.allowed})"
    place = f"file={_property(each.place.file)},line={each.place.line},col={each.place.column}"
    return f"::{level} {place},title={_property(f'{title}: {each.kind}')}::{_data(said)}"


def _data(text: str) -> str:
    """One line for the runner, whatever an app said in it: a line of its own could be a command of its own."""
    plain = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return printable(plain).replace("\u2028", " ").replace("\u2029", " ")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
