"""Who may drive a dashboard, and who may not."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest
from multidict import CIMultiDict

from chaos.dashboard.security import read_or_make_key, refusal
from chaos.errors import EnvironmentFailed

KEY = "the-key-of-this-dashboard-alone"
OWN = {"Host": "127.0.0.1:8480", "Authorization": f"Bearer {KEY}"}


def status(method: str = "POST", *, open_to_all: bool = False, **headers: str | None) -> int | None:
    told = {**OWN, **{name.replace("_", "-"): value for name, value in headers.items()}}
    given = CIMultiDict({name: value for name, value in told.items() if value is not None})
    refused = refusal(method=method, headers=given, key=KEY, open_to_all=open_to_all)
    return None if refused is None else refused.status


def test_its_own_page_may_do_everything() -> None:
    assert status(Origin="http://127.0.0.1:8480", Sec_Fetch_Site="same-origin") is None


def test_a_program_with_the_key_may_as_well() -> None:
    assert status() is None
    assert status("DELETE") is None


@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {KEY}", f"Bearer {KEY}x", KEY]
)
def test_nobody_may_without_the_key(given: str | None) -> None:
    assert status(Authorization=given) == 401
    assert status("GET", Authorization=given) == 401


def test_pages_and_their_parts_need_no_key_and_nothing_else_does_without() -> None:
    assert status("GET", open_to_all=True, Authorization=None) is None
    assert status("POST", open_to_all=True, Authorization=None) == 401


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://127.0.0.1:8481", "https://127.0.0.1:8480", "null", "http://localhost:8480"],
)
def test_a_page_of_another_origin_may_not_even_with_the_key(origin: str) -> None:
    assert status(Origin=origin) == 403
    assert status("GET", open_to_all=True, Origin=origin) == 403


def test_a_request_that_the_browser_calls_foreign_is_refused() -> None:
    assert status(Sec_Fetch_Site="cross-site") == 403
    assert status("GET", Sec_Fetch_Site="cross-site") == 403


def test_a_link_from_elsewhere_may_open_the_page() -> None:
    assert status("GET", open_to_all=True, Sec_Fetch_Site="cross-site", Authorization=None) is None


@pytest.mark.parametrize("host", ["evil.example:8480", "127.0.0.1.evil.example", "", "a:b:c", "evil.example"])
def test_a_name_that_was_made_to_lead_here_is_refused(host: str) -> None:
    assert status(Host=host) == 403
    assert status("GET", open_to_all=True, Host=host) == 403


@pytest.mark.parametrize("host", ["127.0.0.1:8480", "localhost:8480", "LOCALHOST", "[::1]:8480", "192.168.1.7:80"])
def test_addresses_and_own_names_are_right(host: str) -> None:
    assert status(Host=host, Origin=f"http://{host}") is None
    assert status(Host=f"{socket.gethostname()}:8480") is None


def test_a_key_is_kept_for_its_user_alone_and_found_again(tmp_path: Path) -> None:
    path = tmp_path / "state" / "dashboard.key"
    key = read_or_make_key(path)
    assert len(key) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_or_make_key(path) == key


def test_a_new_key_locks_the_old_one_out(tmp_path: Path) -> None:
    path = tmp_path / "dashboard.key"
    key = read_or_make_key(path)
    assert read_or_make_key(path, anew=True) != key


def test_a_file_that_anybody_could_read_is_closed_and_a_cut_one_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "dashboard.key"
    path.write_text("short")
    path.chmod(0o644)
    key = read_or_make_key(path)
    assert len(key) >= 32
    path.chmod(0o644)
    assert read_or_make_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_where_no_key_can_be_kept_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentFailed, match="can't be kept"):
        read_or_make_key(tmp_path / "file" / "dashboard.key")
