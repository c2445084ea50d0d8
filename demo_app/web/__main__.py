"""Serve the app to its users: `python -m demo_app.web --port P --data DIR --mode fragile|resilient [--mutant NAME]`.

PROFILE_URL and MEDIA_URL in the environment say where the other two services are.
"""

import argparse
import os
import sys
from pathlib import Path

from demo_app.serving import data_folder, log_to_stderr, make_server, options_parser
from demo_app.web.app import Spoil, create_app
from demo_app.web.client import Client
from demo_app.web.cookie import VerdictCookie, secret_in
from demo_app.web.dependencies import Media, Profile
from demo_app.web.fragile import Fragile
from demo_app.web.model import Mode
from demo_app.web.resilient import Resilient
from demo_app.web.shedding import Limits, Shedding


def main() -> None:
    parser = options_parser("web", "The pages and the API of Clipshare.")
    parser.add_argument("--mode", choices=["fragile", "resilient"], default="resilient")
    parser.add_argument("--mutant", default="none", help="a defect of the resilient mode, by its name in mutants.py")
    options = parser.parse_args()
    log_to_stderr()
    try:
        profile = Profile(Client(os.environ["PROFILE_URL"]))
        media = Media(Client(os.environ["MEDIA_URL"]))
    except KeyError as missing:
        sys.exit(f"{missing.args[0]} is not set; it is an address like http://127.0.0.1:8001")
    except ValueError as error:
        sys.exit(str(error))
    data = data_folder(options.data)
    mode, spoil = _chosen(parser, options, profile, media, data)
    shedding = Shedding(Limits() if options.mode == "resilient" else None)
    app = create_app(mode, VerdictCookie(secret_in(data)), shedding, spoil=spoil)
    server = make_server(app.wsgi_app, options.port, threads=mode.threads)
    shedding.waiting = lambda: len(server.task_dispatcher.queue)
    mode.start()
    server.run()


def _chosen(
    parser: argparse.ArgumentParser, options: argparse.Namespace, profile: Profile, media: Media, data: Path
) -> tuple[Mode, Spoil | None]:
    if options.mutant == "none":
        return (Fragile(profile, media) if options.mode == "fragile" else Resilient(profile, media, data)), None
    from demo_app.web.mutants import MUTANTS

    if options.mode == "fragile" or options.mutant not in MUTANTS:
        parser.error(f"--mutant is for --mode resilient, and one of: none, {', '.join(MUTANTS)}")
    mutant = MUTANTS[options.mutant]
    return mutant.mode(profile, media, data), mutant.spoil


if __name__ == "__main__":
    main()
