"""Serve the app to its users: `python -m demo_app.web --port P --data DIR --mode fragile|resilient`.

PROFILE_URL and MEDIA_URL in the environment say where the other two services are.
"""

import os
import sys

from demo_app.serving import data_folder, log_to_stderr, make_server, options_parser
from demo_app.web.app import create_app
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
    mode: Mode = Fragile(profile, media) if options.mode == "fragile" else Resilient(profile, media, data)
    shedding = Shedding(Limits() if options.mode == "resilient" else None)
    app = create_app(mode, VerdictCookie(secret_in(data)), shedding)
    server = make_server(app.wsgi_app, options.port, threads=mode.threads)
    shedding.waiting = lambda: len(server.task_dispatcher.queue)
    mode.start()
    server.run()


if __name__ == "__main__":
    main()
