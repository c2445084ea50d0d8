"""The plugin, as pytest runs it: in folders of their own, with the tiny system."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from chaos.undo.processes import marked

pytest_plugins = ["pytester"]
E2E = Path(__file__).parents[1] / "e2e"


@pytest.fixture(autouse=True)
def surroundings(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = runpy.run_path(str(E2E / "conftest.py"))
    monkeypatch.setenv("XDG_STATE_HOME", str(pytester.path / "state"))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.setenv("COLUMNS", "250")
    (pytester.path / "system.yaml").write_text(tiny["SYSTEM"] % {"app": E2E / "tiny_app.py"})
    experiment = tiny["EXPERIMENT"].replace("window:", "tags: [outage, late-night]\nwindow:")
    (pytester.path / "down.experiment.yaml").write_text(experiment)
    (pytester.path / "down.yaml").write_text(experiment)
    pytester.makeini("[pytest]\ngatecrash_system = system.yaml\naddopts = --strict-markers -p no:cacheprovider\n")


def left_over(pytester: pytest.Pytester) -> list[int]:
    folders = (pytester.path / ".gatecrash/up").iterdir()
    return [pid for folder in folders for pid in marked(f"{folder.name}/up")]


def test_experiments_are_what_is_called_so_and_what_the_project_file_names(pytester: pytest.Pytester) -> None:
    found = pytester.runpytest_subprocess("--collect-only", "-q")
    found.stdout.fnmatch_lines(["down.experiment.yaml::down.experiment"])
    found.stdout.no_fnmatch_line("*down.yaml*")
    (pytester.path / "more").mkdir()
    for name in ("system.yaml", "down.yaml"):
        (pytester.path / "more" / name).write_text((pytester.path / name).read_text())
    (pytester.path / "pyproject.toml").write_text('[tool.gatecrash]\nexperiments = ["more"]\n')
    both = pytester.runpytest_subprocess("--collect-only", "-q")
    both.stdout.fnmatch_lines(["down.experiment.yaml::down.experiment", "more/down.yaml::down"])


def test_tags_are_markers_and_ids_are_names(pytester: pytest.Pytester) -> None:
    wanted = pytester.runpytest_subprocess("--collect-only", "-q", "-m", "late-night and gatecrash", "-k", "down")
    wanted.stdout.fnmatch_lines(["down.experiment.yaml::down.experiment"])
    unwanted = pytester.runpytest_subprocess("--collect-only", "-q", "-m", "gatecrash and not outage")
    assert unwanted.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_file_that_can_not_be_planned_is_an_error_with_its_line(pytester: pytest.Pytester) -> None:
    file = pytester.path / "down.experiment.yaml"
    file.write_text(file.read_text().replace("link: store", "link: stoer"))
    found = pytester.runpytest_subprocess()
    found.assert_outcomes(errors=1)
    found.stdout.fnmatch_lines(["down.experiment.yaml:*:*: faults?0?.link: there is no link 'stoer'; did you mean *"])
    found.stdout.no_fnmatch_line("*Traceback*")


def test_a_verdict_is_the_tests_outcome_and_its_report_is_at_hand(pytester: pytest.Pytester) -> None:
    passed = pytester.runpytest_subprocess("--junitxml=out.xml")
    passed.assert_outcomes(passed=1)
    properties = {each.get("name"): each.get("value") for each in ElementTree.parse("out.xml").iter("property")}
    assert properties["gatecrash_verdict"] == "passed"
    assert "The store is gone" in Path(str(properties["gatecrash_report"])).read_text()


def test_a_failed_one_says_each_claim_in_a_line(pytester: pytest.Pytester) -> None:
    failed = pytester.runpytest_subprocess("--gatecrash-variant", "leaking")
    failed.assert_outcomes(failed=1)
    failed.stdout.fnmatch_lines(
        ["*failed: The store is gone ?leaking?", "  read broken <= 0%: broken was *", "  report: *report.html"]
    )
    failed.stdout.fnmatch_lines(["FAILED down.experiment.yaml::down.experiment - failed: read broken*"])
    failed.stdout.no_fnmatch_line("*Traceback (most recent call last)*chaos*")


def test_an_inconclusive_one_fails_unless_it_is_allowed(pytester: pytest.Pytester) -> None:
    file = pytester.path / "down.experiment.yaml"
    file.write_text(file.read_text().replace("link: store", "link: unused"))
    inconclusive = pytester.runpytest_subprocess()
    inconclusive.assert_outcomes(failed=1)
    inconclusive.stdout.fnmatch_lines(["*inconclusive: *", "*the link unused carried nothing*"])
    allowed = 'gate = {allow_inconclusive = [{experiment = "down.experiment", reason = "soon", until = 2999-01-01}]}'
    (pytester.path / "gatecrash.toml").write_text(allowed)
    permitted = pytester.runpytest_subprocess("-rs")
    permitted.assert_outcomes(skipped=1)
    permitted.stdout.fnmatch_lines(["SKIPPED*inconclusive, which is allowed (soon): *"])


def test_what_the_backend_can_not_inject_is_skipped(pytester: pytest.Pytester) -> None:
    file = pytester.path / "down.experiment.yaml"
    file.write_text(file.read_text().replace("down: {}", "http_error: {}"))
    skipped = pytester.runpytest_subprocess("--gatecrash-backend", "toxiproxy", "-rs")
    skipped.assert_outcomes(skipped=1)
    skipped.stdout.fnmatch_lines(["SKIPPED*http_error on store needs the backend embedded*"])


HAND_WRITTEN = """
import urllib.error, urllib.request
import pytest

