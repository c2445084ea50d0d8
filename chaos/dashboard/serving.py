"""A dashboard that stands with its system: everything that goes on meanwhile, and what is served of it."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aiohttp import web

from chaos.dashboard.app import Dashboard
from chaos.dashboard.board import Board
from chaos.dashboard.counting import Counting
from chaos.dashboard.desk import Desk
from chaos.dashboard.feed import Feed
from chaos.dashboard.inert import InertPages
from chaos.dashboard.onlookers import Onlookers
from chaos.dashboard.saving import Saving
from chaos.dashboard.showing import show
from chaos.dashboard.tabs import Tabs
from chaos.errors import ChaosError, EnvironmentFailed
from chaos.experiment.systems import Choices
from chaos.journeys.judging import Judging, situation_in
from chaos.journeys.player import Stage
from chaos.live.system import LiveSystem
from chaos.system.environment import secrets_of, with_environment, with_rules_environment

_ENDED_WITHIN_S: Final = 1.0
"""Pages that are still open then are left to themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """`journeys` are those whose users come from the beginning. `save_to` is where experiments are saved."""

    key: str
    system_file: Path
    save_to: Path
    journeys: Sequence[str]
    choices: Choices = field(default_factory=Choices)


async def serve(live: LiveSystem, listener: socket.socket, served: Served, ready: Callable[[], None]) -> None:
    """Until it is cancelled. `ready` is called when pages can be opened; users come after that."""
    board = Board(live.system, seed=live.standing.seed)
    stop_listening = live.watch(board.see)
    desk, pages = Desk(live, board), InertPages()
    tabs = Tabs(lambda: desk.undo_all("nobody looks"))
    dashboard = Dashboard(
        key=served.key,
        board=board,
        desk=desk,
        feed=_feed(live, board),
        pages=pages,
        saving=Saving(
            system=live.system,
            system_file=served.system_file,
            folder=served.save_to,
            choices=served.choices,
        ),
        tabs=tabs,
    )
    runner = web.AppRunner(dashboard.make_app(), access_log=None, shutdown_timeout=_ENDED_WITHIN_S)
    try:
        await runner.setup()
        await web.SockSite(runner, listener).start()
        ready()
        async with asyncio.TaskGroup() as group:
            group.create_task(_onlookers(live, board, pages).look())
            group.create_task(Counting(live=live, system=with_environment(live.system), board=board).go_on())
            group.create_task(_first_users(desk, board, served.journeys))
    finally:
        stop_listening()
        await runner.cleanup()


def listen_at(host: str, port: int) -> socket.socket:
    """Raises `EnvironmentFailed` when it can't be had: before anything is started."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        hint = "; choose another with --port, or --port 0 for any that is free" if port else ""
        reason = error.strerror or str(error)
        raise EnvironmentFailed(f"the dashboard can't listen at {host}:{port}: {reason.lower()}{hint}") from None


def _feed(live: LiveSystem, board: Board) -> Feed:
    standing = live.standing
    system = show(live.system, epoch=secrets.token_hex(4), variant=standing.variant, choice=standing.choice)
    return Feed(board, system, live.now)


def _onlookers(live: LiveSystem, board: Board, pages: InertPages) -> Onlookers:
    judging = Judging(situation_in(with_rules_environment(live.system), live.standing.folder))
    return Onlookers(
        system=with_environment(live.system),
        stage=Stage(address=live.addresses.through_links, judging=judging, now=live.now),
        board=board,
        pages=pages,
        secrets=secrets_of(live.system),
    )


async def _first_users(desk: Desk, board: Board, journeys: Sequence[str]) -> None:
    """Those who can't get ready don't come, and the page says why."""
    for journey in journeys:
        try:
            await desk.let_come(journey, coming=True)
        except ChaosError as error:
            board.trouble(str(error))
