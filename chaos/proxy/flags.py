"""The command line, in Go's habit: `-flag value` or `-flag=value`, one dash or two; another word ends the flags."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

USAGE = """Usage of gatecrash proxy:
  -host string
    \tHost for the API to listen on (default "localhost")
  -port string
    \tPort for the API to listen on; 0: a free one (default "8474")
  -config string
    \tJSON file of proxies to create on start-up
  -seed int
    \tSeed of all random draws (default: from the clock)
  -runtime-metrics
    \tOffer metrics of this process at /metrics
  -proxy-metrics
    \tOffer metrics of the proxies at /metrics
  -full-close
    \tEnd the connection when one side has ended its direction, as Toxiproxy does (default: pass the half-close on)
  -strict
    \tRefuse toxics that make no sense: unknown attributes, toxicity above 1, negative values
  -token string
    \tCalls of the API must carry "Authorization: Bearer <token>" (or set GATECRASH_PROXY_TOKEN)
  -busy-poll int
    \tMicroseconds to look for more traffic before sleeping: shorter round trips for more CPU (default 0)
  -upstream-ca file
    \tPEM file of the authorities to trust where an upstream is https://host:port (default: the system's)
  -upstream-insecure
    \tDo not verify the certificates of such upstreams
  -ready-fd int
    \tFile descriptor to write {"host": ..., "port": ...} to once the API listens
  -report-version string
    \tWhat GET /version says (default "2.12.0")
  -version
    \tPrint the version and exit
"""
_INTEGERS = ("seed", "busy_poll", "ready_fd")


class BadFlag(Exception):
    """A flag that is unknown or has a bad value."""


class HelpWanted(Exception):
    """-h or -help was given."""


class Flags:
    """What was asked for, `busy_poll` in microseconds; `seed` and `ready_fd` are None when not given."""

    def __init__(self) -> None:
        self.host = "localhost"
        self.port = "8474"
        self.config = ""
        self.seed: int | None = None
        self.runtime_metrics = False
        self.proxy_metrics = False
        self.full_close = False
        self.strict = False
        self.token = ""
        self.busy_poll = 0
        self.upstream_ca = ""
        self.upstream_insecure = False
        self.ready_fd: int | None = None
        self.report_version = "2.12.0"
        self.version = False


def parse(argv: Sequence[str]) -> Flags:
    """Raises BadFlag or HelpWanted."""
    flags = Flags()
    words = list(argv)
    while words:
        word = words.pop(0)
        if len(word) < 2 or word[0] != "-" or word == "--":
            break
        name, equals, value = word[2 if word.startswith("--") else 1 :].partition("=")
        if not name or name[0] in "-=":
            raise BadFlag(f"bad flag syntax: {word}")
        field = name.replace("-", "_")
        if name in ("h", "help"):
            raise HelpWanted
        if "_" in name or field not in vars(flags):
            raise BadFlag(f"flag provided but not defined: -{name}")
        if isinstance(getattr(flags, field), bool):
            setattr(flags, field, _boolean(name, value if equals else "true"))
            continue
        if not equals:
            if not words:
                raise BadFlag(f"flag needs an argument: -{name}")
            value = words.pop(0)
        setattr(flags, field, _integer(name, value) if field in _INTEGERS else value)
    return flags


def _boolean(name: str, value: str) -> bool:
    if value in ("1", "t", "T", "TRUE", "true", "True"):
        return True
    if value in ("0", "f", "F", "FALSE", "false", "False"):
        return False
    raise BadFlag(f'invalid boolean value "{value}" for -{name}: parse error')


def _integer(name: str, value: str) -> int:
    try:
        number = int(value, 0)
    except ValueError:
        raise BadFlag(f'invalid value "{value}" for flag -{name}: parse error') from None
    if not -(1 << 63) <= number < 1 << 63:
        raise BadFlag(f'invalid value "{value}" for flag -{name}: value out of range')
    return number
