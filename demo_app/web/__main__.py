"""Serve the app to its users: `python -m demo_app.web --port P --data DIR --mode MODE [--mutant NAME]`.

PROFILE_URL and MEDIA_URL in the environment say where the other two services are. COOKIE_SECRET is the key with which
verdicts on ages are signed: the same in each region, so that one believes what the other found out. Without it a key is
made and kept in the data folder.
"""

import argparse
import os
import sys
from pathlib import Path

from demo_app.serving import data_folder, log_to_stderr, make_server, options_parser
from demo_app.web.app import Spoil, create_app
from demo_app.web.board import REGIONS, Board
from demo_app.web.client import Client
from demo_app.web.cookie import VerdictCookie, secret_in
from demo_app.web.dependencies import Media, Profile
from demo_app.web.fragile import Fragile
from demo_app.web.history import Historian
from demo_app.web.model import Mode
from demo_app.web.resilient import Resilient
from demo_app.web.shedding import Limits, Shedding
from demo_app.web.telling import what_is_wrong


def main() -> None:
    parser = options_parser("web", "The pages and the API of Clipshare.")
    parser.add_argument("--mode", choices=["fragile", "resilient", "mine"], default="resilient")
    parser.add_argument("--mutant", default="none", help="a defect of the resilient mode, by its name in mutants.py")
    parser.add_argument("--region", choices=list(REGIONS), help="the part of the world that this one is for")
    options = parser.parse_args()
    log_to_stderr()
    try:
        profile = Profile(Client(os.environ["PROFILE_URL"]))
        media = Media(Client(os.environ["MEDIA_URL"]), options.region or "")
    except KeyError as missing:
        sys.exit(f"{missing.args[0]} is not set; it is an address like http://127.0.0.1:8001")
    except ValueError as error:
        sys.exit(str(error))
    data = data_folder(options.data)
    mode, spoil, sheds = _chosen(parser, options, profile, media, data)
    shedding = Shedding(Limits() if sheds else None)
    board = Board.in_folder(data, options.region)
    verdicts = VerdictCookie(os.environ.get("COOKIE_SECRET") or secret_in(data))
    app = create_app(mode, verdicts, shedding, board, spoil=spoil)
    server = make_server(app.wsgi_app, options.host, options.port, threads=mode.threads)
    shedding.waiting = lambda: len(server.task_dispatcher.queue)
    mode.start()
    Historian(board.history, lambda: what_is_wrong(mode, shedding)).start()
    server.run()


def _chosen(
    parser: argparse.ArgumentParser, options: argparse.Namespace, profile: Profile, media: Media, data: Path
) -> tuple[Mode, Spoil | None, bool]:
    """The mode, what spoils its answers, and whether it sheds load."""
    if options.mode == "fragile" and options.mutant == "none":
        return Fragile(profile, media), None, False
    if options.mode == "mine" and options.mutant == "none":
        from demo_app.web.mine.mode import Mine

        return Mine(profile, media, data), None, False
    if options.mutant == "none":
        return Resilient(profile, media, data), None, True
    from demo_app.web.mutants import MUTANTS

    if options.mode != "resilient" or options.mutant not in MUTANTS:
        parser.error(f"--mutant is for --mode resilient, and one of: none, {', '.join(MUTANTS)}")
    mutant = MUTANTS[options.mutant]
    return mutant.mode(profile, media, data), mutant.spoil, mutant.sheds


if __name__ == "__main__":
    main()
