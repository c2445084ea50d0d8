"""Made by `python -m chaos.api.stub` from the table of faults; a test keeps it true."""

from collections.abc import Mapping
from typing import Literal

from chaos.api.fault import Fault
from chaos.api.place import Place

class LinkFaults(Place):
    """The faults of a link."""

    def latency(
        self,
        delay: str,
        jitter: str | None = None,
        *,
        stream: Literal["upstream", "downstream"] | None = None,
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        ramp: Mapping[str, object] | None = None,
        share: str | None = None,
        only: Mapping[str, object] | None = None,
        proven: bool = True,
    ) -> Fault:
        """It delays everything that passes by `delay`, give or take `jitter`."""

    def down(
        self,
        *,
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        ramp: Mapping[str, object] | None = None,
        share: str | None = None,
        only: Mapping[str, object] | None = None,
        proven: bool = True,
    ) -> Fault:
        """It refuses new connections and cuts the open ones."""

    def hang(
        self,
        *,
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        ramp: Mapping[str, object] | None = None,
        share: str | None = None,
        only: Mapping[str, object] | None = None,
        proven: bool = True,
    ) -> Fault:
        """It accepts connections, then lets nothing pass in either direction, not even a close."""

    def timeout(
        self,
        after: str,
        *,
        stream: Literal["upstream", "downstream"] | None = None,
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        ramp: Mapping[str, object] | None = None,
        share: str | None = None,
        only: Mapping[str, object] | None = None,
        proven: bool = True,
    ) -> Fault:
        """It swallows the bytes, and closes the connection once none came for `after` (0s: never)."""

    def reset_peer(
        self,
        after: str | None = None,
        *,
        stream: Literal["upstream", "downstream"] | None = None,
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        ramp: Mapping[str, object] | None = None,
        share: str | None = None,
        only: Mapping[str, object] | None = None,
        proven: bool = True,
    ) -> Fault:
        """It ends the connection with a TCP reset, `after` the first byte."""

    def bandwidth(
        self,
        rate: str,
        *,
        stream: Literal["upstream", "downstream"],
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        ramp: Mapping[str, object] | None = None,
        share: str | None = None,
        only: Mapping[str, object] | None = None,
        proven: bool = True,
    ) -> Fault:
        """It lets each connection pass at most `rate`."""

    def slow_close(
        self,
        delay: str,
        *,
        stream: Literal["upstream", "downstream"] | None = None,
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        ramp: Mapping[str, object] | None = None,
        share: str | None = None,
        only: Mapping[str, object] | None = None,
        proven: bool = True,
    ) -> Fault:
        """It passes a close on only after `delay`."""

    def slicer(
        self,
        size: str,
        variation: str | None = None,
        delay: str | None = None,
        *,
        stream: Literal["upstream", "downstream"],
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        ramp: Mapping[str, object] | None = None,
        share: str | None = None,
        only: Mapping[str, object] | None = None,
        proven: bool = True,
    ) -> Fault:
        """It cuts data into pieces of about `size`, with `delay` after each."""

    def limit_data(
        self,
        bytes: str,
        *,
        stream: Literal["upstream", "downstream"],
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        ramp: Mapping[str, object] | None = None,
        share: str | None = None,
        only: Mapping[str, object] | None = None,
        proven: bool = True,
    ) -> Fault:
        """It closes the connection once `bytes` have passed."""

    def slow_connect(
        self,
        delay: str,
        jitter: str | None = None,
        *,
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        ramp: Mapping[str, object] | None = None,
        share: str | None = None,
        only: Mapping[str, object] | None = None,
        proven: bool = True,
    ) -> Fault:
        """It accepts new connections at once, and goes on to the service only after `delay`."""

    def corrupt(
        self,
        probability: str | None = None,
        every: str | None = None,
        *,
        stream: Literal["upstream", "downstream"] | None = None,
        lasts: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        ramp: Mapping[str, object] | None = None,
        share: str | None = None,
        only: Mapping[str, object] | None = None,
        proven: bool = True,
    ) -> Fault:
        """It changes single bytes on their way: a share of them by chance, or one of `every` so many."""

    def cut(
        self,
        bytes: str,
        of: Literal["connection", "message"] | None = None,
        end: Literal["close", "reset"] | None = None,
        match: Mapping[str, object] | None = None,
        *,
        stream: Literal["upstream", "downstream"],
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        ramp: Mapping[str, object] | None = None,
        share: str | None = None,
        only: Mapping[str, object] | None = None,
        proven: bool = True,
    ) -> Fault:
        """It ends the connection after `bytes`: of a request, or of an answer that is then never heard."""

    def http_error(
        self,
        status: int | None = None,
        text: str | None = None,
        json: Mapping[str, object] | None = None,
        content_type: str | None = None,
        headers: Mapping[str, object] | None = None,
        match: Mapping[str, object] | None = None,
        *,
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        ramp: Mapping[str, object] | None = None,
        share: str | None = None,
        only: Mapping[str, object] | None = None,
        proven: bool = True,
    ) -> Fault:
        """It answers requests with `status`; they never reach the service."""

    def http_delay(
        self,
        delay: str,
        jitter: str | None = None,
        match: Mapping[str, object] | None = None,
        *,
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        ramp: Mapping[str, object] | None = None,
        share: str | None = None,
        only: Mapping[str, object] | None = None,
        proven: bool = True,
    ) -> Fault:
        """It holds back the first byte of each answer for `delay`, give or take `jitter`."""

    def http_rate_limit(
        self,
        rate: str,
        burst: int | None = None,
        status: int | None = None,
        retry_after: str | None = None,
        text: str | None = None,
        json: Mapping[str, object] | None = None,
        content_type: str | None = None,
        headers: Mapping[str, object] | None = None,
        match: Mapping[str, object] | None = None,
        *,
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        ramp: Mapping[str, object] | None = None,
        share: str | None = None,
        only: Mapping[str, object] | None = None,
        proven: bool = True,
    ) -> Fault:
        """It answers requests above `rate`, over all connections, with 429 and Retry-After."""

    def http_truncate(
        self,
        bytes: str,
        match: Mapping[str, object] | None = None,
        *,
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        ramp: Mapping[str, object] | None = None,
        share: str | None = None,
        only: Mapping[str, object] | None = None,
        proven: bool = True,
    ) -> Fault:
        """It closes the connection after `bytes` of an answer's body, though its head promised more."""

    def http_malformed(
        self,
        kind: Literal["status_line", "header", "chunk", "length"] | None = None,
        match: Mapping[str, object] | None = None,
        *,
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        ramp: Mapping[str, object] | None = None,
        share: str | None = None,
        only: Mapping[str, object] | None = None,
        proven: bool = True,
    ) -> Fault:
        """It makes answers that no HTTP client can read, then closes the connection."""

    def http_body(
        self,
        text: str | None = None,
        json: Mapping[str, object] | None = None,
        garbage: str | None = None,
        content_type: str | None = None,
        match: Mapping[str, object] | None = None,
        *,
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        ramp: Mapping[str, object] | None = None,
        share: str | None = None,
        only: Mapping[str, object] | None = None,
        proven: bool = True,
    ) -> Fault:
        """It replaces the body of answers; status, headers and the right length stay."""

