"""What kind of app is in a folder, as far as its files tell: a Flask app, or a script of pyproject.toml.

Sources are only read, never imported: an app may do anything when it is.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chaos.init.dependency import Dependency, as_dependency

_FLASK: Final = re.compile(r"\bFlask\(|^\s*(?:from|import)\s+flask\b", re.MULTILINE)
_INSTANCE: Final = re.compile(
    r"^(?:app|application)\s*(?::[^=\n]+)?=|\bimport\b.*\b(?:app|application)\b|^def (?:create|make)_app\(", re.M
)
_ROUTE: Final = re.compile(r"""\.(?:route|get)\(\s*["'](/[^"'<>]*)["']""")
_HEALTH: Final = re.compile(r"/(?:healthz?|readyz?|livez|ping|_health|health-?check)/?")
_WITH_DEFAULT: Final = re.compile(r"""(?:environ\.get|getenv)\(\s*["'](\w+)["']\s*,\s*["'](http://[^"'\s]+)["']""")
_WITHOUT: Final = re.compile(
    r"""(?:environ\[|environ\.get\(|getenv\()\s*["'](\w+_(?:URL|URI|ADDR|ENDPOINT))["']\s*[\])]"""
)
_VENVS: Final = (".venv", "venv")
_MOST_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """An app that can be started here. `says` names where it was found; `needs` are addresses that were not found."""

    command: str
    says: str
    name: str = ""
    env: Mapping[str, str] | None = None
    path: str = "/"
    ready: str = ""
    dependencies: tuple[Dependency, ...] = ()
    needs: tuple[str, ...] = ()


def detect(folder: Path) -> Found | None:
    """The app in this folder; None when there is none that is known."""
    project = _project(folder)
    for file, module, base in _candidates(folder, project):
        text = _read(file)
        if _FLASK.search(text) or (file.stem == "wsgi" and _INSTANCE.search(text)):
            return _flask(folder, file, module, base, text, str(project.get("name", "")))
    scripts = project.get("scripts")
    if isinstance(scripts, dict) and scripts:
        script = next(iter(scripts))
        return Found(
            command=_program(folder, script),
            says=f"the script {script} of pyproject.toml",
            name=str(project.get("name", "")),
            env={"PORT": "{port}"},
        )
    return None


def _flask(folder: Path, file: Path, module: str, base: Path, text: str, name: str) -> Found:
    routes = _ROUTE.findall(text)
    health = next((route for route in routes if _HEALTH.fullmatch(route)), "")
    pages = [route for route in routes if route != health]
    dependencies, needs = _addresses(text)
    flask = next(
        (folder / venv / "bin" / "python" for venv in _VENVS if (folder / venv / "bin" / "flask").exists()), None
    )
    python = str(flask.relative_to(folder)) if flask is not None else "{python}"
    return Found(
        command=f"{python} -m flask --app {module} run --port {{port}}",
        says=f"{file.relative_to(folder)}, a Flask app",
        name=name,
        env={"PYTHONPATH": str(base.relative_to(folder))} if base != folder else None,
        path="/" if "/" in pages or not pages else pages[0],
        ready=health,
        dependencies=dependencies,
        needs=needs,
    )


def _candidates(folder: Path, project: Mapping[str, Any]) -> Iterator[tuple[Path, str, Path]]:
    """Files that may hold an app, likely ones first: the file, its module, and the folder that is the module's root."""
    scripts = project.get("scripts")
    targets = [str(target).partition(":")[0] for target in scripts.values()] if isinstance(scripts, dict) else []
    for base in (folder, folder / "src"):
        modules = ["app", "wsgi", "main", *targets]
        packages = sorted(
            path.parent.name for path in base.glob("[a-z]*/__init__.py") if "test" not in path.parent.name
        )
        modules += [name for package in packages for name in (package, f"{package}.app", f"{package}.wsgi")]
        for module in modules:
            place = base / Path(*module.split("."))
            for file in (place.with_suffix(".py"), place / "__init__.py"):
                if file.is_file():
                    yield file, module, base


def _addresses(text: str) -> tuple[tuple[Dependency, ...], tuple[str, ...]]:
    """Those that are known, by a default in the source or from the environment here, and names of the others."""
    known = dict(_WITH_DEFAULT.findall(text))
    known |= {name: os.environ[name] for name in _WITHOUT.findall(text) if name not in known and name in os.environ}
    found: list[Dependency] = []
    for name, address in known.items():
        try:
            found.append(as_dependency(name, address))
        except ValueError:
            continue
    needs = dict.fromkeys(name for name in _WITHOUT.findall(text) if name not in known)
    return tuple(found), tuple(needs)


def _program(folder: Path, script: str) -> str:
    found = next((folder / venv / "bin" / script for venv in _VENVS if (folder / venv / "bin" / script).exists()), None)
    return str(found.relative_to(folder)) if found is not None else script


def _project(folder: Path) -> Mapping[str, Any]:
    try:
        found = tomllib.loads(_read(folder / "pyproject.toml")).get("project")
    except tomllib.TOMLDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _read(file: Path) -> str:
    """Empty for what is not there, or can't be read."""
    try:
        with file.open(encoding="utf-8", errors="replace") as stream:
            return stream.read(_MOST_BYTES)
    except OSError:
        return ""
