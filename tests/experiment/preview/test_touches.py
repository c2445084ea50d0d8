"""The blast radius: all that is started, asked, broken and written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chaos.experiment.container import Project
from chaos.experiment.preview.in_place import in_place
from chaos.experiment.preview.means import Means
from chaos.experiment.preview.touches import touched
from chaos.experiment.system import Service

RATE = "    user: known\n    rate: 20/s\n"
THERE = ('db: {command: "db {port}"}', 'db: {url: "http://db.example:5432"}')
ALLOWED = ("users:", "allowed_hosts: [db.example, eu.example]\nusers:")
SERVERS = ("users:", 'toxiproxy: {eu: "http://eu.example:8475"}\nusers:')
STOP = "safeguards: [{probe: watched, figure: false, over: 2s}]"
OWN = ("db: {to: db}", "db: {to: db, toxiproxy: eu, proxy: main}")


def test_all_that_is_started_asked_and_broken_is_named(told: Any) -> None:
    db = ("db {port}", "db {port} --secret {env.SECRET}")
    touches = told(system=(db,)).touches
    assert touches.processes == {
        "web": "web --port {port} --mode good",
        "db": "db {port} --secret {env.SECRET}",  # never what it holds
    }
    assert touches.tools.keys() == {"guardian", "proxy"}
    assert touches.proxies == ("edge, in front of web (embedded)", "db, in front of db (embedded)")
    assert touches.broken == ("the link db",)
    assert touches.users == {"open": "20/s", "save": "20/s"}
    assert touches.hosts == ("this machine (loopback)",)
    assert touches.engine == ""
    assert touches.probes == {}


def test_with_a_control_both_copies_are_told_and_only_one_is_broken(told: Any) -> None:
    known = told(("during:", "control: true\nduring:"), links="toxiproxy")
    touches = known.touches
    assert known.control
    assert [*touches.processes] == ["web", "db", "web (control)", "db (control)"]
    assert {"proxy (control)", "Toxiproxy (control)"} < touches.tools.keys()
    assert touches.proxies[-1] == "db (control), in front of db (control) (the Toxiproxy that is started)"
    assert touches.broken == ("the link db",)
    assert touches.users["open (control)"] == touches.users["open"]
    assert "on both copies" in known.phases["baseline"]


def test_a_service_that_runs_elsewhere_is_named_with_its_host(told: Any) -> None:
    touches = told(system=(THERE, ALLOWED)).touches
    assert touches.running == {"db": "http://db.example:5432"}
    assert touches.hosts == ("this machine (loopback)", "db.example")


def test_each_toxiproxy_is_named_with_its_links_and_its_host(told: Any) -> None:
    """That of the command line comes before the file's; a link without one is on the one that is started."""
    made = told(system=(THERE, OWN, ALLOWED, SERVERS), links="toxiproxy")
    assert made.touches.proxies == (
        "edge, in front of web (the Toxiproxy that is started)",
        "db, in front of db (the proxy main of the Toxiproxy eu at http://eu.example:8475, which stays)",
    )
    assert made.touches.hosts == ("this machine (loopback)", "db.example", "eu.example")
    assert made.touches.tools.keys() == {"guardian", "proxy", "Toxiproxy"}
    given = {"eu": "http://[::1]:8474", "": "127.0.0.1:8476"}
    made = told(system=(THERE, OWN, ALLOWED, SERVERS), links="toxiproxy", servers=given)
    assert made.touches.proxies == (
        "edge, in front of web (the Toxiproxy at http://127.0.0.1:8476)",
        "db, in front of db (the proxy main of the Toxiproxy eu at http://[::1]:8474, which stays)",
    )
    assert made.touches.hosts == ("this machine (loopback)", "db.example")
    assert made.touches.tools.keys() == {"guardian", "proxy"}


def test_servers_that_other_backends_pass_over_are_not_touched(told: Any) -> None:
    there = ("users:", 'toxiproxy: {eu: "http://127.0.0.1:8475"}\nusers:')
    touches = told(system=(there, ("db: {to: db}", "db: {to: db, toxiproxy: eu}"))).touches
    assert touches.proxies[-1] == "db, in front of db (embedded)"
    assert touches.servers == {}


def test_where_every_link_is_a_proxy_of_somebody_elses_no_proxy_is_started(told: Any) -> None:
    web = (
        'command: "web --port {port} --mode {vars.mode}"\n    env: {DB: "http://{links.db}"}',
        'url: "http://127.0.0.1:8000"',
    )
    edge = ("edge: {to: web}", "edge: {to: web, toxiproxy: eu, proxy: front}")
    touches = told(system=(THERE, web, edge, OWN, ALLOWED, SERVERS), links="toxiproxy").touches
    assert touches.tools.keys() == {"guardian"}


@pytest.mark.parametrize(("means", "named"), [({}, False), ({"links": "toxiproxy-container"}, True)])
def test_a_container_engine_is_named_where_it_is_used(told: Any, means: Any, named: bool) -> None:
    made = told(engine="unix:///run/docker.sock", **means)
    assert made.touches.engine == ("unix:///run/docker.sock" if named else "")
    assert ("Toxiproxy" in made.touches.tools) is named


