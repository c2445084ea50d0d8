"""Telling people, and those who run the app, what works and what did not."""

import time
from datetime import UTC, datetime

from flask import Flask, jsonify
from werkzeug.wrappers import Response as AnyResponse

from demo_app.web import messages
from demo_app.web.answers import page, prefers_json, refusal
from demo_app.web.board import Board
from demo_app.web.history import Incident
from demo_app.web.model import Mode, Part
from demo_app.web.shedding import Shedding


def add_telling(app: Flask, mode: Mode, shedding: Shedding, board: Board) -> None:
    @app.get("/status")
    def status() -> AnyResponse:
        parts = list(mode.parts())
        notices = [messages.MANY_PEOPLE] if shedding.recently_busy else []
        well = not notices and all(part.well for part in parts)
        now_s = time.time()
        board.history.look(what_is_wrong(mode, shedding), now_s)
        incidents = board.history.newest()
        reporting = board.reports.people(now_s)
        if prefers_json():
            content = {
                "well": well,
                "region": board.region,
                "parts": [
                    {"name": part.name, "well": part.well, "text": part.text, "since": _timestamp(part.since_s)}
                    for part in parts
                ],
                "notices": notices,
                "pending": len(mode.pending()),
                "people_reporting": reporting,
                "history": [_as_json(incident) for incident in incidents],
            }
            return jsonify(content)
        lasting = {
            part.name: messages.how_long(part.since_s, now_s) for part in parts if not part.well and part.since_s
        }
        return page(
            "status.html",
            parts=parts,
            well=well,
            lasting=lasting,
            since=_clock_time,
            notices=notices,
            past=[_in_words(incident) for incident in incidents],
            reporting=reporting,
        )

    @app.get("/problems/<name>")
    def problem(name: str) -> AnyResponse:
        if name not in messages.PROBLEMS:
            return refusal(messages.NOT_FOUND, 404)
        message = messages.PROBLEMS[name]
        return jsonify({"title": message.title, "about": [message.what, message.fate]})

    @app.get("/healthz")
    def healthz() -> AnyResponse:
        return jsonify({"service": "web", "mode": mode.name, "status": "ok"})

    @app.get("/pending")
    def pending() -> AnyResponse:
        return jsonify(list(mode.pending()))


def what_is_wrong(mode: Mode, shedding: Shedding) -> list[Part]:
    """The parts that do not work as they should, as the app itself can tell; too many people count as one."""
    wrong = [part for part in mode.parts() if not part.well]
    if shedding.recently_busy:
        wrong.append(Part("Crowding", False, messages.MANY_PEOPLE))
    return wrong


def _as_json(incident: Incident) -> dict[str, str | None]:
    return {
        "part": incident.part,
        "text": incident.text,
        "from": _timestamp(incident.began_s),
        "to": _timestamp(incident.ended_s),
    }


def _in_words(incident: Incident) -> dict[str, str]:
    """As people read it; `lasted` is empty while it goes on."""
    began, ended_s = _clock_time(incident.began_s), incident.ended_s
    if ended_s is None:
        when = f"since {began}"
    else:
        when = f"at {began}" if _clock_time(ended_s) == began else f"{began} to {_clock_time(ended_s)}"
    return {
        "part": incident.part,
        "text": incident.text,
        "day": datetime.fromtimestamp(incident.began_s, UTC).strftime("%-d %B %Y"),
        "when": when,
        "lasted": messages.how_long(incident.began_s, ended_s) if ended_s is not None else "",
    }


def _timestamp(since_s: float | None) -> str | None:
    return datetime.fromtimestamp(since_s, UTC).isoformat(timespec="seconds") if since_s is not None else None


def _clock_time(since_s: float) -> str:
    return datetime.fromtimestamp(since_s, UTC).strftime("%H:%M UTC")
