"""What is found in a folder: Flask apps under their usual names, and scripts. Nothing is imported for that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from chaos.init.dependency import Dependency
from chaos.init.detect import detect

APP = "from flask import Flask\napp = Flask(__name__)\n"
PROJECT = '[project]\nname = "my-shop"\n[project.scripts]\nshop-web = "shop.server:main"\n'


@dataclass(frozen=True)
class Case:
    files: Mapping[str, str]
    command: str
    says: str
    name: str = ""
    env: Mapping[str, str] | None = None


CASES = {
    "app.py": Case({"app.py": APP}, "{python} -m flask --app app run --port {port}", "app.py, a Flask app"),
    "wsgi.py that imports it": Case(
        {"wsgi.py": "from shop import app as application\n"},
        "{python} -m flask --app wsgi run --port {port}",
        "wsgi.py, a Flask app",
    ),
    "app.py is likelier than wsgi.py": Case(
        {"wsgi.py": APP, "app.py": APP}, "{python} -m flask --app app run --port {port}", "app.py, a Flask app"
    ),
    "a package with a factory": Case(
        {"shop/__init__.py": "import flask\ndef create_app(): return flask.Flask(__name__)\n"},
        "{python} -m flask --app shop run --port {port}",
        "shop/__init__.py, a Flask app",
    ),
    "a module of a package": Case(
        {"shop/__init__.py": "", "shop/app.py": APP},
        "{python} -m flask --app shop.app run --port {port}",
        "shop/app.py, a Flask app",
    ),
    "below src": Case(
        {"src/app.py": APP},
        "{python} -m flask --app app run --port {port}",
        "src/app.py, a Flask app",
        env={"PYTHONPATH": "src"},
    ),
    "where a script of the project says": Case(
        {"pyproject.toml": PROJECT, "shop/server.py": APP},
        "{python} -m flask --app shop.server run --port {port}",
        "shop/server.py, a Flask app",
        "my-shop",
    ),
    "a script that is no Flask app": Case(
        {"pyproject.toml": PROJECT, "shop/server.py": "def main(): ...\n"},
        "shop-web",
        "the script shop-web of pyproject.toml",
        "my-shop",
        {"PORT": "{port}"},
    ),
    "a script in the project's own environment": Case(
        {"pyproject.toml": PROJECT, ".venv/bin/shop-web": ""},
        ".venv/bin/shop-web",
        "the script shop-web of pyproject.toml",
        "my-shop",
        {"PORT": "{port}"},
    ),
    "Flask in the project's own environment": Case(
        {"app.py": APP, ".venv/bin/flask": "", ".venv/bin/python": ""},
        ".venv/bin/python -m flask --app app run --port {port}",
        "app.py, a Flask app",
    ),
    "an environment without Flask": Case(
        {"app.py": APP, ".venv/bin/python": ""},
        "{python} -m flask --app app run --port {port}",
        "app.py, a Flask app",
    ),
}


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize("case", CASES)
def test_an_app_is_found(tmp_path: Path, case: str) -> None:
    it = CASES[case]
    write(tmp_path, it.files)
    found = detect(tmp_path)
    assert found is not None
    assert (found.command, found.says, found.name, found.env) == (it.command, it.says, it.name, it.env)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"app.py": "print('no web app')\n"},
        {"wsgi.py": "print('flask is not meant here')\n"},
        {"tests/__init__.py": APP},
        {"pyproject.toml": '[project]\nname = "x"\n'},
        {"pyproject.toml": "[project\n"},
        {"pyproject.toml": "project = 5\n"},
    ],
)
def test_no_app_is_found(tmp_path: Path, files: Mapping[str, str]) -> None:
    write(tmp_path, files)
    assert detect(tmp_path) is None


@pytest.mark.parametrize(
    ("routes", "path", "ready"),
    [
        ("", "/", ""),
        ('@app.route("/feed")\n@app.get("/")\n', "/", ""),
        ("@app.get('/healthz')\n@app.get('/feed')\n@app.get('/more')\n", "/feed", "/healthz"),
        ('@app.get("/health")\n', "/", "/health"),
        ('@bp.route("/<name>")\n@bp.route( "/about", methods=["GET"])\n', "/about", ""),
        ('@app.post("/upload")\n', "/", ""),
    ],
)
def test_pages_and_health_checks_are_found(tmp_path: Path, routes: str, path: str, ready: str) -> None:
    write(tmp_path, {"app.py": APP + routes})
    found = detect(tmp_path)
    assert found is not None
    assert (found.path, found.ready) == (path, ready)


STOCK = Dependency("STOCK_URL", "http://127.0.0.1:9000", "/v1")


@pytest.mark.parametrize(
    ("line", "dependencies", "needs"),
    [
        ('os.environ.get("STOCK_URL", "http://127.0.0.1:9000/v1")', (STOCK,), ()),
        ("os.getenv( 'STOCK_URL', 'http://127.0.0.1:9000/v1' )", (STOCK,), ()),
        ('os.environ["STOCK_URL"]', (), ("STOCK_URL",)),
        ('os.environ["KNOWN_URL"]', (Dependency("KNOWN_URL", "http://127.0.0.1:7000"),), ()),
        ('os.getenv("STOCK_URL")', (), ("STOCK_URL",)),
        ('os.environ["SECRET_KEY"]', (), ()),
        ('os.environ.get("STOCK_URL", "http://127.0.0.1:99999")', (), ()),
        ('os.environ.get("DB_URL", "postgres://db")', (), ()),
    ],
)
def test_addresses_that_it_reads_are_found(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    line: str,
    dependencies: tuple[Dependency, ...],
    needs: tuple[str, ...],
) -> None:
    monkeypatch.setenv("KNOWN_URL", "http://127.0.0.1:7000/")
    monkeypatch.delenv("STOCK_URL", raising=False)
    write(tmp_path, {"app.py": f"{APP}X = {line}\n"})
    found = detect(tmp_path)
    assert found is not None
    assert (found.dependencies, found.needs) == (dependencies, needs)


def test_an_app_is_never_imported(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": APP + "raise SystemExit('it was')\n"})
    assert detect(tmp_path) is not None