def test_containers_are_named_with_what_they_are_made_from_and_by_which_engine(told: Any) -> None:
    db = ('db: {command: "db {port}"}', 'db: {image: "postgres:16"}')
    web = ("web:\n", "web:\n    build: {context: app}\n")
    touches = told(system=(db, web), services="docker", engine="unix:///run/docker.sock").touches
    assert touches.containers == {"web": "Dockerfile in app", "db": "postgres:16"}
    assert touches.processes == {}
    assert touches.engine == "unix:///run/docker.sock"


def test_users_by_locust_are_counted_and_its_master_and_workers_named(told: Any) -> None:
    locust = ("    rate: 20/s\n", "    traffic: {engine: locust, users: 5000, workers: 4}\n")
    touches = told(system=((f"{RATE}", f"    user: known\n{locust[1]}"),)).touches
    assert touches.users == {"open": "5000 users by Locust", "save": "20/s"}
    assert touches.tools["Locust of open"] == "a master, at a free port of 127.0.0.1, and 4 workers on this machine"
    assert touches.hosts == ("this machine (loopback)",)


def test_where_others_start_the_workers_the_port_that_they_join_at_is_named(told: Any) -> None:
    remote = '{engine: locust, users: 50, workers: {expect: 1, bind: "0.0.0.0"}}'
    touches = told(system=((RATE, f"    user: known\n    traffic: {remote}\n"),)).touches
    assert touches.tools["Locust of open"] == "a master, at 0.0.0.0:5557, for 1 worker that others start"
    assert touches.hosts == ("this machine (loopback)", "whichever the workers of open come from")


def test_a_browser_is_named_with_what_it_plays(told: Any) -> None:
    touches = told(system=((RATE, f"{RATE}    browser: true\n"),)).touches
    assert touches.tools["Chromium"] == "plays open"


def test_users_of_a_surge_are_counted_at_its_peak(told: Any) -> None:
    touches = told(("link: db\n    hang: {}", "journey: open\n    surge: {times: 3}")).touches
    assert touches.users == {"open": "20/s, 60/s at the peak", "save": "20/s"}


def test_probes_are_told_with_what_they_run_and_whom_they_ask(told: Any) -> None:
    probes = """\
probes:
  queue: {get: "db:/stats", value: queue}
  files: {command: "count --in {env.FOLDER}", stdout: true, every: 2s}
  load: {prometheus: db, query: "sum(load)"}
  own: {python: "checks:length"}
  watched: {command: "free"}
  unused: {command: "never"}
detect: {status: {get: "web:/status", well: all is well}}
audit:
"""
    bounds = ", ".join(f'{name}: {{during: "<= 9"}}' for name in ("queue", "files", "load", "own"))
    claims = ("during:", f'probes: {{{bounds}}}\ndetect: {{told: "<= 5s"}}\n{STOP}\nduring:')
    assert told(claims, system=(("audit:\n", probes),)).touches.probes == {
        "status page": "GET web:/status, every 250ms",
        "queue": "GET db:/stats, every 1s",
        "files": "runs on this machine: count --in {env.FOLDER}, every 2s",
        "load": "asks the Prometheus db: sum(load), every 1s",
        "own": "runs on this machine: the Python function checks:length, every 1s",
        "watched": "runs on this machine: free, every 1s",
    }


def test_what_was_asked_to_be_written_is_named_beside_what_always_is(told: Any) -> None:
    assert told(writes=("out/events.jsonl",)).touches.writes == (
        ".gatecrash/ in the working directory",
        "the list of open undos in the user's state directory",
        "out/events.jsonl",
    )


def attached(folder: Any) -> Any:
    plan = folder.plan()
    services = {"web": Service(running="shop-web-2"), "db": Service(running="db")}
    system = plan.system.model_copy(update={"compose": Project(project="shop"), "services": services})
    return touched(replace(plan, system=system), Means(services="docker"))


def test_containers_of_a_project_are_told_with_whose_they_are(folder: Any) -> None:
    """All but their names is taken from it."""
    touches = attached(folder)
    assert touches.borrowed == {
        "web": "shop-web-2 of the compose project shop",
        "db": "db of the compose project shop",
    }
    assert touches.containers == {}


def test_what_runs_already_is_told_in_a_line_of_all_experiments_together(folder: Any) -> None:
    there, muted = folder.plan(system=(THERE, ALLOWED)), folder.plan(system=(THERE, ALLOWED))
    other = folder.plan(("link: db", "link: edge"), system=(THERE, ALLOWED))
    plans = [there, replace(muted, muted=True), other]
    assert in_place([touched(plan, Means()) for plan in plans]) == (
        "touches what already runs: db at http://db.example:5432; breaks the link db, the link edge; "
        "users: open 20/s, save 20/s"
    )


def test_somebody_elses_proxy_is_told_in_the_line(folder: Any) -> None:
    plan = folder.plan(system=(THERE, OWN, ALLOWED, SERVERS))
    line = in_place([touched(plan, Means(links="toxiproxy"))])
    assert "; links on db (the proxy main of the Toxiproxy eu at http://eu.example:8475, which stays); users" in line


def test_a_project_that_runs_is_told_in_the_line(folder: Any) -> None:
    line = in_place([attached(folder)])
    assert line.startswith(
        "touches what already runs: web (shop-web-2 of the compose project shop), db (db of the compose project shop); "
    )


def test_there_is_no_line_where_everything_is_started(folder: Any) -> None:
    assert in_place([touched(folder.plan(), Means())]) == ""