class ServiceFaults(Place):
    """The faults of a service."""

    def kill(
        self,
        signal: Literal["SIGKILL", "SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGABRT", "SIGSEGV"] | None = None,
        *,
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        proven: bool = True,
    ) -> Fault:
        """It sends `signal` to the service's processes; it is started again when the fault is over."""

    def pause(
        self,
        *,
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        proven: bool = True,
    ) -> Fault:
        """It stops the service's processes (SIGSTOP): the system still accepts, and nobody answers."""

    def restart(
        self,
        signal: Literal["SIGKILL", "SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGABRT", "SIGSEGV"] | None = None,
        *,
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        proven: bool = True,
    ) -> Fault:
        """It ends the service with `signal` (and SIGKILL if it will not) and starts it again at once."""

    def slow_cpu(
        self,
        share: str,
        *,
        lasts: str | None = None,
        every: str | None = None,
        times: int | None = None,
        until: str | None = None,
        name: str | None = None,
        proven: bool = True,
    ) -> Fault:
        """It takes `share` of all time away from the service: its processes are stopped and let go on, 20 times a
        second."""

class JourneyFaults(Place):
    """The faults of a journey."""

    def surge(
        self,
        times: float,
        *,
        lasts: str | None = None,
        every: str | None = None,
        until: str | None = None,
        name: str | None = None,
        proven: bool = True,
    ) -> Fault:
        """It lets users come `times` as often as the journey's `rate` says."""