def status(url):
    try:
        return urllib.request.urlopen(url, timeout=5).status
    except urllib.error.HTTPError as error:
        return error.code

def test_one(link, users, gatecrash_system):
    assert status(link("edge").url) == 200
    with users("read", rate="50/s") as came, link("store").down():
        assert status(link("edge").url) == 503
        during = came.from_now()
        during.until(count=5)
        assert during.degraded == 1

def test_that_fails_and_leaves_a_fault_on(link, users):
    link("store").down().inject()
    users("read").__enter__()
    assert status(link("edge").url) == 200

def test_finds_everything_as_it_was(link, gatecrash_system):
    assert status(link("edge").url) == 200
    assert not gatecrash_system._live.users

def test_that_meets_nothing(link):
    with link("store").latency("20ms"):
        pass

def test_whose_service_dies(service, gatecrash_system):
    import os, signal
    from pathlib import Path
    from chaos.undo.processes import marked
    for pid in marked(f"{gatecrash_system.folder.name}/up"):
        if b"tiny_app.py\\0store" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
    while gatecrash_system.failure is None:
        os.sched_yield()

def test_finds_it_running_again(link):
    assert status(link("edge").url) == 200
"""


def test_the_fixtures_break_one_system_that_each_test_finds_as_it_was(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(HAND_WRITTEN)
    done = pytester.runpytest_subprocess("--deselect", "down.experiment.yaml", "-p", "no:asyncio")
    done.assert_outcomes(passed=4, failed=2, errors=1, deselected=1)
    done.stdout.fnmatch_lines(
        [
            "*after the test: *store ended by itself (signal 9)*",
            "FAILED *test_that_fails_and_leaves_a_fault_on - *assert 503 == 200*",
            "FAILED *test_that_meets_nothing - *FaultNotMet: latency on store: no traffic met it*",
        ]
    )
    done.stdout.no_fnmatch_line("*chaos/api/thread.py*")
    assert not left_over(pytester)


def test_async_tests_use_the_same_fixtures_with_pytest_asyncio(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest, aiohttp

        @pytest.mark.asyncio
        async def test_it(link, users):
            async with users("read", clients=2) as came:
                await came.auntil(count=3)
                async with link("store").down():
                    async with aiohttp.ClientSession() as session, session.get(link("edge").url) as answer:
                        assert answer.status == 503
                    during = came.from_now()
                    await during.auntil(count=3)
                    assert during.degraded == 1
        """
    )
    done = pytester.runpytest_subprocess("-m", "asyncio")
    done.assert_outcomes(passed=1, deselected=1)


def test_each_worker_of_xdist_has_a_system_and_runs_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(4))
        def test_it(number, link, users):
            with users("read", clients=1) as came:
                came.until(count=2)
                with link("store").down():
                    came.from_now().until(count=2)
        """
    )
    done = pytester.runpytest_subprocess("-n", "2")
    done.assert_outcomes(passed=5)
    assert not left_over(pytester)


def test_without_a_system_the_fixtures_say_how_to_name_one(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]")
    pytester.makepyfile("def test_it(link): ...")
    done = pytester.runpytest_subprocess("-m", "not gatecrash")
    done.assert_outcomes(errors=1, deselected=1)
    done.stdout.fnmatch_lines(["which system? say `gatecrash_system = path/to/system.yaml` *"])


def test_a_run_without_experiments_imports_nothing_heavy(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_it():
            assert not {name for name in sys.modules if name.startswith("pydantic") or name in {"aiohttp", "yaml"}}
            assert "chaos.pytest_plugin" in sys.modules
        """
    )
    command = [sys.executable, "-m", "pytest", "-q", "test_a_run_without_experiments_imports_nothing_heavy.py"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
