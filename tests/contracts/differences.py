"""Where the embedded proxy is meant to differ from Toxiproxy 2.12.0: the one list of it.

A test that meets one of these asks `differs("its id")` and then states what either server does. `reference` is what
Toxiproxy does, `ours` what the embedded proxy does instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Difference:
    reference: str
    ours: str


DIFFERENCES: Final = MappingProxyType(
    {
        # Transport
        "error-content-type": Difference(
            "an error is JSON, but says that it is text/plain", "says that it is application/json"
        ),
        "foreign-host": Difference(
            "answers whatever name it is called by, so a web page that rebinds its name can drive it",
            "bound to loopback, refuses with 403 a Host that is no address and not localhost",
        ),
        "foreign-origin": Difference(
            "answers requests that a page of another origin made, unless the browser is called Mozilla",
            "refuses with 403 a request with another Origin",
        ),
        # Proxies
        "logger-key": Difference('shows a sixth key, "Logger": {}', "shows the five keys that are documented"),
        "wildcard-differs": Difference(
            "a wildcard address, shown as [::], is another one at each populate or update: toxics and connections go",
            "what was asked for counts as the same",
        ),
        "reset-stops": Difference(
            "ends at the first proxy that can't start, in an order of chance", "goes through all, then tells the error"
        ),
        "populate-null": Difference('an empty list of proxies is "null"', 'an empty list of proxies is "[]"'),
        # Toxics
        "integral-floats": Difference("refuses 100.0 and 1e2 as whole numbers", "takes them as 100"),
        "half-an-update": Difference(
            "an update that is refused keeps the attributes before the faulty one", "it changes nothing"
        ),
        # Connections and chains
        "half-close": Difference(
            "a side that has said all loses what the other still says", "the end is passed on; -full-close turns it off"
        ),
        "neighbours-reroll": Difference(
            "a toxic rolls its die again when one right behind it comes or goes",
            "it keeps the roll until it is updated",
        ),
        "seed": Difference("-seed has no effect", "equal seeds give equal draws to equally numbered connections"),
        # Toxics at work
        "bandwidth-pieces": Difference(
            "a slow stream comes in pieces of 100 ms", "in pieces of 10 ms; by each 100 ms the same has passed"
        ),
        "idle-end-at-rate-0": Difference(
            "at a bandwidth of 0 an end with no data before it passes at once", "it is held like everything else"
        ),
        "timeout-spares-none": Difference(
            "removing a timeout also closes connections that its toxicity had spared", "it closes those that it ran on"
        ),
        "reset-marks": Difference(
            "whether connections end in a reset is decided when they open, whatever the toxic does then",
            "a reset when the toxic fires, also on connections older than it, and a plain close otherwise",
        ),
        "hostile-values": Difference(
            "the process dies of a negative rate, an average_size below 1 (0 is the default), a size_variation above "
            "it, or a jitter of 2^62",
            "values that make no sense are echoed and mean the nearest that do",
        ),
        "huge-times": Difference("times that overflow are none", "they last for years"),
        "removal-strands": Difference(
            "two delays in a row that hold data and its end: when they are removed the data is lost and no end comes",
            "both come at once",
        ),
        # Liveness
        "api-waits": Difference(
            "a call that edits toxics waits for every connection: for a client that does not read, for a reset to come",
            "no call waits for a connection",
        ),
        "connect-in-line": Difference(
            "a connect to the upstream that hangs stops all other clients of the proxy, and every call",
            "each client's connect is its own",
        ),
        # Process
        "metrics-at-the-end": Difference("bytes are counted when their connection has ended", "as they move"),
        "api-busy": Difference(
            "goes on without an API when it can't listen", "exits with 1 and says what to do about it"
        ),
        "log-shows-first-values": Difference(
            "log lines of a proxy show its listen and upstream as they were asked for at first", "as they are"
        ),
        "post-warning": Difference("warns of every update with POST", "does not, since most clients know nothing else"),
        "log-of-breaks": Difference(
            "says of a direction that broke how many bytes it had carried", "says which connection broke, once"
        ),
        "log-level": Difference(
            "LOG_LEVEL=warning is unknown, and an empty one logs nothing", "warning is warn, and empty is as if not set"
        ),
    }
)
