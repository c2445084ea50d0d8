"""What the three services share at their outer edge: options, log, request references, and waitress.

Stopping one is the same as its crashing: whatever was answered is on the disk, so nothing is left to tidy up.
"""

import argparse
import logging
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from demo_app.arrival import channel_class
from demo_app.capacity import UNLIMITED, WORKERS, Capacity, capacity_option
from demo_app.reference import adopted, new_reference

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger("clipshare")

SWITCH_INTERVAL_S = 0.0005
THREADS = 16

REFERENCE = "clipshare.reference"


class Server(Protocol):
    """The part of a waitress server that is used here."""

    task_dispatcher: Any
    channel_class: type

    def run(self) -> None: ...


def options_parser(service: str, about: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m demo_app.{service}", description=about)
    parser.add_argument("--port", type=int, required=True, help="port to listen on")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: the loopback interface's)")
    parser.add_argument("--data", type=Path, help="folder for what is stored (default: a temporary one, gone at exit)")
    return parser


def data_folder(given: Path | None) -> Path:
    """The folder to store into, made if need be; a temporary one is removed when the service is asked to stop."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        _stop_at_once_on_signals(None)
        return given
    temporary = tempfile.TemporaryDirectory(prefix="clipshare-")
    _stop_at_once_on_signals(temporary)
    return Path(temporary.name)


def _stop_at_once_on_signals(temporary: tempfile.TemporaryDirectory[str] | None) -> None:
    def stop(*_: object) -> None:
        if temporary is not None:
            temporary.cleanup()
        os._exit(0)  # threads may be waiting for a dependency that never answers

    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, stop)


def log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns whenever all threads are busy


def with_reference(app: "WSGIApplication", service: str, *, adopt: bool) -> "WSGIApplication":
    """Give each request a reference and a line in the log.

    `adopt`: take the reference over from the caller, as services behind another do; the outermost makes its own.
    """

    def wrapped(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        reference = adopted(environ.get("HTTP_X_REQUEST_ID")) if adopt else new_reference()
        environ[REFERENCE] = reference
        begun_s = time.monotonic()

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            logger.info(
                "request done service=%s reference=%s method=%s path=%s status=%s ms=%d",
                service,
                reference,
                environ["REQUEST_METHOD"],
                environ.get("PATH_INFO", "").encode("unicode_escape").decode("ascii"),
                status[:3],
                (time.monotonic() - begun_s) * 1000,
            )
            return start_response(status, [*headers, ("X-Request-Id", reference)], exc_info)

        return app(environ, start)

    return wrapped


def make_server(app: "WSGIApplication", host: str, port: int, *, threads: int) -> Server:
    from waitress import create_server  # type: ignore[import-untyped]

    # One thread reads all sockets. With Python's 5 ms it waits that long behind each of the threads that are busy, and
    # requests pile up before anyone has counted them.
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    server: Server = create_server(
        app,
        host=host,
        port=port,
        threads=threads,
        ident=None,
        backlog=1024,
        connection_limit=1000,
        recv_bytes=128 * 1024,
        asyncore_use_poll=True,
        max_request_body_size=64 * 1024 * 1024,
    )
    server.channel_class = channel_class()
    return server


class CreateApp(Protocol):
    def __call__(self, data: Path, *, capacity: Capacity) -> "WSGIApplication": ...


def serve(service: str, about: str, create_app: CreateApp) -> None:
    """Run a service that others ask, as its command line says; `create_app` is handed the folder to store into."""
    parser = options_parser(service, about)
    parser.add_argument(
        "--capacity", type=capacity_option, default=UNLIMITED, help="requests per second, like 100/s (default: none)"
    )
    options = parser.parse_args()
    log_to_stderr()
    app = create_app(data_folder(options.data), capacity=options.capacity)
    threads = WORKERS if options.capacity.cost_s else THREADS
    make_server(with_reference(app, service, adopt=True), options.host, options.port, threads=threads).run()
