"""Every warning has a file with the mistake and a twin without it; what is shipped has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chaos.experiment.advice import OF_EXPERIMENTS, OF_SYSTEMS
from chaos.experiment.advice.files import advise_files
from chaos.experiment.planner import find_files, make_plans
from chaos.experiment.systems import Choices

REPOSITORY = Path(__file__).resolve().parents[3]
TODAY = date(2026, 7, 6)
Changes = Sequence[tuple[str, str]]
SOUND: Changes = [('- {get: "edge:/"}', '- {get: "edge:/", expect: {text: Shop}}')]
"""Makes of the system of these tests one that nothing is to be said of."""
LONE_LINK: Changes = [("  db: {to: db}\nusers", "  db: {to: db}\n  lone: {to: db}\nusers")]
CACHE: Changes = [
    ("  db: {command", '  cache: {command: "cache {port}", env: {DB: "http://{services.db}"}}\n  db: {command'),
    ('env: {DB: "http://{links.db}"}', 'env: {CACHE: "http://{links.cache}"}'),
    ("  db: {to: db}", "  db: {to: db}\n  cache: {to: cache}"),
]
"""web leads to cache by a link, and cache to db round the link."""
DOOR: Changes = [
    ("  edge: {to: web}", "  edge: {to: web}\n  door: {to: web2}"),
    ("  db: {command", '  web2: {command: "web2 {port}"}\n  db: {command'),
    ("journeys:", 'journeys:\n  peek: {rate: 20/s, timeout: 1s, steps: [{get: "door:/", expect: {text: x}}]}'),
]
"""A second way in, behind which there is no db."""

PROBED: Changes = [
    ("\naudit:", '\nprobes: {well: {get: "db:/well", every: 1s, failure: error}}\naudit:'),
]
ERRORS: Changes = [("link: db", "link: edge"), ("hang: {}", "http_error: {status: 500}")]
OWN_PROXY: Changes = [
    ('db: {command: "db {port}"}', 'db: {url: "http://127.0.0.1:9"}'),
    ("  db: {to: db}", "  db: {to: db, proxy: theirs}"),
]


@dataclass(frozen=True)
class Case:
    """`twin` are the changes of the same files without the mistake; where None, the files as they stand are that."""

    id: str
    at: str
    says: str
    changes: Changes = ()
    system: Changes = ()
    twin: Changes = ()
    twin_system: Changes | None = None


CASES = {
    "any share is at least 0%": Case(
        "bound-cannot-fail",
        "hangs.yaml:4:18: steady_state.open.served",
        "a share is from 0% to 100%; usual is served: \">= 99%\"",
        [('">= 99%"', '">= 0%"')],
    ),
    "any share is at most 100%": Case(
        "bound-cannot-fail",
        "hangs.yaml:10:18: during.open.broken",
        "usual is broken: 0%",
        [("broken: 0%", "broken: 100%")],
    ),
    "a run counts as its timeout": Case(
        "bound-cannot-fail",
        "hangs.yaml:10:15: during.open.p95",
        "<= 1s holds whatever happens: a run without an answer counts as the timeout of open, 1s",
        [("broken: 0%", "p95: 1s")],
        twin=[("broken: 0%", "p95: 999ms")],
    ),
    "more items than are ever sent": Case(
        "bound-cannot-fail",
        "hangs.yaml:11:23: audit.items.lost",
        "there are from 0 to 580 items in a whole run",
        [("{broken: 0%}", "{broken: 0%}\naudit: {items: {lost: 580}}")],
        twin=[("{broken: 0%}", "{broken: 0%}\naudit: {items: {lost: 579}}")],
    ),
    "a count is at least 0": Case(
        "bound-cannot-fail",
        "hangs.yaml:11:29: audit.items.duplicated",
        "a count is 0 or more; usual is duplicated: 0",
        [("{broken: 0%}", '{broken: 0%}\naudit: {items: {duplicated: ">= 0"}}')],
        twin=[("{broken: 0%}", "{broken: 0%}\naudit: {items: {duplicated: 100000}}")],
    ),
    "less than nothing": Case(
        "bound-cannot-hold",
        "hangs.yaml:10:18: during.open.broken",
        "< 0% never holds",
        [("broken: 0%", 'broken: "< 0%"')],
    ),
    "slower than a run can be": Case(
        "bound-cannot-hold",
        "hangs.yaml:10:15: during.open.p50",
        "> 1s never holds",
        [("broken: 0%", 'p50: "> 1s"')],
        twin=[("broken: 0%", 'p50: ">= 1s"')],
    ),
    "pending items that nobody asks for": Case(
        "audit-cannot-count",
        "hangs.yaml:11:26: audit.items.pending",
        "the audit items of the system has no `pending`; add it",
        [("{broken: 0%}", "{broken: 0%}\naudit: {items: {pending: 0}}")],
        twin=[("{broken: 0%}", "{broken: 0%}\naudit: {items: {pending: 0}}")],
        twin_system=[('ids: "[*]"}}', 'ids: "[*]"}, pending: {get: "db:/queue", ids: "[*]"}}')],
    ),
    "damaged items without checksums": Case(
        "audit-cannot-count",
        "hangs.yaml:11:28: audit.items.corrupted",
        "has no `stored.checksums`",
        [("{broken: 0%}", "{broken: 0%}\naudit: {items: {corrupted: 0}}")],
        twin=[("{broken: 0%}", "{broken: 0%}\naudit: {items: {corrupted: 0}}")],
        twin_system=[('ids: "[*]"', 'ids: "[*]", checksums: "[*].sum"')],
    ),
    "neither during nor audit": Case(
        "nothing-claimed",
        "hangs.yaml:5:1: faults",
        "add `during`, like: during: {open: {broken: 0%}}",
        [("during:\n  open: {broken: 0%}\n", "")],
        twin=[("during:\n  open: {broken: 0%}\n", "audit: {items: {lost: 0}}\n")],
    ),
    "neither during nor a claim of the fault's own": Case(
        "nothing-claimed",
        "hangs.yaml:5:1: faults",
        "add `during`, like: during: {open: {broken: 0%}}",
        [("during:\n  open: {broken: 0%}\n", "")],
        twin=[("during:\n  open: {broken: 0%}\n", "    during: {open: {broken: 0%}}\n")],
    ),
    "users who come by another door": Case(
        "claim-off-the-fault",
        "hangs.yaml:9:1: during",
        "peek never comes by db, where the fault is; claim something of open or save, too",
        [("during:\n  open", "during:\n  peek")],
        DOOR,
        twin=[("during:\n  open: {broken: 0%}\n", "during:\n  open: {broken: 0%}\n  peek: {broken: 0%}\n")],
        twin_system=DOOR,
    ),
    "another door, and it is told on which variants that must fail": Case(
        "claim-off-the-fault",
        "hangs.yaml:9:1: during",
        "peek never comes by db",
        [("during:\n  open", "during:\n  peek")],
        DOOR,
        twin=[("during:\n  open", "catches: []\nduring:\n  peek")],
        twin_system=DOOR,
    ),
    "a link that the journeys of this experiment don't come by": Case(
        "fault-out-of-reach",
        "hangs.yaml:7:11: faults[0].link",
        "no journey comes by db",
        [("steady_state:\n  open", "journeys: [peek]\nsteady_state:\n  peek"), ("during:\n  open", "during:\n  peek")],
        DOOR,
        twin=[("steady_state:", "journeys: [open]\nsteady_state:")],
        twin_system=DOOR,
    ),
    "another door, but an audit behind the fault": Case(
        "claim-off-the-fault",
        "hangs.yaml:9:1: during",
        "peek never comes by db",
        [("during:\n  open", "during:\n  peek")],
        DOOR,
        twin=[("during:\n  open: {broken: 0%}\n", "during:\n  peek: {broken: 0%}\naudit: {items: {lost: 0}}\n")],
        twin_system=DOOR,
    ),
    "a link that the service is not told of": Case(
        "fault-out-of-reach",
        "hangs.yaml:6:11: faults[0].link",
        "no journey comes by db, so the fault would meet no traffic; put {links.db} where",
        system=[("{links.db}", "{services.db}")],
    ),
    "a link behind a service that is reached round its link": Case(
        "fault-out-of-reach",
        "hangs.yaml:6:11: faults[0].link",
        "or break one of: cache, edge",
        system=CACHE,
        twin_system=[*CACHE, ("{services.db}", "{links.db}")],
    ),
    "a fault between two arrivals": Case(
        "fault-meets-nobody",
        "hangs.yaml:8:10: faults[0].for",
        "in 20ms about 0.8 requests come by db, so the fault may well meet none",
        [("for: 2s", "for: 20ms\n  - link: db\n    latency: {delay: 1s}\n    for: 2s")],
        twin=[("for: 2s", "for: 100ms\n  - link: db\n    latency: {delay: 1s}\n    for: 2s")],
    ),
    "a fault on too few of them": Case(
        "fault-meets-nobody",
        "hangs.yaml:8:10: faults[0].for",
        "of which it takes 3%, so the fault may well meet none and nothing could be concluded; make `for` longer, "
        "the journeys' rate higher, or `share` larger",
        [("hang: {}\n    for: 2s", "latency: {delay: 1s}\n    for: 2s\n    share: 3%")],
        twin=[("hang: {}\n    for: 2s", "latency: {delay: 1s}\n    for: 2s\n    share: 4%")],
    ),
    "p99 of few": Case(
        "phase-too-short",
        "hangs.yaml:10:15: during.open.p99",
        "of 40 samples, p99 is the slowest, and one hiccup decides; make `for` at least 5s",
        [("broken: 0%", "p99: 500ms")],
        twin=[("broken: 0%", "p99: 500ms"), ("for: 2s", "for: 5s")],
    ),
    "p99 of few, where a surge brings enough": Case(
        "phase-too-short",
        "hangs.yaml:10:15: during.open.p99",
        "of 40 samples, p99 is the slowest",
        [("broken: 0%", "p99: 500ms")],
        twin=[("broken: 0%", "p99: 500ms"), ("during:", "  - {journey: open, surge: {times: 3}}\nduring:")],
    ),
    "p99 of a window": Case(
        "phase-too-short",
        "hangs.yaml:4:33: steady_state.open.p99",
        "make `window` at least 5s",
        [('">= 99%"', '">= 99%", p99: 500ms')],
        twin=[('">= 99%"', '">= 99%", p99: 500ms'), ("during:", "window: 5s\nduring:")],
    ),
    "clients who think long": Case(
        "phase-too-short",
        "hangs.yaml:10:3: during.open",
        "its clients bring at most 15 samples in 2s, and 20 are needed",
        system=[("user: known\n    rate: 20/s", "user: known\n    clients: 5\n    think: 1s")],
        twin_system=[("user: known\n    rate: 20/s", "user: known\n    clients: 7\n    think: 1s")],
    ),
    "recovery between two runs": Case(
        "phase-too-short",
        "hangs.yaml:11:20: recovery.within",
        "open comes every 50ms, so recovery can't be seen within 40ms",
        [("{broken: 0%}", "{broken: 0%}\nrecovery: {within: 40ms}")],
        twin=[("{broken: 0%}", "{broken: 0%}\nrecovery: {within: 50ms}")],
    ),
    "a share of one fault's own time": Case(
        "bound-cannot-fail",
        "hangs.yaml:9:29: faults[0].during.open.broken",
        "usual is broken: 0%",
        [("for: 2s", "for: 2s\n    during: {open: {broken: 100%}}")],
        twin=[("for: 2s", "for: 2s\n    during: {open: {broken: 50%}}")],
    ),
    "no time is negative": Case(
        "bound-cannot-fail",
        "hangs.yaml:11:36: impact.open.lost_user_seconds",
        "a time is 0 or more",
        [("{broken: 0%}", '{broken: 0%}\nimpact: {open: {lost_user_seconds: ">= 0s"}}')],
        twin=[("{broken: 0%}", '{broken: 0%}\nimpact: {open: {lost_user_seconds: "<= 5s"}}')],
    ),
    "any multiple is at least 0": Case(
        "bound-cannot-fail",
        "hangs.yaml:11:20: links.db.herd",
        'usual is herd: "<= 1.5"',
        [("{broken: 0%}", '{broken: 0%}\nlinks: {db: {herd: ">= 0"}}')],
        twin=[("{broken: 0%}", "{broken: 0%}\nlinks: {db: {herd: 5}}")],
    ),
    "told after everything is over": Case(
        "bound-cannot-fail",
        "hangs.yaml:11:16: detect.told",
        "<= 14s holds or stays undecided whatever happens: nobody listens any more 14s after the first fault",
        [("{broken: 0%}", "{broken: 0%}\ndetect: {told: 14s}")],
        twin=[("{broken: 0%}", "{broken: 0%}\ndetect: {told: 13.9s}")],
    ),
    "not reported until everything is over": Case(
        "bound-cannot-hold",
        "hangs.yaml:11:20: detect.reported",
        ">= 15s never holds: nobody listens any more 14s after the first fault; write a shorter time",
        [("{broken: 0%}", '{broken: 0%}\ndetect: {reported: ">= 15s"}')],
        twin=[("{broken: 0%}", '{broken: 0%}\ndetect: {reported: ">= 14s"}')],
    ),
    "a probe that can't but keep its bound, or break the environment": Case(
        "bound-cannot-fail",
        "hangs.yaml:11:25: probes.well.during",
        "<= 1 holds whatever happens: well is 1 or 0",
        [("{broken: 0%}", "{broken: 0%}\nprobes: {well: {during: 1}}")],
        PROBED,
        twin=[("{broken: 0%}", "{broken: 0%}\nprobes: {well: {during: 1}}")],
        twin_system=[*PROBED, (", failure: error", "")],
    ),
    "a truth that is more than true": Case(
        "bound-cannot-hold",
        "hangs.yaml:11:25: probes.well.during",
        '> 1 never holds: well is 1 or 0; usual is during: ">= 1"',
        [("{broken: 0%}", '{broken: 0%}\nprobes: {well: {during: "> 1"}}')],
        PROBED,
        twin=[("{broken: 0%}", '{broken: 0%}\nprobes: {well: {during: "> 1"}}')],
        twin_system=[*PROBED, ('"db:/well"', '"db:/well", value: queue')],
    ),
    "a link that was down": Case(
        "link-cannot-be-measured",
        "hangs.yaml:11:29: links.db.amplification",
        "a fault takes it down, and who tries to connect to it then is not counted; claim it of another link",
        [("hang: {}", "down: {}"), ("{broken: 0%}", "{broken: 0%}\nlinks: {db: {amplification: 2}}")],
        twin=[("hang: {}", "down: {}"), ("{broken: 0%}", "{broken: 0%}\nlinks: {db: {amplification_after: 2}}")],
    ),
    "a claim of a link that nobody comes by": Case(
        "link-cannot-be-measured",
        "hangs.yaml:11:22: links.lone.herd",
        "no journey comes by it",
        [("{broken: 0%}", "{broken: 0%}\nlinks: {lone: {herd: 5}}")],
        [*LONE_LINK, ("mode: bad", 'mode: "{links.lone}"')],
        twin=[("{broken: 0%}", "{broken: 0%}\nlinks: {db: {herd: 5}}")],
        twin_system=[*LONE_LINK, ("mode: bad", 'mode: "{links.lone}"')],
    ),
    "a claim of a link whose proxy is the user's own": Case(
        "link-cannot-be-measured",
        "hangs.yaml:11:20: links.db.herd",
        "its proxy is your own, whose connections nobody counts",
        [("{broken: 0%}", "{broken: 0%}\nlinks: {db: {herd: 5}}")],
        OWN_PROXY,
        twin=[("{broken: 0%}", "{broken: 0%}\nlinks: {edge: {herd: 5}}")],
        twin_system=OWN_PROXY,
    ),
    "neither during nor audit, and a probe of the steady state": Case(
        "nothing-claimed",
        "hangs.yaml:5:1: faults",
        "nothing is claimed of the time while the fault is on",
        [("during:\n  open: {broken: 0%}\n", 'probes: {well: {steady_state: ">= 1"}}\n')],
        PROBED,
        twin=[("during:\n  open: {broken: 0%}\n", 'probes: {well: {during: ">= 1"}}\n')],
        twin_system=PROBED,
    ),
    "neither during nor that of a fault": Case(
        "nothing-claimed",
        "hangs.yaml:5:1: faults",
        "nothing is claimed of the time while the fault is on",
        [("during:\n  open: {broken: 0%}\n", "")],
        twin=[("during:", "    during:"), ("  open: {broken", "      open: {broken")],
    ),
    "another door, for the time of one fault": Case(
        "claim-off-the-fault",
        "hangs.yaml:9:5: faults[0].during",
        "peek never comes by db",
        [("during:\n  open", "    during:\n      peek")],
        DOOR,
        twin=[("during:\n  open", "links: {db: {herd: 5}}\nduring:\n  peek")],
        twin_system=DOOR,
    ),
    "a safeguard on a share beyond 100%": Case(
        "safeguard-out-of-reach",
        "hangs.yaml:11:38: safeguards[0].broken",
        "> 100% is never reached: a share is from 0% to 100%; write a limit that can be",
        [("{broken: 0%}", "{broken: 0%}\nsafeguards: [{journey: open, broken: '> 100%', over: 2s}]")],
        twin=[("{broken: 0%}", "{broken: 0%}\nsafeguards: [{journey: open, broken: '>= 100%', over: 2s}]")],
    ),
    "a safeguard on a time beyond the timeout": Case(
        "safeguard-out-of-reach",
        "hangs.yaml:11:35: safeguards[0].p95",
        "> 1s is never reached: a run without an answer counts as the timeout of open, 1s, so none takes longer",
        [("{broken: 0%}", "{broken: 0%}\nsafeguards: [{journey: open, p95: '> 1s', over: 2s}]")],
        twin=[("{broken: 0%}", "{broken: 0%}\nsafeguards: [{journey: open, p95: '>= 1s', over: 2s}]")],
    ),
    "a safeguard on users who leave, where nobody does": Case(
        "safeguard-out-of-reach",
        "hangs.yaml:11:43: safeguards[0].abandonment",
        "> 5% is never reached: no journey has a `give_up`, so nobody leaves for good",
        [("{broken: 0%}", "{broken: 0%}\nsafeguards: [{journey: open, abandonment: '> 5%', over: 2s}]")],
        twin=[("{broken: 0%}", "{broken: 0%}\nsafeguards: [{journey: open, abandonment: '> 5%', over: 2s}]")],
        twin_system=[("user: known\n    rate: 20/s", "user: known\n    give_up: {after: 3}\n    rate: 20/s")],
    ),
    "a safeguard on a truth that is more than true": Case(
        "safeguard-out-of-reach",
        "hangs.yaml:11:36: safeguards[0].figure",
        "> 1 is never reached: well is 1 or 0",
        [("{broken: 0%}", "{broken: 0%}\nsafeguards: [{probe: well, figure: '> 1', over: 2s}]")],
        PROBED,
        twin=[("{broken: 0%}", "{broken: 0%}\nsafeguards: [{probe: well, figure: false, over: 2s}]")],
        twin_system=PROBED,
    ),
    "a safeguard that only a failing probe reaches": Case(
        "safeguard-out-of-reach",
        "hangs.yaml:11:36: safeguards[0].figure",
        "> 1 is never reached",
        [("{broken: 0%}", "{broken: 0%}\nsafeguards: [{probe: well, figure: '> 1', over: 2s}]")],
        PROBED,
        twin=[("{broken: 0%}", "{broken: 0%}\nsafeguards: [{probe: well, figure: '> 1', over: 2s}]")],
        twin_system=[*PROBED, (", failure: error", "")],
    ),
    "a safeguard of the system on a share beyond 100%": Case(
        "safeguard-out-of-reach",
        "system.yaml:29:38: safeguards[0].broken",
        "> 100% is never reached",
        system=[("\naudit:", "\nsafeguards: [{journey: open, broken: '> 100%', over: 2s}]\naudit:")],
        twin_system=[("\naudit:", "\nsafeguards: [{journey: open, rate: '< 5/s', over: 2s}]\naudit:")],
    ),
    "a safeguard that any share reaches": Case(
        "safeguard-always-reached",
        "hangs.yaml:11:38: safeguards[0].served",
        "<= 100% is reached whatever happens, so nothing could be broken: a share is from 0% to 100%; write a limit on",
        [("{broken: 0%}", "{broken: 0%}\nsafeguards: [{journey: open, served: '<= 100%', over: 2s}]")],
        twin=[("{broken: 0%}", "{broken: 0%}\nsafeguards: [{journey: open, served: '< 100%', over: 2s}]")],
    ),
    "a safeguard of the system that any share reaches": Case(
        "safeguard-always-reached",
        "system.yaml:29:38: safeguards[0].broken",
        ">= 0% is reached whatever happens",
        system=[("\naudit:", "\nsafeguards: [{journey: open, broken: '>= 0%', over: 2s}]\naudit:")],
        twin_system=[("\naudit:", "\nsafeguards: [{journey: open, broken: '> 0%', over: 2s}]\naudit:")],
    ),
    "stuck for longer than anybody watches": Case(
        "stuck-out-of-sight",
        "hangs.yaml:11:31: recovery.stuck",
        "the way back is watched for 7s at most, so nobody would see an app that is stuck for 7s; write a shorter time",
        [("{broken: 0%}", "{broken: 0%}\nrecovery: {within: 5s, stuck: 7s}")],
        twin=[("{broken: 0%}", "{broken: 0%}\nrecovery: {within: 5s, stuck: 6900ms}")],
    ),
    "a connection that nobody opens": Case(
        "number-out-of-reach",
        "hangs.yaml:9:24: faults[0].only.connection",
        "in 2s no more than about 122 connections come by edge, so number 123 is never reached",
        [("link: db", "link: edge"), ("for: 2s", "for: 2s\n    only: {connection: [1, 123]}")],
        twin=[("link: db", "link: edge"), ("for: 2s", "for: 2s\n    only: {connection: [1, 122]}")],
    ),
    "a request that nobody sends, be it tried again": Case(
        "number-out-of-reach",
        "hangs.yaml:9:21: faults[0].only.request",
        "in 2s no more than about 244 requests come by edge, so number 245 is never reached",
        [*ERRORS, ("for: 2s", "for: 2s\n    only: {request: 245}")],
        [("rate: 20/s\n    timeout", "rate: 20/s\n    retry: {times: 1}\n    timeout")],
        twin=[*ERRORS, ("for: 2s", "for: 2s\n    only: {request: 244}")],
        twin_system=[("rate: 20/s\n    timeout", "rate: 20/s\n    retry: {times: 1}\n    timeout")],
    ),
    "a connection behind a service that nobody opens": Case(
        "number-out-of-reach",
        "hangs.yaml:9:24: faults[0].only.connection",
        "no more than about 1220 connections come by db, so number 1221 is never reached",
        [("for: 2s", "for: 2s\n    only: {connection: 1221}")],
        twin=[("for: 2s", "for: 2s\n    only: {connection: 1220}")],
    ),
    "a connection that clients may open": Case(
        "number-out-of-reach",
        "hangs.yaml:9:24: faults[0].only.connection",
        "so number 100000 is never reached",
        [("for: 2s", "for: 2s\n    only: {connection: 100000}")],
        twin=[("for: 2s", "for: 2s\n    only: {connection: 100000}")],
        twin_system=[("user: known\n    rate: 20/s", "user: known\n    clients: 20")],
    ),
    "a fault of a service that nobody has to do with": Case(
        "fault-out-of-reach",
        "hangs.yaml:6:14: faults[0].service",
        "no journey and no other service has to do with lone, so the fault would meet no traffic",
        [("link: db\n    hang", "service: lone\n    pause")],
        system=[("  db: {command", '  lone: {command: "lone {port}"}\n  db: {command')],
        twin=[("link: db\n    hang", "service: lone\n    pause")],
        twin_system=[("  db: {command", '  lone: {command: "lone {links.db}"}\n  db: {command')],
    ),
    "p99 of few in one fault's own time": Case(
        "phase-too-short",
        "hangs.yaml:11:26: faults[0].during.open.p99",
        "of 60 samples, p99 is the slowest, and one hiccup decides; make `for` at least 2.5s",
        [("for: 2s", "for: 1500ms\n    every: 3s\n    times: 2\n    during: {open: {p99: 500ms}}")],
        twin=[("for: 2s", "for: 2500ms\n    every: 3s\n    times: 2\n    during: {open: {p99: 500ms}}")],
    ),
    "clients who think long in one fault's own time": Case(
        "phase-too-short",
        "hangs.yaml:9:14: faults[0].during.open",
        "its clients bring at most 15 samples in 2s, and 20 are needed",
        [("for: 2s", "for: 2s\n    during: {open: {broken: 0%}}"), ("during:\n  open", "during:\n  save")],
        system=[("user: known\n    rate: 20/s", "user: known\n    clients: 5\n    think: 1s")],
        twin=[("for: 2s", "for: 2s\n    during: {open: {broken: 0%}}"), ("during:\n  open", "during:\n  save")],
        twin_system=[("user: known\n    rate: 20/s", "user: known\n    clients: 7\n    think: 1s")],
    ),
    "faults between two answers of a probe": Case(
        "phase-too-short",
        "hangs.yaml:11:25: probes.well.during",
        "well is asked every 5s, and the faults are on for 2s, so it may not be asked meanwhile",
        [("{broken: 0%}", '{broken: 0%}\nprobes: {well: {during: ">= 1"}}')],
        [*PROBED, ("every: 1s", "every: 5s")],
        twin=[("{broken: 0%}", '{broken: 0%}\nprobes: {well: {during: ">= 1"}}')],
        twin_system=PROBED,
    ),
    "a notice between two looks": Case(
        "phase-too-short",
        "hangs.yaml:11:16: detect.told",
        "somebody looks every 50ms, so it can't be seen within 40ms",
        [("{broken: 0%}", "{broken: 0%}\ndetect: {told: 40ms}")],
        twin=[("{broken: 0%}", "{broken: 0%}\ndetect: {told: 50ms}")],
    ),
    "an allowance of yesterday": Case(
        "allowance-expired",
        "hangs.yaml:11:43: allow[0].until",
        "the allowance for G02 ended on 2026-07-05, so its findings count again",
        [("{broken: 0%}", "{broken: 0%}\nallow: [{rule: G02, reason: known, until: 2026-07-05}]")],
        twin=[("{broken: 0%}", "{broken: 0%}\nallow: [{rule: G02, reason: known, until: 2026-07-21}]")],
    ),
    "an allowance until today": Case(
        "allowance-ends-soon",
        "hangs.yaml:11:43: allow[0].until",
        "the allowance for G02 ends today",
        [("{broken: 0%}", "{broken: 0%}\nallow: [{rule: G02, reason: known, until: 2026-07-06}]")],
        twin=[("{broken: 0%}", "{broken: 0%}\nallow: [{rule: G02, reason: known, until: 2026-07-21}]")],
    ),
    "an allowance of two more weeks": Case(
        "allowance-ends-soon",
        "hangs.yaml:11:43: allow[0].until",
        "ends in 14 days",
        [("{broken: 0%}", "{broken: 0%}\nallow: [{rule: G02, reason: known, until: 2026-07-20}]")],
        twin=[("{broken: 0%}", "{broken: 0%}\nallow: [{rule: G02, reason: known, until: 2026-07-21}]")],
    ),
    "a link that nobody is told of": Case(
        "unused-link",
        "system.yaml:13:3: links.lone",
        "put {links.lone} into the `env` or `command` of the service that uses it, or take the link out",
        system=LONE_LINK,
        twin_system=[*LONE_LINK, ("mode: bad", 'mode: "{links.lone}"')],
    ),
    "a link that only what already runs may know of": Case(
        "unused-link",
        "system.yaml:13:3: links.lone",
        "nobody is told the address",
        system=LONE_LINK,
        twin_system=[*LONE_LINK, ('db: {command: "db {port}"}', 'db: {url: "http://127.0.0.1:9"}')],
    ),
    "a journey that expects nothing": Case(
        "no-expectation",
        "system.yaml:16:3: journeys.open",
        "any page with a status below 400 counts as served",
        system=[(", expect: {text: Shop}", "")],
    ),
    "a variant that says what holds anyway": Case(
        "variant-changes-nothing",
        "system.yaml:4:3: variants.bad",
        "this variant is the plain system",
        system=[("bad: {mode: bad}", "bad: {mode: good}")],
    ),
    "a variant of a var that stands nowhere": Case(
        "variant-changes-nothing",
        "system.yaml:4:3: variants.bad",
        "or stand nowhere",
        system=[(" --mode {vars.mode}", "")],
    ),
}  # fmt: skip


def advice(folder: Any, changes: Changes, system: Changes) -> list[str]:
    plan = folder.plan(*changes, system=(*SOUND, *system))
    return [
        str(each).replace(f"{folder.path}/", "") for each in advise_files([Path(plan.file)], [plan], Choices(), TODAY)
    ]


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_warned_of_and_its_twin_is_not(folder: Any, case: str) -> None:
    it = CASES[case]
    (found,) = [each for each in advice(folder, it.changes, it.system) if each.endswith(f"[{it.id}]")]
    assert found.startswith(f"{it.at}: ")
    assert it.says in found
    assert advice(folder, it.twin, it.twin_system or ()) == []


def test_every_check_has_a_case() -> None:
    assert {case.id for case in CASES.values()} == {*OF_EXPERIMENTS, *OF_SYSTEMS}


def test_what_is_shipped_is_not_warned_of() -> None:
    files = find_files([REPOSITORY / "experiments", REPOSITORY / "demo_app"])
    plans = make_plans(files, Choices()).plans
    assert plans
    assert [str(each) for each in advise_files(files, plans, Choices(), TODAY)] == []


def test_what_two_experiments_lead_to_is_said_once(folder: Any) -> None:
    first = folder.plan(system=(*SOUND, *LONE_LINK))
    again = folder.path / "again.yaml"
    again.write_text(Path(first.file).read_text())
    files = [Path(first.file), again, folder.path / "system.yaml"]
    found = advise_files(files, make_plans(files, Choices()).plans, Choices(), TODAY)
    assert [each.id for each in found] == ["unused-link"]


def test_a_file_with_problems_hides_no_warning_of_another(folder: Any) -> None:
    folder.write(system=(*SOUND, *LONE_LINK))
    torn = folder.path / "torn.yaml"
    torn.write_text("services: {}\n")
    files = [folder.path / "system.yaml", torn]
    found = advise_files(files, make_plans(files, Choices()).plans, Choices(), TODAY)
    assert [each.id for each in found] == ["unused-link"]
