"""The command on the tiny app: each verdict with its exit code, and the same one again from the journal."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.e2e.conftest import ON_EVERY_PROXY

AGAIN = ("--retry-inconclusive", "3")
"""For what must be conclusive, on a machine that is busy with other tests as well."""


def verdict_of(gatecrash: Any) -> Any:
    return gatecrash.results()["experiments"][0]


def edit(gatecrash: Any, old: str, new: str, file: str = "experiments/store_down.yaml") -> None:
    path = gatecrash.folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def be_patient(gatecrash: Any) -> None:
    """Users who wait as long as an app may need on a machine that is busy with other tests."""
    edit(gatecrash, "timeout: 800ms", "timeout: 3s", "system.yaml")
    edit(gatecrash, "for: 1200ms", "for: 3500ms")


def test_an_app_that_answers_gracefully_and_loses_nothing_passes(gatecrash: Any) -> None:
    be_patient(gatecrash)
    done = gatecrash("run", *AGAIN)
    assert done.returncode == 0, done.stdout + done.stderr
    verdict = verdict_of(gatecrash)
    assert verdict["verdict"] == "passed"
    assert verdict["proofs"][0]["acted"]
    assert {claim["state"] for claim in verdict["claims"]} == {"held"}
    during = [tally for tally in verdict["tallies"] if tally["phase"] == "during" and tally["journey"] == "read"]
    assert during[0]["degraded"] > 20
    assert during[0]["broken"] == 0


def test_a_stack_trace_shown_to_users_fails_and_the_verdict_quotes_it(gatecrash: Any) -> None:
    done = gatecrash("run", *AGAIN, "--variant", "leaking")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "G09" in done.stdout
    assert "Traceback" in done.stdout


def test_a_lost_acknowledgement_fails_the_audit(gatecrash: Any) -> None:
    done = gatecrash("run", *AGAIN, "--variant", "losing")
    assert done.returncode == 1, done.stdout + done.stderr
    verdict = verdict_of(gatecrash)
    assert verdict["ledgers"][0]["lost"]
    assert [claim["text"] for claim in verdict["claims"] if claim["state"] == "refuted"] == ["notes lost <= 0"]


@pytest.mark.parametrize("fault", ["down: {}", "latency: {delay: 300ms}"])
def test_a_fault_on_a_link_that_nobody_uses_is_inconclusive(gatecrash: Any, fault: str) -> None:
    edit(gatecrash, "{link: store, down: {}", "{link: unused, " + fault)
    done = gatecrash("run")
    assert done.returncode == 4, done.stdout + done.stderr
    assert "no traffic met it" in done.stdout


def test_an_allowed_inconclusive_experiment_is_green_and_said_to_be_allowed(gatecrash: Any) -> None:
    edit(gatecrash, "link: store", "link: unused")
    done = gatecrash("run", "--allow-inconclusive", "store_down")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "allowed to be inconclusive: store_down" in done.stdout
    assert gatecrash("report").returncode == 0
    assert gatecrash("run", "--allow-inconclusive", "stroe_down").returncode == 2


def test_what_is_inconclusive_is_tried_again_when_asked_and_stays_what_it_is(gatecrash: Any) -> None:
    edit(gatecrash, "link: store", "link: unused")
    done = gatecrash("run", "--retry-inconclusive", "1")
    assert done.returncode == 4, done.stdout + done.stderr
    assert "store_down: attempt 1 was inconclusive, so it is tried again: the fault 'down on unused'" in done.stdout
    assert "? inconclusive  The store is gone (attempt 2)" in done.stdout
    assert verdict_of(gatecrash)["attempt"] == 2
    kept = gatecrash.runs()[-1] / "store_down~1" / "journal.jsonl"
    assert '"run_ended"' in kept.read_text()
    assert gatecrash("report").returncode == 4


def test_a_baseline_that_does_not_hold_is_inconclusive_and_nothing_is_broken(gatecrash: Any) -> None:
    edit(gatecrash, "recovery: {within: 3s}", "recovery: {within: 3s}\nbaseline: {within: 4s}")
    edit(gatecrash, "text: all is well", "text: all is splendid", "system.yaml")
    done = gatecrash("run")
    assert done.returncode == 4, done.stdout + done.stderr
    assert "the baseline did not hold within 4s" in done.stdout
    assert "'all is splendid'" in done.stdout + json.dumps(verdict_of(gatecrash))
    journal = (gatecrash.runs()[-1] / "store_down" / "journal.jsonl").read_text()
    assert "fault_injected" not in journal


def test_the_report_of_a_run_is_the_same_verdict_again_in_every_format(gatecrash: Any) -> None:
    first = gatecrash("run", "--variant", "leaking")
    again = gatecrash("report", "last", "--format", "json")
    assert again.returncode == first.returncode == 1
    assert json.loads(again.stdout) == gatecrash.results()
    xml = ElementTree.fromstring(gatecrash("report", "--format", "junit").stdout)
    assert xml.get("failures") == "1"
    assert "store_down" in xml[0][0].get("name", "")


def test_json_on_stdout_is_one_document_and_nothing_else(gatecrash: Any) -> None:
    done = gatecrash("run", *AGAIN, "--json")
    document = json.loads(done.stdout)
    assert document["exit_code"] == done.returncode == 0
    assert document["experiments"][0]["conclusive"] is True


def test_reports_are_written_where_they_are_wanted(gatecrash: Any) -> None:
    done = gatecrash("run", *AGAIN, "--report", "out/reports")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {path.name for path in (gatecrash.folder / "out/reports").iterdir()} == {
        "report.html",
        "results.json",
        "summary.md",
        "junit.xml",
    }
    assert (gatecrash.folder / ".gatecrash/.gitignore").read_text() == "*\n"


def test_a_fault_without_an_end_lasts_until_every_claim_has_its_samples(gatecrash: Any) -> None:
    edit(gatecrash, ", for: 1200ms", "")
    done = gatecrash("run", *AGAIN)
    assert done.returncode == 0, done.stdout + done.stderr
    spans = {span["phase"]: span for span in verdict_of(gatecrash)["phases"]}
    assert spans["fault"]["to_s"] - spans["fault"]["from_s"] >= 2.0


def test_every_fault_provably_acts_and_is_gone_afterwards(together: Any) -> None:
    done, verdicts = together(ON_EVERY_PROXY, without=["during:\n  read: {broken: 0%}\n"])
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ON_EVERY_PROXY:
        assert verdicts[name]["proofs"][0]["acted"], name


EMBEDDED_ALONE = {
    "http_error": ("http_error: {status: 503, match: {path: /notes}}", "request"),
    "some_errors": ("share: 50%, http_error: {status: 503, match: {path: /notes}}", "request"),
    "two_errors": ("only: {request: [1, 3]}, http_error: {}", "2 requests"),
    "http_delay": ("http_delay: {delay: 100ms}", "request"),
    "http_rate_limit": ("http_rate_limit: {rate: 5/s, retry_after: 2s}", "request"),
    "http_truncate": ("http_truncate: {bytes: 1B}", "request"),
    "http_malformed": ("http_malformed: {}", "request"),
    "http_body": ("http_body: {json: {Notes: none}}", "request"),
    "cut_answers": ("cut: {bytes: 0B, stream: downstream, of: message, end: reset}", "request"),
    "cut_the_second": ("only: {connection: 2}, cut: {bytes: 1B, stream: upstream}", "1 connection"),
    "slow_connect": ("slow_connect: {delay: 50ms}", "connection"),
    "corrupt": ("corrupt: {every: 10B, stream: upstream}", "connection"),
}


def test_faults_of_the_embedded_proxy_alone_prove_that_they_acted(together: Any) -> None:
    done, verdicts = together({name: fault for name, (fault, _) in EMBEDDED_ALONE.items()})
    for name, (_, evidence) in EMBEDDED_ALONE.items():
        (proof,) = verdicts[name]["proofs"]
        assert proof["acted"], done.stdout + done.stderr
        assert evidence in proof["evidence"], name


def test_a_surge_multiplies_a_journeys_users_and_nobody_elses(gatecrash: Any) -> None:
    be_patient(gatecrash)
    edit(gatecrash, "{link: store, down: {}", "{journey: read, surge: {times: 2}")
    done = gatecrash("run", "--retry-inconclusive", "3")
    assert done.returncode == 0, done.stdout + done.stderr
    verdict = verdict_of(gatecrash)
    assert "times a second instead of 40 times" in verdict["proofs"][0]["evidence"]
    came = {tally["journey"]: tally["served"] for tally in verdict["tallies"] if tally["phase"] == "during"}
    assert came["read"] > 1.5 * came["write"]


@pytest.mark.parametrize("fault", ["http_error: {match: {path: /nobody}}", "cut: {bytes: 1GB, stream: upstream}"])
def test_a_fault_that_no_request_met_is_inconclusive(gatecrash: Any, fault: str) -> None:
    edit(gatecrash, "down: {}", fault)
    done = gatecrash("run")
    assert done.returncode == 4, done.stdout + done.stderr
    assert "but nothing of it met the fault" in done.stdout
