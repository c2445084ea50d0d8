"""`gatecrash proxy`: flags, signals, start and end of the process."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # signal itself would load the enum module
import os
import sys
from time import time_ns

from chaos.proxy.flags import USAGE, BadFlag, Flags, HelpWanted, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaos.proxy.log import Log
    from chaos.proxy.loop import Loop
    from chaos.proxy.registry import Registry
    from chaos.proxy.routing import Handler


def main(argv: Sequence[str]) -> int:
    """Run the proxy until SIGINT or SIGTERM (0). 1: the API can't listen. 2: a bad flag."""
    try:
        flags = parse(argv)
    except HelpWanted:
        sys.stderr.write(USAGE)
        return 0
    except BadFlag as error:
        sys.stderr.write(f"{error}\n{USAGE}")
        return 2
    if flags.version:
        sys.stdout.write(f"toxiproxy-server version {flags.report_version}\n")
        return 0
    return _serve(flags)


def _serve(flags: Flags) -> int:
    from chaos.proxy import config
    from chaos.proxy.address import is_loopback
    from chaos.proxy.listener import ListenError, resolve_listen
    from chaos.proxy.log import Log, level_from_environment
    from chaos.proxy.loop import Loop
    from chaos.proxy.registry import Registry
    from chaos.proxy.shell import Shell, Trust

    level, known = level_from_environment(os.environ.get("LOG_LEVEL", ""))
    log = Log(level)
    if not known:
        log.error("unknown LOG_LEVEL, logging everything", level_given=os.environ["LOG_LEVEL"])
    _raise_descriptor_limit()
    loop = Loop(busy_poll_s=flags.busy_poll / 1e6)
    _stop_on_signals(loop)
    seed = flags.seed if flags.seed is not None else time_ns()
    log.info("Starting Toxiproxy", version=flags.report_version, seed=seed)
    trust = Trust(flags.upstream_ca, insecure=flags.upstream_insecure)
    if flags.upstream_ca and not _can_be_read(flags.upstream_ca):
        sys.stderr.write(f"gatecrash proxy: -upstream-ca: {flags.upstream_ca} can't be read\n")
        return 1
    shell = Shell(loop, log, seed=seed, full_close=flags.full_close, trust=trust)
    registry = Registry(shell)
    if flags.config:
        config.load(flags.config, registry, log)
    try:
        address = resolve_listen(_join(flags.host, flags.port))
        listener = address.listen()
    except ListenError as error:
        log.error("Error starting the API", error=str(error))
        sys.stderr.write(f"gatecrash proxy: {error}; is another Toxiproxy running? -port chooses another port\n")
        return 1
    from chaos.proxy.api import Api
    from chaos.proxy.dispatch import Dispatcher
    from chaos.proxy.server import Server

    shell.names.may_block = False
    routes = Api(registry, log, version=flags.report_version, strict=flags.strict).routes(_metrics(flags, registry))
    token = flags.token or os.environ.get("GATECRASH_PROXY_TOKEN", "")
    server = Server(loop, listener, Dispatcher(routes, shell, host=address.host, token=token).handle)
    bound = listener.getsockname()
    if not token and not is_loopback(bound[0]):
        log.warn("The API can be reached from other machines without a token; -token sets one", address=bound[0])
    log.info("Starting Toxiproxy HTTP server", address=f"{bound[0]}:{bound[1]}")
    if flags.ready_fd is not None:
        _tell_ready(flags.ready_fd, bound[0], bound[1])
    _run(loop, log)
    log.info("Shutdown started")
    server.close()
    registry.stop_all()
    log.info("Shutdown complete")
    return 0


def _run(loop: Loop, log: Log) -> None:
    import gc

    def report(error: Exception) -> None:
        from traceback import format_exc

        log.error("Unexpected error", error=repr(error), traceback=format_exc(limit=-6))

    loop.on_error = report
    loop.call_at(loop.now() + 0.2, lambda: _warm_up(loop))
    # Closed connections leave no cycles behind, so collecting can be rare; what start-up made is never garbage.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    loop.run()


def _warm_up(loop: Loop) -> None:
    """Load what the first toxic will need now, rather than let it stop the traffic of that moment."""
    import json  # noqa: F401

    import chaos.proxy.toxic_body
    import chaos.proxy.toxic_link  # noqa: F401

    loop.use_exact_timers()


def _metrics(flags: Flags, registry: Registry) -> Handler | None:
    if not (flags.proxy_metrics or flags.runtime_metrics):
        return None
    from chaos.proxy.metrics import Metrics

    return Metrics(registry, proxies=flags.proxy_metrics, runtime=flags.runtime_metrics).handle


def _can_be_read(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.R_OK)  # noqa: PTH113  # pathlib costs start-up time


def _join(host: str, port: str) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _stop_on_signals(loop: Loop) -> None:
    from chaos.proxy.poller import IN

    read_fd, write_fd = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    _signal.set_wakeup_fd(write_fd, warn_on_full_buffer=False)
    loop.add(read_fd, IN, lambda _: loop.stop())
    for number in (_signal.SIGINT, _signal.SIGTERM):
        _signal.signal(number, lambda *_: loop.stop())


def _tell_ready(fd: int, host: str, port: int) -> None:
    """One line; whoever started us waits for it. Gone already? Then it will stop us by other means."""
    try:
        os.write(fd, f'{{"host": "{host}", "port": {port}}}\n'.encode())
        os.close(fd)
    except OSError:
        pass


def _raise_descriptor_limit() -> None:
    """Two descriptors a connection: take all that we may have."""
    try:
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    except (ImportError, OSError, ValueError):
        pass
