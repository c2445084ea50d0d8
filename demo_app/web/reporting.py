"""The page on which people say that something is wrong. It asks nobody else, so it works when nothing else does."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from flask import Flask, g, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from demo_app.web import messages
from demo_app.web.answers import as_typed, page, prefers_json, refusal, see_other
from demo_app.web.board import Board
from demo_app.web.chart import chart_of
from demo_app.web.reports import KINDS, MANY, Minute


def add_reporting(app: Flask, board: Board) -> None:
    @app.get("/report")
    def report() -> AnyResponse:
        now_s = time.time()
        minutes = board.reports.minutes(now_s)
        many = board.reports.many(now_s)
        if prefers_json():
            return jsonify(
                {
                    "region": board.region,
                    "kinds": KINDS,
                    "minutes": [_as_json(minute) for minute in minutes],
                    "people": board.reports.people(now_s),
                    "many_from": MANY,
                    "many": many,
                }
            )
        return page(
            "report.html",
            kinds=KINDS,
            thanks=KINDS.get(request.args.get("sent", "")),
            many=[KINDS[kind] for kind in many],
            people=board.reports.people(now_s),
            chart=chart_of([minute.total for minute in minutes], [_time_of(minute) for minute in minutes]),
            reported=_rows(minutes),
        )

    @app.post("/report")
    def send_report() -> AnyResponse:
        kind = as_typed("kind")
        if kind not in KINDS:
            return refusal(messages.NO_KIND, 422, form="report")
        board.reports.add(g.user, kind, time.time())
        if prefers_json():
            response = jsonify({"kind": kind, "counted": True})
            response.status_code = 201
            return response
        return see_other(f"/report?sent={kind}")


MOST_ROWS: Final = 10


def _rows(minutes: Sequence[Minute]) -> list[dict[str, object]]:
    """The minutes in which something was reported, newest first, for the table below the chart."""
    some = [minute for minute in reversed(minutes) if minute.total][:MOST_ROWS]
    return [
        {
            "time": _time_of(minute),
            "total": minute.total,
            "kinds": ", ".join(f"{KINDS[kind]}: {number}" for kind, number in sorted(minute.kinds.items())),
        }
        for minute in some
    ]


def _as_json(minute: Minute) -> dict[str, object]:
    begins = datetime.fromtimestamp(minute.begins_s, UTC)
    return {"minute": begins.strftime("%Y-%m-%dT%H:%MZ"), "total": minute.total, "kinds": dict(minute.kinds)}


def _time_of(minute: Minute) -> str:
    return datetime.fromtimestamp(minute.begins_s, UTC).strftime("%H:%M")
