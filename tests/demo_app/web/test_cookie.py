from pathlib import Path

from demo_app.web.cookie import VerdictCookie, secret_in


def test_a_verdict_holds_for_its_user_alone() -> None:
    verdicts = VerdictCookie("secret")
    made = verdicts.made_for("anna")
    assert verdicts.holds_for("anna", made)
    assert not verdicts.holds_for("tim", made)


def test_what_we_did_not_sign_holds_for_nobody() -> None:
    verdicts = VerdictCookie("secret")
    made = verdicts.made_for("anna")
    forged = VerdictCookie("another").made_for("anna")
    for cookie in (None, "", "x", forged, made[:-1], made + "x", made.replace(".", "..", 1)):
        assert not verdicts.holds_for("anna", cookie)


def test_the_key_outlives_a_restart_and_is_nobody_elses(tmp_path: Path) -> None:
    first = secret_in(tmp_path)
    assert len(first) == 64
    assert secret_in(tmp_path) == first
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
    (tmp_path / "other").mkdir()
    assert secret_in(tmp_path / "other") != first
