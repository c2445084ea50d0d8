"""Two regions: each has its own web, they share media and perhaps profile, and trust one another's cookies."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

PATIENCE_S = 30.0
JSON = {"Accept": "application/json"}

WaitUntil = Callable[[Callable[[], bool], str], None]


class Regions:
    def __init__(self, folder: Path, service: Any, *, profile_shared: bool) -> None:
        self.media = service("media", folder / "media")
        self.profile_eu = service("profile", folder / "profile_eu")
        self.profile_us = self.profile_eu if profile_shared else service("profile", folder / "profile_us")
        self.eu = self._web(service, folder, "eu", self.profile_eu)
        self.us = self._web(service, folder, "us", self.profile_us)
        self.services = list(dict.fromkeys([self.media, self.profile_eu, self.profile_us, self.eu, self.us]))

    def _web(self, service: Any, folder: Path, region: str, profile: Any) -> Any:
        env = {"PROFILE_URL": profile.url, "MEDIA_URL": self.media.url, "COOKIE_SECRET": "the same in both"}
        return service("web", folder / f"web_{region}", ["--region", region], env)


@pytest.fixture
def start_regions(tmp_path: Path, service_class: Any) -> Iterator[Callable[..., Regions]]:
    started: list[Regions] = []

    def start(*, profile_shared: bool = False) -> Regions:
        regions = Regions(tmp_path, service_class, profile_shared=profile_shared)
        started.append(regions)
        for service in regions.services:
            service.start()
        return regions

    yield start
    for regions in started:
        for service in regions.services:
            service.kill()


def joined(region: Any, wait_until: WaitUntil) -> requests.Session:
    who = requests.Session()
    form = {"born": "1990-01-01"}

    def answered() -> bool:
        answer = who.post(f"{region.url}/age", data=form, allow_redirects=False, timeout=PATIENCE_S)
        return answer.status_code == 303

    wait_until(answered, "someone joins")
    return who


def open_feed(region: Any, who: requests.Session) -> requests.Response:
    return who.get(f"{region.url}/", timeout=PATIENCE_S)


def test_a_region_fails_alone_and_nobody_is_moved(start_regions: Callable[..., Regions], wait_until: WaitUntil) -> None:
    regions = start_regions()
    member = joined(regions.eu, wait_until)
    for region, name in ((regions.eu, "Served from Europe"), (regions.us, "Served from the United States")):
        assert name in requests.get(f"{region.url}/status", timeout=PATIENCE_S).text
    assert requests.get(f"{regions.us.url}/status", headers=JSON, timeout=PATIENCE_S).json()["region"] == "us"

    # What one region found out is believed in the other, though that one's profile never heard of this person.
    wait_until(lambda: "For you" in open_feed(regions.us, member).text, "the other region lets a member in")

    for region, clip in ((regions.eu, b"one"), (regions.us, b"two")):
        files = {"clip": clip}
        wait_until(
            lambda region=region, files=files: (  # type: ignore[misc]
                member.post(f"{region.url}/upload", files=files, timeout=PATIENCE_S).status_code == 201
            ),
            "a clip is posted",
        )
    by_region = [
        requests.get(f"{regions.media.url}/clips?region={name}", timeout=PATIENCE_S).json() for name in ("eu", "us")
    ]
    everything = requests.get(f"{regions.media.url}/clips", timeout=PATIENCE_S).json()
    assert all(by_region)
    assert len(everything) == sum(map(len, by_region))

    regions.eu.kill()
    with pytest.raises(requests.ConnectionError):
        open_feed(regions.eu, member)
    wait_until(lambda: "For you" in open_feed(regions.us, member).text, "the other region goes on")


@pytest.mark.parametrize("profile_shared", [True, False])
def test_an_age_is_known_in_both_regions_when_they_share_profile(
    start_regions: Callable[..., Regions], wait_until: WaitUntil, profile_shared: bool
) -> None:
    regions = start_regions(profile_shared=profile_shared)
    member = joined(regions.eu, wait_until)
    del member.cookies["age"]
    wait_until(lambda: open_feed(regions.us, member).status_code == 200, "the other region answers")
    assert ("For you" in open_feed(regions.us, member).text) is profile_shared
