"""A base image without any registry: this very Python with what the demo app and the proxy import, and a shell, in one
tar archive.

Its tag is a digest of what goes into it, so that it is made once and then found.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPOSITORY = "gatecrash-test/python"
PACKAGES = ("flask", "httptools", "pybreaker", "tenacity", "waitress")
LEFT_OUT = {"test", "tests", "idlelib", "tkinter", "ensurepip", "turtledemo", "lib2to3", "site-packages", "__pycache__"}
PROGRAMS = ("sh", "sleep", "dd", "cat", "ls", "rm")
_NEEDED = re.compile(r"(/\S+) \(0x")


def base_image(client: Any) -> str:
    """The name of the image, made if need be."""
    name = f"{REPOSITORY}:{digest()}"
    if not client.images(name):
        paths = ["/usr/local/bin", "/usr/bin", "/bin"]
        client.import_image_from_data(
            archive(), repository=REPOSITORY, tag=digest(), changes=[f"ENV PATH={':'.join(paths)}", 'CMD ["python3"]']
        )
    return name


def digest() -> str:
    """Of the interpreter, the packages, and how they are put together."""
    said = [sys.version, sys.base_prefix, *(str(dist) for dist in sorted(map(_label, distributions())))]
    return hashlib.sha256("\n".join([*said, Path(__file__).read_text()]).encode()).hexdigest()[:12]


def distributions() -> list[importlib.metadata.Distribution]:
    """What is imported there, and what that needs."""
    found: dict[str, importlib.metadata.Distribution] = {}
    waiting = list(PACKAGES)
    while waiting:
        name = re.split(r"[^\w.-]", waiting.pop(), maxsplit=1)[0].lower()
        try:
            dist = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # for another platform or version
        if dist.name not in found:
            found[dist.name] = dist
            waiting += [each for each in dist.requires or () if "extra ==" not in each]
    return list(found.values())


def archive() -> bytes:
    with io.BytesIO() as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            folders(tar)
            added: set[str] = set()
            for target, source in files():
                if target not in added:
                    added.add(target)
                    tar.add(source.resolve(), target.lstrip("/"), recursive=False)
            link(tar, "usr/bin/python3", str(python()))
        return file.getvalue()


def files() -> Iterator[tuple[str, Path]]:
    """Where each goes, and where it is."""
    binaries = [python(), *(Path(found) for each in PROGRAMS if (found := shutil.which(each)))]
    for program in binaries[1:]:
        yield f"/bin/{program.name}", program
    yield str(python()), python()
    stdlib = Path(sysconfig.get_path("stdlib"))
    for path in below(stdlib):
        yield str(path), path
    extensions = sorted((stdlib / "lib-dynload").glob("*.so"))
    for dist in distributions():
        for name in dist.files or ():
            source = Path(str(dist.locate_file(name)))
            if source.is_file() and source.suffix != ".pyc" and ".." not in name.parts:
                yield str(stdlib / "site-packages" / name), source
                extensions += [source] if source.suffix == ".so" else []
    for library in libraries([*binaries, *extensions]):
        yield str(library), library


def below(folder: Path) -> Iterator[Path]:
    for root, names, found in os.walk(folder):
        names[:] = sorted(set(names) - LEFT_OUT)
        names[:] = [name for name in names if not name.startswith("config-")]
        yield from (Path(root) / name for name in sorted(found) if not name.endswith((".pyc", ".a")))


def libraries(binaries: list[Path]) -> list[Path]:
    done = subprocess.run(["ldd", *map(str, binaries)], capture_output=True, text=True, check=False)
    return [Path(found) for found in sorted(set(_NEEDED.findall(done.stdout)))]


def python() -> Path:
    """The interpreter itself, behind the venv."""
    return Path(sys.executable).resolve()


def folders(tar: tarfile.TarFile) -> None:
    for name, mode in {"tmp": 0o1777, "app": 0o755, "dev": 0o755, "proc": 0o755, "sys": 0o755, "etc": 0o755}.items():
        entry = tarfile.TarInfo(name)
        entry.type, entry.mode = tarfile.DIRTYPE, mode
        tar.addfile(entry)


def link(tar: tarfile.TarFile, name: str, to: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = tarfile.SYMTYPE, to
    tar.addfile(entry)


def _label(dist: importlib.metadata.Distribution) -> str:
    return f"{dist.name} {dist.version}"
