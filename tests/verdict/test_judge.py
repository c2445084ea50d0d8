"""The meanings that decide verdicts, a row each: what happened, and the word for it.

Rows come in twins where one fact turns the verdict: a check that can't fail would show nothing.
"""

from __future__ import annotations

import dataclasses
import signal
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from chaos.errors import EnvironmentFailed
from chaos.experiment.claims import all_claims
from chaos.journal import events as e
from chaos.journal.journal import Journal, read_journal
from chaos.verdict.judge import judge
from chaos.verdict.verdict import Claim

Tell = Callable[..., Any]
"""Makes a story with other parts of the experiment; see conftest."""

DOWN = {"faults": [{"link": "db", "down": {}, "for": "2s"}]}
LATENCY_CLAIM = {"during": {"open": {"p95": "<= 400ms"}}}
AUDIT = {"audit": {"items": {"lost": 0, "duplicated": 0}}}
KEEPS_A = {"journey": "save", "acknowledged": "a"}
STEADY_ONLY = {"during": {}}

SURGE = {"faults": [{"journey": "open", "surge": {"times": 5}, "for": "2s"}]}


def surged(tell: Tell, **facts: Any) -> Any:
    """Two seconds of a surge, at the pace and with the lateness that these facts say."""
    count = round(2 / facts["every"])
    return tell(**SURGE).baseline().fault_on().runs(f"{count}s", **facts).effect().fault_off().recovery().end()


def during_late(story: Any, late_runs: str = "s", **facts: Any) -> Any:
    """While the fault was on, 37 users came on time, and three as `facts` say."""
    story.baseline().fault_on().runs("37s").runs(f"3{late_runs}", **facts)
    return story.effect(**PROOF).fault_off().recovery().end()


def muted(story: Any) -> Any:
    started = story.events[0]
    story.events[0] = dataclasses.replace(started, plan=dataclasses.replace(started.plan, muted=True))
    return story


PROOF = {"connections": 9, "bytes": 700, "link_bytes": 700}

FLAPPING = {"link": "db", "hang": {}, "for": "1s", "every": "2s", "times": 2}
OWN = {"link": "db", "hang": {}, "for": "2s", "during": {"open": {"broken": "0%"}}}


def flapping(tell: Tell, first: dict[str, Any], second: dict[str, Any], gap: str = "20s", **experiment: Any) -> Any:
    """A fault that comes twice, with what it touched each time."""
    story = tell(**{"faults": [FLAPPING], **experiment}).baseline().fault_on().runs("20s").effect(**first).fault_off()
    return story.runs(gap).fault_on().runs("20s").effect(**second).fault_off().recovery().end()


def service_cases(fault: dict[str, Any], seen: dict[str, Any], other: dict[str, Any]) -> list[Any]:
    """Proven; not seen as it should be; on a service that nobody's traffic reaches."""
    (kind,) = fault
    faults = [{"service": "db", **fault, "for": "2s"}]
    reason = f"the fault '{kind} on db' took no effect:"
    return [
        (f"{kind}, seen from outside", lambda t: t(faults=faults).night(acted=seen).end(), "passed", ""),
        (
            f"{kind}, not seen",
            lambda t: t(faults=faults).night(acted=other).end(),
            "inconclusive",
            f"{reason} the processes of db were",
        ),
        (
            f"{kind}, unused",
            lambda t: (
                t(faults=faults).baseline(carried=0).fault_on().runs("45s").effect(**seen).fault_off().recovery().end()
            ),
            "inconclusive",
            f"{reason} no traffic met it: no link to db carried anything in the baseline",
        ),
    ]


