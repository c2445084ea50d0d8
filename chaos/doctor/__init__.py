"""What this machine has, what it lacks, and what earlier runs left over on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chaos.doctor.check import Check
from chaos.doctor.installed import chromium, docker, epoll, locust, pidfd, proc, python, splice, toxiproxy_server
from chaos.doctor.left_over import containers, leases, processes, unfinished_runs
from chaos.doctor.limits import clock, cores, disk, open_files, ports
from chaos.doctor.writable import runs_folder, state_folder

CHECKS: Final[Mapping[str, Check]] = {
    "python": Check("installed", "runs everything", python),
    "epoll": Check("installed", "the proxy's event loop", epoll),
    "splice": Check("installed", "bulk data through the proxy without copying", splice),
    "pidfd": Check("installed", "ending processes without hitting a reused id", pidfd),
    "proc": Check("installed", "finding the processes of a run", proc),
    "toxiproxy-server": Check(
        "installed", "--backend toxiproxy; the built-in proxy needs neither it nor Go", toxiproxy_server
    ),
    "docker": Check("installed", "services in containers", docker),
    "chromium": Check("installed", "journeys in a browser", chromium),
    "locust": Check("installed", "users from several processes or hosts", locust),
    "open-files": Check("limits", "users, connections and proxies at once", open_files),
    "disk": Check("limits", "journals and the output of services", disk),
    "cores": Check("limits", "latency claims beside a busy app", cores),
    "clock": Check("limits", "timing users without disturbing them", clock),
    "ports": Check("limits", "services and proxies", ports),
    "runs": Check("writable", "journals and reports", runs_folder),
    "state": Check("writable", "the list of open undos", state_folder),
    "leases": Check("left over", "faults, proxies and processes of killed runs", leases),
    "processes": Check("left over", "processes whose run is gone", processes),
    "containers": Check("left over", "containers, networks and volumes whose run is gone", containers),
    "unfinished": Check("left over", "folders of runs that were killed", unfinished_runs),
}
"""The checks, by the name that they are shown with."""
