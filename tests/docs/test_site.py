"""The site is built from the pages without a warning, has each of them, and fetches nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`strict: true` in mkdocs.yml makes every warning an error: dead links and anchors, pages without a place."""
    repository = Path(__file__).resolve().parents[2]
    site = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(site)],
        cwd=repository,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return site


def test_every_page_is_in_the_site_and_in_its_navigation(site: Path, repository: Path) -> None:
    home = (site / "index.html").read_text()
    for page in sorted((repository / "docs").rglob("*.md")):
        html = page.relative_to(repository / "docs").with_suffix(".html")
        assert (site / html).is_file()
        assert f'href="{html}"' in home, html


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    fetched = re.compile(r"<(?:script|img|iframe|link)\b[^>]*?\b(?:src|href)=\"?(https?:)?//[^\s\">]+")
    for page in site.rglob("*.html"):
        found = [
            match.group() for match in fetched.finditer(page.read_text()) if 'rel="canonical"' not in match.group()
        ]
        assert found == [], page.name
    for style in site.rglob("*.css"):
        assert not re.search(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", style.read_text()), style.name


def test_it_can_be_searched(site: Path) -> None:
    index = (site / "search" / "search_index.js").read_text()
    assert "tutorial.html" in index
    assert "G12" in index