CASES: list[tuple[str, Callable[[Tell], Any], str, str]] = [
    # name, what happened, the verdict, a part of its first reason
    ("all of it holds", lambda tell: tell().night().end(), "passed", ""),
    # --- outcomes and tolerances of `during`
    ("a bound is met exactly", lambda t: t().night(during="38s 2b").end(), "passed", ""),
    (
        "a bound is missed by one run",
        lambda t: t().night(during="37s 3b").end(),
        "failed",
        "open broken <= 5%: broken was 7.5%",
    ),
    ("degraded is not broken", lambda t: t().night(during="40d").end(), "passed", ""),
    (
        "degraded is not served",
        lambda t: t(during={"open": {"served": ">= 99%"}}).night(during="40d").end(),
        "failed",
        "open served >= 99%: served was 0%",
    ),
    (
        "p95 counts broken runs, too",
        lambda t: (
            t(**LATENCY_CLAIM)
            .baseline()
            .fault_on()
            .runs("40s")
            .runs("5b", took=1.0, status=None)
            .effect(**PROOF)
            .fault_off()
            .recovery()
            .end()
        ),
        "failed",
        "open p95 <= 400ms: p95 was 1s",
    ),
    (
        "p95 leaves one run in twenty out",
        lambda t: (
            t(**LATENCY_CLAIM)
            .baseline()
            .fault_on()
            .runs("40s")
            .runs("2b", took=1.0, status=None)
            .effect(**PROOF)
            .fault_off()
            .recovery()
            .end()
        ),
        "passed",
        "",
    ),
    (
        "only recovery is claimed",
        lambda t: t(**STEADY_ONLY).night(during="40b").end(),
        "passed",
        "",
    ),
    # --- a fault that comes again, and claims on the time of one fault alone
    ("one time of a fault that comes again is proof enough", lambda t: flapping(t, PROOF, {}), "passed", ""),
    ("the last time is as good", lambda t: flapping(t, {}, PROOF), "passed", ""),
    (
        "a fault that comes again and never meets anybody is not proven",
        lambda t: flapping(t, {}, {}),
        "inconclusive",
        "the fault 'hang on db' took no effect",
    ),
    (
        "the pauses of a fault that comes again belong to the window of `during`",
        lambda t: flapping(t, PROOF, PROOF, gap="20b"),
        "failed",
        "open broken <= 5%",
    ),
    (
        "what a fault claims for itself is judged while it is on, each time",
        lambda t: flapping(
            t, PROOF, PROOF, gap="20b", during={}, faults=[{**FLAPPING, "during": {"open": {"broken": "0%"}}}]
        ),
        "passed",
        "",
    ),
    (
        "what a fault claims for itself can be refuted alone",
        lambda t: t(faults=[OWN]).night(during="44s 1b").end(),
        "failed",
        "open broken <= 0% while 'hang on db' is on: broken was 2.3%",
    ),
    (
        "what a fault claims for itself needs its samples",
        lambda t: t(faults=[OWN], during={}).night(during="19s").end(),
        "inconclusive",
        "open broken <= 0% while 'hang on db' is on: 19 samples of 20",
    ),
    # --- stopped
    (
        "a safeguard that was reached aborts, whatever else was seen",
        lambda t: (
            t()
            .baseline()
            .fault_on()
            .runs("30b")
            .add(e.SafeguardTripped(at_s=3.0, safeguard="open broken > 90% over 1s", measured="100%", samples=20))
            .end()
        ),
        "aborted",
        "a safeguard stopped it: open broken > 90% over 1s (100% of 20 runs)",
    ),
    *(
        (
            f"a safeguard that a probe reached says by how many answers: {samples}",
            lambda t, samples=samples: (
                t()
                .baseline()
                .add(
                    e.SafeguardTripped(
                        at_s=3.0,
                        safeguard="queue figure > 10 over 1s",
                        measured="13",
                        samples=samples,
                        watched="probe",
                    )
                )
                .end()
            ),
            "aborted",
            f"a safeguard stopped it: queue figure > 10 over 1s (13, {by})",
        )
        for samples, by in ((1, "by its last answer"), (3, "by 3 answers in a row"))
    ),
    # --- faults of services are proven by what was seen of their processes
    *(
        case
        for fault, seen, other in (
            ({"kill": {}}, {"state": "gone"}, {"state": "running"}),
            ({"pause": {}}, {"state": "stopped"}, {"state": "running"}),
            ({"restart": {}}, {"state": "another process"}, {"state": "gone"}),
            ({"slow_cpu": {"share": "80%"}}, {"stopped_ratio": 0.73}, {"stopped_ratio": 0.7}),
        )
        for case in service_cases(fault, seen, other)
    ),
    *(
        (
            f"a container that had sent {sent} bytes, and no link to it",
            lambda t, sent=sent: (
                t(faults=[{"service": "db", "kill": {}, "for": "2s"}])
                .baseline(carried=0)
                .fault_on()
                .runs("45s")
                .effect(state="gone", sent_bytes=sent)
                .fault_off()
                .recovery()
                .end()
            ),
            verdict,
            reason,
        )
        for sent, verdict, reason in ((256, "passed", ""), (255, "inconclusive", "no traffic met it: no link to db"))
    ),
    # --- whose sample is it?
    (
        "a run that was due in the fault and ends in recovery is the fault's",
        lambda t: (
            t()
            .baseline()
            .fault_on()
            .runs("36s")
            .runs("4b", took=5.0)
            .effect(**PROOF)
            .fault_off()
            .recovery("120s")
            .end()
        ),
        "failed",
        "open broken <= 5%: broken was 10%",
    ),
    (
        "a run that was due before the fault and ends in it is nobody's",
        lambda t: (
            t()
            .baseline()
            .runs("20b", every=0, took=5.0)
            .fault_on()
            .runs("40s")
            .effect(**PROOF)
            .fault_off()
            .recovery("120s")
            .end()
        ),
        "passed",
        "",
    ),
    (
        "a run that was due when the injection was confirmed is the fault's",
        lambda t: (
            t().baseline().fault_on().runs("20b", every=0).runs("40s").effect(**PROOF).fault_off().recovery().end()
        ),
        "failed",
        "open broken <= 5%: broken was 33.4%",
    ),
    (
        "runs that were due between undo issued and undo confirmed are nobody's",
        lambda t: (
            t()
            .baseline()
            .fault_on()
            .runs("40s")
            .effect(**PROOF)
            .wait(0.1)
            .add(e.Sample(journey="open", user="u", due_s=3.5, left_s=3.5, ended_s=3.6, took_s=0.1, outcome="broken"))
            .add(e.FaultUndone(at_s=3.6, issued_s=3.4, fault="hang on db"))
            .wait(0.4)
            .recovery()
            .end()
        ),
        "passed",
        "",
    ),
    (
        "the window of `during` goes from the first injection to the last undo, pauses and all",
        lambda t: (
            t(
                faults=[
                    {"link": "db", "hang": {}, "for": "1s"},
                    {"link": "edge", "latency": {"delay": "1s"}, "at": "2s", "for": "1s"},
                ]
            )
            .baseline()
            .fault_on("hang on db")
            .runs("20s")
            .effect("hang on db", **PROOF)
            .fault_off("hang on db")
            .runs("20b")
            .fault_on("latency on edge")
            .runs("20s")
            .effect("latency on edge", **PROOF)
            .fault_off("latency on edge")
            .recovery()
            .end()
        ),
        "failed",
        "open broken <= 5%: broken was 33.4%",
    ),
    # --- how many samples?
    (
        "nineteen good runs show nothing",
        lambda t: t().night(during="19s").end(),
        "inconclusive",
        "open broken <= 5%: 19 samples of 20",
    ),
    ("twenty good runs do", lambda t: t().night(during="20s").end(), "passed", ""),
    (
        "two broken runs of three are too many, whatever is missing",
        lambda t: t().night(during="1s 2b").end(),
        "failed",
        "broken was 66.6%",
    ),
    (
        "one broken run of three might still be one of twenty",
        lambda t: t().night(during="2s 1b").end(),
        "inconclusive",
        "3 samples of 20",
    ),
    ("no runs at all", lambda t: t().night(during="").end(), "inconclusive", "open broken <= 5%: 0 samples of 20"),
    (
        "no runs at all, and a claim on latency",
        lambda t: t(**LATENCY_CLAIM).night(during="").end(),
        "inconclusive",
        "0 samples of 20",
    ),
    (
        "`samples` asks for more",
        lambda t: t(samples=41).night(baseline="45s", during="40s").end(),
        "inconclusive",
        "40 samples of 41",
    ),
    (
        "a bound the other way is not refuted by what is missing",
        lambda t: t(during={"open": {"degraded": ">= 50%"}}).night(during="5d").end(),
        "inconclusive",
        "open degraded >= 50%: 5 samples of 20",
    ),
    (
        "a bound the other way is refuted by what is there",
        lambda t: t(during={"open": {"degraded": ">= 50%"}}).night(during="11s").end(),
        "failed",
        "open degraded >= 50%: degraded was 0%",
    ),
    (
        "latency is refuted when too many were slow, whatever is missing",
        lambda t: (
            t(**LATENCY_CLAIM).baseline().fault_on().runs("2s", took=0.9).effect(**PROOF).fault_off().recovery().end()
        ),
        "failed",
        "open p95 <= 400ms: p95 was 900ms",
    ),
    (
        "one slow run might still be one of twenty",
        lambda t: (
            t(**LATENCY_CLAIM).baseline().fault_on().runs("1s", took=0.9).effect(**PROOF).fault_off().recovery().end()
        ),
        "inconclusive",
        "1 samples of 20",
    ),
    # --- baseline
    (
        "the baseline never held",
        lambda t: t().baseline("300b").end(),
        "inconclusive",
        "the baseline did not hold within 15s",
    ),
    (
        "the baseline was too slow",
        lambda t: t().baseline("300s", took=0.9).end(),
        "inconclusive",
        "the baseline did not hold within 15s",
    ),
    (
        "the baseline had too few runs",
        lambda t: t().baseline("19s").end(),
        "inconclusive",
        "the baseline did not hold within 15s",
    ),
    (
        "degraded is not good enough for a baseline",
        lambda t: t().baseline("300d").end(),
        "inconclusive",
        "the baseline did not hold",
    ),
    (
        "the baseline had no runs",
        lambda t: t().baseline("").end(),
        "inconclusive",
        "the baseline did not hold within 15s",
    ),
    ("there was no baseline", lambda t: t().end(), "inconclusive", "there was no baseline"),
    (
        "a fault without a steady baseline",
        lambda t: t().night(baseline="40b").end(),
        "inconclusive",
        "the baseline did not hold before",
    ),
    ("a baseline that began badly", lambda t: t().night(baseline="5b 25s").end(), "passed", ""),
    (
        "a baseline window that is not over yet",
        lambda t: t().night(baseline="5b 19s").end(),
        "inconclusive",
        "the baseline did not hold before",
    ),
    (
        "a baseline window with enough runs that is not long enough yet",
        lambda t: (
            t()
            .baseline("5b")
            .runs("20s", every=0.02)
            .fault_on()
            .runs("45s")
            .effect(**PROOF)
            .fault_off()
            .recovery()
            .end()
        ),
        "inconclusive",
        "the baseline did not hold before",
    ),
    # --- recovery
    ("steady state is back at once", lambda t: t().night(during="20s", after="25s").end(), "passed", ""),
    ("steady state is back in time", lambda t: t().night(after="59b 25s").end(), "passed", ""),
    (
        "steady state is back too late",
        lambda t: t().night(after="62b 25s").end(),
        "failed",
        "is back within 3s: it took 3.05s to 3.1s",
    ),
    ("steady state never comes back", lambda t: t().night(after="100b").end(), "failed", "not within 3s (watched 5s)"),
    ("degraded is not recovered", lambda t: t().night(after="100d").end(), "failed", "not within 3s (watched 5s)"),
    (
        "slow is not recovered",
        lambda t: t().night(after="").runs("100s", took=0.9).wait(1).end(),
        "failed",
        "not within 3s",
    ),
    (
        "recovery was watched too briefly",
        lambda t: t().night(after="40b").end(),
        "inconclusive",
        "was watched for 2s only",
    ),
    (
        "recovery stopped in the middle of what may be a steady stretch",
        lambda t: t().night(after="58b 10s").end(),
        "inconclusive",
        "was watched for 3.4s only, too short to show what began in time",
    ),
    (
        "recovery stopped in the middle of a stretch that began too late",
        lambda t: t().night(after="62b 10s").end(),
        "failed",
        "not within 3s (watched 3.6s)",
    ),
    ("one good run is not steady state", lambda t: t().night(after="20b 1s 80b").end(), "failed", "not within 3s"),
    (
        "`hold` makes the window longer: back, but not for long",
        lambda t: t(recovery={"within": "3s", "hold": "2s"}).night(after="30s 80b").end(),
        "failed",
        "not within 3s",
    ),
    (
        "`hold` makes the window longer: back for good",
        lambda t: t(recovery={"within": "3s", "hold": "2s"}).night(after="45s").end(),
        "passed",
        "",
    ),
    (
        "a recovery window whose last runs have not ended",
        lambda t: t().night(after="15s").runs("6s", took=1.5).runs("1b").end(),
        "inconclusive",
        "recovery was watched for",
    ),
    (
        "a fault that was never undone",
        lambda t: t().baseline().fault_on().runs("45s").effect(**PROOF).end(),
        "inconclusive",
        "the faults were never all undone",
    ),
    (
        "time to recover is the due time of the first steady run, though the way back may have been shorter",
        lambda t: t().night(after="59b").wait(0.15).runs("25s").end(),
        "failed",
        "is back within 3s: it took 2.9s to 3.1s",
    ),
    # --- a surge is proven by the users that came
    ("a surge that came", lambda t: surged(t, every=0.01), "passed", ""),
    (
        "a surge that this machine could not send",
        lambda t: surged(t, every=0.02),
        "inconclusive",
        "open came 50 times a second instead of 100 times: the machine was too busy",
    ),
    (
        "a surge that was due and left too late",
        lambda t: surged(t, every=0.01, late=3.0),
        "inconclusive",
        "took no effect: open came 0 times a second",
    ),
    # --- a muted plan
    (
        "muted: nothing can be concluded, whatever counters say",
        lambda t: muted(t().night().end()),
        "inconclusive",
        "the fault 'hang on db' took no effect: muted on purpose",
    ),
    ("muted, and a claim refuted", lambda t: muted(t().night(during="40b").end()), "inconclusive", "muted on purpose"),
    # --- proof of effect
    (
        "the link carried nothing",
        lambda t: t().night(acted={}).end(),
        "inconclusive",
        "no traffic met it: the link db carried nothing",
    ),
    (
        "the toxic never acted",
        lambda t: t().night(acted={"link_bytes": 2048}).end(),
        "inconclusive",
        "the link db carried 2KiB, but nothing of it met the fault",
    ),
    *(
        (f"the toxic acted: {counter}", lambda t, counter=counter: t().night(acted={counter: 1}).end(), "passed", "")
        for counter in ("connections", "requests", "bytes", "closes")
    ),
    (
        "the effect was never read",
        lambda t: t().baseline().fault_on().runs("45s").fault_off().recovery().end(),
        "inconclusive",
        "its effect was never read",
    ),
    ("the fault was never injected", lambda t: t().baseline().end(), "inconclusive", "it was never injected"),
    (
        "of two faults, one was never met",
        lambda t: (
            t(faults=[{"link": "db", "hang": {}, "for": "2s"}, {"link": "db", "latency": {"delay": "1s"}, "for": "2s"}])
            .baseline()
            .fault_on("hang on db")
            .fault_on("latency on db")
            .runs("45s")
            .effect("hang on db", **PROOF)
            .effect("latency on db")
            .fault_off("hang on db")
            .fault_off("latency on db")
            .recovery()
            .end()
        ),
        "inconclusive",
        "the fault 'latency on db' took no effect",
    ),
    ("a fault that comes and goes was met once", lambda t: t().night().effect().end(), "passed", ""),
    ("down: a connection was refused", lambda t: t(**DOWN).night(acted={"canary": "refused"}).end(), "passed", ""),
    (
        "down: a connection was accepted",
        lambda t: t(**DOWN).night(acted={"canary": "accepted"}).end(),
        "inconclusive",
        "was not refused (accepted)",
    ),
    ("down: no canary", lambda t: t(**DOWN).night(acted={}).end(), "inconclusive", "was not refused (no answer)"),
    (
        "down: counters are no proof",
        lambda t: t(**DOWN).night(acted={"connections": 5, "bytes": 5}).end(),
        "inconclusive",
        "was not refused",
    ),
    (
        "down: the link carried no users' bytes in the baseline",
        lambda t: (
            t(**DOWN).baseline(carried=0).fault_on().runs("45s").effect(canary="refused").fault_off().recovery().end()
        ),
        "inconclusive",
        "the link db carried nothing in the baseline",
    ),
    # --- the tool watches itself
    (
        "more than 5 % of the runs left late, and latency was bad",
        lambda t: (
            t(**LATENCY_CLAIM)
            .baseline()
            .fault_on()
            .runs("37s")
            .runs("3s", late=0.06, took=0.9)
            .effect(**PROOF)
            .fault_off()
            .recovery()
            .end()
        ),
        "inconclusive",
        "open p95 <= 400ms: the machine was too busy",
    ),
    (
        "lateness only adds to times: who left late and was answered soon enough was answered soon enough",
        lambda t: during_late(t(**LATENCY_CLAIM), late=0.06, took=0.07),
        "passed",
        "",
    ),
    (
        "lateness adds to times: that they were long shows nothing",
        lambda t: during_late(t(during={"open": {"p99": ">= 50ms"}}), late=0.06, took=0.07),
        "inconclusive",
        "open p99 >= 50ms: the machine was too busy",
    ),
    (
        "more than 5 % of those that were due during the fault came when it was gone",
        lambda t: during_late(t(), late=9, took=9.01),
        "inconclusive",
        "open broken <= 5%: the machine was too busy",
    ),
    (
        "who was due during the fault, came when it was gone and fared badly all the same",
        lambda t: during_late(t(), "b", late=9, took=9.01),
        "failed",
        "broken was 7.5%",
    ),
    (
        "while one fault of two was on, nobody came",
        lambda t: (
            t(
                faults=[
                    {"link": "db", "name": "first", "hang": {}, "for": "1s", "during": {"open": {"broken": "0%"}}},
                    {"link": "db", "name": "second", "at": "2s", "hang": {}, "for": "2s"},
                ],
                during={},
            )
            .baseline()
            .fault_on("first")
            .runs("25s", late=1.5, took=1.51)
            .effect("first", **PROOF)
            .fault_off("first")
            .fault_on("second")
            .runs("25s")
            .effect("second", **PROOF)
            .fault_off("second")
            .recovery()
            .end()
        ),
        "inconclusive",
        "open broken <= 0% while 'first' is on: the machine was too busy",
    ),
    (
        "5 % of the runs left late",
        lambda t: (
            t(**LATENCY_CLAIM)
            .baseline()
            .fault_on()
            .runs("38s")
            .runs("2s", late=0.06)
            .effect(**PROOF)
            .fault_off()
            .recovery()
            .end()
        ),
        "passed",
        "",
    ),
    (
        "a tenth of the tightest latency bound is not late",
        lambda t: (
            t(during={"open": {"p95": "<= 700ms"}})
            .baseline()
            .fault_on()
            .runs("37s")
            .runs("3s", late=0.06)
            .effect(**PROOF)
            .fault_off()
            .recovery()
            .end()
        ),
        "passed",
        "",
    ),
    (
        "a busy machine shows nothing of answers that did not come in time",
        lambda t: during_late(t(), "b", late=0.06, took=1, failure=f"{e.NOT_IN_TIME} 1s"),
        "inconclusive",
        "open broken <= 5%: the machine was too busy",
    ),
    (
        "a machine that is not busy does",
        lambda t: during_late(t(), "b", took=1, failure=f"{e.NOT_IN_TIME} 1s"),
        "failed",
        "broken was 7.5%",
    ),
    (
        "a busy machine leaves claims on other outcomes alone",
        lambda t: (
            t().baseline().fault_on().runs("37s").runs("3b", late=0.06).effect(**PROOF).fault_off().recovery().end()
        ),
        "failed",
        "broken was 7.5%",
    ),
    (
        "too busy in the baseline",
        lambda t: t().baseline("300s", late=0.06, took=0.9).end(),
        "inconclusive",
        "the baseline could not be judged",
    ),
    (
        "too busy in the baseline, and soon enough all the same",
        lambda t: (
            t()
            .baseline("25s", late=0.06, took=0.07)
            .fault_on()
            .runs("45s")
            .effect(**PROOF)
            .fault_off()
            .recovery()
            .end()
        ),
        "passed",
        "",
    ),
    (
        "too busy in recovery, and back all the same",
        lambda t: t().night(after="").runs("110s", late=0.06, took=0.07).end(),
        "passed",
        "",
    ),
    (
        "back too late, and too busy to tell whether it was back before",
        lambda t: t().night(after="").runs("80s", late=0.06, took=0.9).runs("60s").end(),
        "inconclusive",
        "is back within 3s: the machine was too busy",
    ),
    (
        "slow in recovery while too busy: nobody knows whose fault it was",
        lambda t: t().night(after="").runs("110s", late=0.06, took=0.9).end(),
        "inconclusive",
        "is back within 3s: the machine was too busy",
    ),
    (
        "slow in recovery and not busy",
        lambda t: t().night(after="").runs("110s", took=0.9).end(),
        "failed",
        "steady state is back within 3s",
    ),
    # --- audit
    ("all is stored", lambda t: t(**AUDIT).night().run(**KEEPS_A).wait(1).audit("a").end(), "passed", ""),
    (
        "one is lost",
        lambda t: t(**AUDIT).night().run(**KEEPS_A).wait(1).audit().end(),
        "failed",
        "items lost <= 0: 1 of 1 lost after 2s: a",
    ),
    (
        "one is stored twice",
        lambda t: t(**AUDIT).night().run(**KEEPS_A).wait(1).audit("a", "a").end(),
        "failed",
        "items duplicated <= 0: 1 of 1",
    ),
    (
        "one is still on its way",
        lambda t: t(**AUDIT).night().run(**KEEPS_A).wait(1).audit(pending=("a",)).end(),
        "failed",
        "items pending <= 0: 1 of 1 pending",
    ),
    (
        "one may still be on its way",
        lambda t: (
            t(audit={"items": {"lost": 0, "pending": "<= 1"}})
            .night()
            .run(**KEEPS_A)
            .wait(1)
            .audit(pending=("a",))
            .end()
        ),
        "passed",
        "",
    ),
    (
        "pending elsewhere does not excuse a loss",
        lambda t: (
            t(audit={"items": {"lost": 0, "pending": "<= 1"}})
            .night()
            .run(**KEEPS_A)
            .wait(1)
            .audit(pending=("b",))
            .end()
        ),
        "failed",
        "items lost <= 0",
    ),
    (
        "one may be lost",
        lambda t: t(audit={"items": {"lost": "<= 1"}}).night().run(**KEEPS_A).wait(1).audit().end(),
        "passed",
        "",
    ),
    (
        "nothing was acknowledged",
        lambda t: t(**AUDIT).night().wait(1).audit().end(),
        "inconclusive",
        "nothing was acknowledged",
    ),
    (
        "the audit was not taken",
        lambda t: t(**AUDIT).night().run(**KEEPS_A).wait(1).end(),
        "inconclusive",
        "the audit was not taken",
    ),
    (
        "two items under one id: one of them is lost",
        lambda t: t(**AUDIT).night().run(**KEEPS_A).run(**KEEPS_A).wait(1).audit("a", "b").end(),
        "failed",
        "items lost <= 0: 1 of 2 lost",
    ),
    (
        "two items under one id, both stored under it",
        lambda t: t(**AUDIT).night().run(**KEEPS_A).run(**KEEPS_A).wait(1).audit("a", "a").end(),
        "passed",
        "",
    ),
    (
        "what was acknowledged before the fault must not be lost either",
        lambda t: (
            t(**AUDIT)
            .baseline()
            .run(**KEEPS_A)
            .fault_on()
            .runs("45s")
            .effect(**PROOF)
            .fault_off()
            .recovery()
            .audit()
            .end()
        ),
        "failed",
        "items lost <= 0",
    ),
    (
        "phantoms are shown, not judged",
        lambda t: t(**AUDIT).night().run(**KEEPS_A).wait(1).audit("a", "x").end(),
        "passed",
        "",
    ),
    (
        "a phantom stored twice is a duplicate",
        lambda t: t(**AUDIT).night().run(**KEEPS_A).wait(1).audit("a", "x", "x").end(),
        "failed",
        "items duplicated <= 0: 1 of 1 duplicated",
    ),
    # --- the environment, and whoever stops a run
    ("killed: no last event", lambda t: t().night(), "error", "the run ended without a last word"),
    ("killed in the baseline", lambda t: t().baseline("10s"), "error", "the run ended without a last word"),
    ("killed before anything", lambda t: t(), "error", "the run ended without a last word"),
    (
        "the proxy was lost",
        lambda t: t().night().add(e.EnvironmentBroke(at_s=9, reason="the proxy ended")).end(),
        "error",
        "the proxy ended",
    ),
    (
        "an undo failed",
        lambda t: t().night().undo_failed().end(),
        "error",
        "could not undo: remove the toxic from db (connection refused)",
    ),
    (
        "a bug",
        lambda t: t().night().add(e.ToolFailed(at_s=9, traceback="Traceback:\nKeyError: 'x'\n")).end(),
        "error",
        "a bug in Gatecrash itself: KeyError: 'x'",
    ),
    (
        "Ctrl-C",
        lambda t: t().night().add(e.Interrupted(at_s=9, signal=signal.SIGINT)).end(),
        "aborted",
        "stopped by Ctrl-C",
    ),
    (
        "SIGTERM",
        lambda t: t().baseline("3s").add(e.Interrupted(at_s=9, signal=signal.SIGTERM)),
        "aborted",
        "stopped by SIGTERM",
    ),
]


@pytest.mark.parametrize(("tell", "word", "because"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_happened_decides_the_verdict(story: Tell, tell: Callable[[Tell], Any], word: str, because: str) -> None:
    verdict = tell(story).verdict()
    assert (verdict.verdict, verdict.reasons[:1]) == (word, verdict.reasons[:1])
    assert because in (verdict.reasons or ("",))[0]
    assert bool(verdict.reasons) == (word != "passed")
    assert verdict.conclusive == (word in {"passed", "failed"})


@pytest.mark.parametrize("tell", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_a_journal_that_was_written_and_read_gives_the_same_verdict(
    story: Tell, tell: Callable[[Tell], Any], tmp_path: Path
) -> None:
    told = tell(story)
    journal = Journal(tmp_path / "journal.jsonl")
    for event in told.events:
        journal.append(event)
    journal.close()
    assert judge(read_journal(journal.path)) == judge(told.events)


# --- precedence

PARTS: dict[str, Callable[[Any], Any]] = {
    "error": lambda told: told.add(e.EnvironmentBroke(at_s=9, reason="the proxy ended")),
    "aborted": lambda told: told.add(e.Interrupted(at_s=9, signal=signal.SIGINT)),
}


@pytest.mark.parametrize(
    ("broken_baseline", "unproven", "refuted", "undecided", "also", "word"),
    [
        # "error > aborted > baseline not held or any fault unproven > any claim refuted > any claim undecided > passed"
        (False, False, False, False, (), "passed"),
        (False, False, False, True, (), "inconclusive"),
        (False, False, True, False, (), "failed"),
        (False, False, True, True, (), "failed"),
        (False, True, False, False, (), "inconclusive"),
        (False, True, True, False, (), "inconclusive"),
        (False, True, True, True, (), "inconclusive"),
        (True, False, False, False, (), "inconclusive"),
        (True, False, True, False, (), "inconclusive"),
        (True, True, True, True, (), "inconclusive"),
        (False, False, False, False, ("aborted",), "aborted"),
        (True, True, True, True, ("aborted",), "aborted"),
        (False, False, True, False, ("aborted",), "aborted"),
        (False, False, False, False, ("error",), "error"),
        (True, True, True, True, ("error", "aborted"), "error"),
        (False, False, False, False, ("aborted", "error"), "error"),
    ],
)
def test_the_weightier_fact_decides_and_the_others_are_listed(
    story: Tell, broken_baseline: bool, unproven: bool, refuted: bool, undecided: bool, also: tuple[str, ...], word: str
) -> None:
    claims = {"during": {"open": {"broken": "<= 5%"}, "save": {"broken": "<= 5%"}}}
    told = story(**claims).baseline("25b" if broken_baseline else "25s").fault_on()
    told.runs("20s", journey="save", every=0).runs("5s" if undecided else "20s", every=0)
    if refuted:
        told.runs("20b", journey="save", every=0)
    told.effect(bytes=0 if unproven else 1).fault_off().recovery()
    for part in also:
        PARTS[part](told)
    verdict = told.end().verdict()
    assert verdict.verdict == word
    reasons = " | ".join(verdict.reasons)
    stopped = bool(also)
    assert ("the baseline did not hold" in reasons) == (broken_baseline and not stopped)
    assert ("took no effect" in reasons) == (unproven and not stopped)
    assert ("samples of 20" in reasons) == (undecided and not stopped)
    assert ("save broken <= 5%" in reasons) == refuted
    assert ("stopped by" in reasons) == ("aborted" in also)
    assert ("the proxy ended" in reasons) == ("error" in also)


def test_of_a_baseline_that_never_held_only_that_is_said(story: Tell) -> None:
    verdict = story().baseline("280d 20b").end().verdict()
    assert verdict.reasons == (
        "the baseline did not hold within 15s, so nothing was broken on purpose",
        "in the baseline, open served >= 99%: served was 0%, claimed was >= 99%; first at 0ms: 500 ''",
    )


# --- exit codes

INTERRUPT = e.Interrupted(at_s=9, signal=signal.SIGINT)
STOP = e.Interrupted(at_s=9, signal=0)
BROKE = e.EnvironmentBroke(at_s=9, reason="the proxy ended")
BUG = e.ToolFailed(at_s=9, traceback="KeyError: 'x'")


@pytest.mark.parametrize(
    ("tell", "code"),
    [
        (lambda t: t().night().end(), 0),
        (lambda t: t().night(during="40b").end(), 1),
        (lambda t: t().night().add(BROKE).end(), 3),
        (lambda t: t().night(), 3),
        (lambda t: t().night(during="1s").end(), 4),
        (lambda t: t().night().add(STOP).end(), 5),
        (lambda t: t().night().undo_failed().end(), 6),
        (lambda t: t().night().add(INTERRUPT).undo_failed().end(), 6),
        (lambda t: t().night().add(BUG).undo_failed().end(), 6),
        (lambda t: t().night().add(BUG).end(), 70),
        (lambda t: t().night().add(INTERRUPT).end(), 130),
        (lambda t: t().night().add(INTERRUPT).add(BROKE).end(), 130),
        (lambda t: t().night().add(e.Interrupted(at_s=9, signal=signal.SIGTERM)).end(), 143),
        (lambda t: t().night().add(e.Interrupted(at_s=9, signal=signal.SIGHUP)).end(), 129),
    ],
)
def test_the_exit_code_says_how_it_ended(story: Tell, tell: Callable[[Tell], Any], code: int) -> None:
    assert tell(story).verdict().exit_code == code


# --- what reports show


def test_a_refuted_claim_names_the_figure_the_bound_and_the_first_offending_answer(story: Tell) -> None:
    told = (
        story()
        .baseline()
        .fault_on()
        .runs("30s")
        .add(
            e.AnswerSeen(at_s=3, fingerprint="f1", journey="open", status=500, headers=(), body="", says="Server error")
        )
    )
    told.runs("10b", answer="f1", rules=("G03", "G01")).effect(**PROOF).fault_off().recovery()
    verdict = told.end().verdict()
    assert verdict.reasons == (
        "open broken <= 5%: broken was 25%, claimed was <= 5%; first at 2.85s: 500 'Server error' [G03, G01]",
    )
    claim = verdict.claims[0]
    assert (claim.measured, claim.samples, claim.interval) == ("25%", 40, "14.2% to 40.2%")
    assert claim.first_offence is not None
    assert (claim.first_offence.due_s, claim.first_offence.says) == (pytest.approx(2.85), "Server error")


def test_a_run_without_an_answer_offends_with_the_reason_for_that(story: Tell) -> None:
    told = story().baseline().fault_on().runs("20s").runs("5b", took=1.0, status=None, failure="no answer within 1s")
    verdict = told.effect(**PROOF).fault_off().recovery().end().verdict()
    assert verdict.reasons[0].endswith("first at 2.35s: 'no answer within 1s'")


@pytest.mark.parametrize(
    ("bound", "told", "outcome"),
    [
        ({"served": ">= 99%"}, "30s 5d 5b", "degraded"),
        ({"broken": "0%"}, "30s 5d 5b", "broken"),
        ({"broken": ">= 50%"}, "5b 30d", "degraded"),
    ],
)
def test_the_first_offence_is_a_run_that_counts_against_the_bound(
    story: Tell, bound: dict[str, str], told: str, outcome: str
) -> None:
    verdict = story(during={"open": bound}).night(during=told).end().verdict()
    assert verdict.claims[0].state == "refuted"
    assert verdict.claims[0].first_offence is not None
    assert verdict.claims[0].first_offence.outcome == outcome


def test_a_figure_that_misses_its_bound_by_little_does_not_look_like_the_bound(story: Tell) -> None:
    told = story(**LATENCY_CLAIM).baseline().fault_on().runs("40s", took=0.4002).effect(**PROOF).fault_off().recovery()
    assert "p95 was 400.2ms, claimed was <= 400ms" in told.end().verdict().reasons[0]


def test_a_held_claim_shows_its_count_and_its_interval(story: Tell) -> None:
    claim = story().night(during="40s").end().verdict().claims[0]
    assert (claim.state, claim.samples, claim.measured, claim.interval) == ("held", 40, "0%", "0.0% to 8.8%")


@pytest.mark.parametrize(("baseline", "warned"), [("25s", 0), ("5b 25s", 1)])
def test_a_baseline_that_misses_a_bound_outside_its_window_is_a_warning(
    story: Tell, baseline: str, warned: int
) -> None:
    verdict = story().night(baseline=baseline).end().verdict()
    assert verdict.verdict == "passed"
    assert len(verdict.warnings) == warned


def test_runs_are_tallied_by_the_phase_in_which_they_were_due(story: Tell) -> None:
    told = story().baseline().runs("2b", every=0, took=5.0).fault_on().runs("38s 2d").effect(**PROOF).fault_off()
    verdict = told.recovery("44s 1b").wait(1).end().verdict()
    assert [(t.phase, t.served, t.degraded, t.broken, t.total) for t in verdict.tallies] == [
        ("baseline", 25, 0, 0, 25),
        ("during", 38, 2, 0, 40),
        ("recovery", 44, 0, 1, 45),
    ]
    assert verdict.boundary == 2


def test_what_users_saw_is_told_once_for_each_kind_the_most_frequent_first(story: Tell) -> None:
    answer = e.AnswerSeen(
        at_s=3,
        fingerprint="f1",
        journey="open",
        status=500,
        headers=(),
        body="",
        says="Oops",
        findings={"G03": "a stack trace"},
    )
    told = story().baseline().fault_on().add(answer).runs("30s").runs("3b", answer="f1", rules=("G03",))
    told.runs("1b", status=None, failure="reset").runs("4d", answer="f2", status=503)
    verdict = told.effect(**PROOF).fault_off().recovery().end().verdict()
    assert [(s.outcome, s.count, s.users, s.says, dict(s.rules)) for s in verdict.seen] == [
        ("degraded", 4, 4, "", {}),
        ("broken", 3, 3, "Oops", {"G03": "a stack trace"}),
        ("broken", 1, 1, "reset", {}),
    ]


def test_phases_are_spans_and_the_last_one_of_a_killed_run_is_open(story: Tell) -> None:
    spans = story().night().end().verdict().phases
    assert [span.phase for span in spans] == ["baseline", "fault", "recovery"]
    assert all(earlier.to_s == later.from_s for earlier, later in pairwise(spans))
    assert spans[-1].to_s is not None
    assert story().night().verdict().phases[-1].to_s is None


def test_what_is_said_to_be_claimed_beforehand_is_what_is_judged(story: Tell) -> None:
    """Of every kind; what an audit claims without a word is judged once something was acknowledged."""
    told = story(
        faults=[{"link": "db", "hang": {}, "for": "2s", "during": {"open": {"broken": "<= 9%"}}}],
        probes={"queue": {"during": "<= 100"}},
        recovery={"within": "3s", "shape": "clean", "stuck": "1s"},
        detect={"told": "<= 5s"},
        impact={"open": {"lost_user_seconds": "<= 60s"}},
        links={"db": {"amplification": "<= 2"}},
        audit={"items": {"lost": 0}},
        rules={"errors": 0, "warnings": 9},
    )
    told.baseline().run(journey="save", acknowledged="1").fault_on().runs("45s").effect(bytes=1).fault_off()
    judged = told.recovery().audit("1").end().verdict().claims
    assert [(claim.phase, claim.text) for claim in judged] == [*all_claims(told.plan)]
    assert {claim.phase for claim in judged} == {*get_args(get_type_hints(Claim)["phase"])}


# --- journals that are no journals


def test_a_journal_without_a_plan_can_not_be_judged(story: Tell) -> None:
    with pytest.raises(EnvironmentFailed, match="does not begin with a plan"):
        judge([])
    with pytest.raises(EnvironmentFailed, match="does not begin with a plan"):
        judge([INTERRUPT])


def test_the_order_of_samples_in_the_journal_does_not_matter(story: Tell) -> None:
    """They are written as they end; what counts is when they were due."""
    told = story().night(during="38s 2d").end()
    samples = [event for event in told.events if isinstance(event, e.Sample)]
    others = [event for event in told.events if not isinstance(event, e.Sample)]
    shuffled = [others[0], *samples[::-1], *others[1:]]
    assert judge(shuffled) == judge(told.events)
