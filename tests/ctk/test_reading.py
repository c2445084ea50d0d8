"""Files that are read as Chaos Toolkit reads them, and every mistake with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chaos.ctk.reading import read
from chaos.errors import InvalidFile

PAGE = {"type": "probe", "name": "page", "tolerance": 200, "provider": {"type": "http", "url": "http://${host}/"}}
WHOLE: dict[str, Any] = {
    "title": "t",
    "configuration": {"host": {"type": "env", "key": "HOST", "default": "shop:1"}, "pause": 2},
    "secrets": {
        "app": {"token": {"type": "env", "key": "TOKEN"}, "plain": "abc", "kept": {"type": "vault", "key": "k"}}
    },
    "steady-state-hypothesis": {"title": "h", "probes": [PAGE]},
    "method": [{"ref": "page", "pauses": None}],
    "rollbacks": None,
}


def write(folder: Path, found: Any, name: str = "e.json") -> Path:
    file = folder / name
    file.write_text(found if isinstance(found, str) else json.dumps(found, indent=1))
    return file


@pytest.mark.parametrize(("environment", "host"), [({}, "shop:1"), ({"HOST": "x:2"}, "x:2")])
def test_variables_are_put_in_and_references_followed(tmp_path: Path, environment: dict[str, str], host: str) -> None:
    source = read(write(tmp_path, WHOLE), environment)
    (probe,) = source.experiment.hypothesis.probes
    assert probe.provider.url == f"http://{host}/"
    assert source.experiment.method == (probe,)
    assert source.experiment.rollbacks == ()
    assert source.configuration == {"host": host, "pause": 2}


def test_secrets_stay_where_they_are(tmp_path: Path) -> None:
    source = read(write(tmp_path, WHOLE), {"TOKEN": "s3cret"})
    assert {name: source.variables[name] for name in ("token", "plain", "kept")} == {
        "token": "{env.TOKEN}",
        "plain": "abc",
        "kept": "{env.KEPT}",
    }
    assert [note for note in source.notes if note.startswith("secrets.")] == [
        "secrets.app.plain: stands in plain text here as in the original; {env.NAME} would be masked in reports",
        "secrets.app.kept: comes from a vault; set the environment variable KEPT",
    ]


def test_a_variable_alone_keeps_its_type(tmp_path: Path) -> None:
    found = {**WHOLE, "method": [{**PAGE, "pauses": {"after": "${pause}"}}]}
    assert read(write(tmp_path, found), {}).experiment.method[0].pauses.after == 2


def test_yaml_is_read_as_well(tmp_path: Path) -> None:
    text = "title: t\nmethod:\n  - {type: action, name: a, provider: {type: process, path: ls}}\n"
    assert read(write(tmp_path, text, "e.yml"), {}).experiment.method[0].provider.path == "ls"


@pytest.mark.parametrize("title", ["größe \N{GRINNING FACE}", "a\\ud83d\\ude00", "/\t"])
def test_json_may_escape_any_letter(tmp_path: Path, title: str) -> None:
    text = json.dumps({"title": title, "method": []}, indent="\t").replace("/", "\\/")
    assert read(write(tmp_path, text), {}).experiment.title == title


def provider(**given: Any) -> dict[str, Any]:
    return {"title": "t", "method": [{"type": "action", "name": "a", "provider": given}]}


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (
            {"services": {}},
            "e.json:1:1: this is no experiment of Chaos Toolkit: it has services, but neither title nor",
        ),
        ({"title": "t"}, "e.json:1:1: method: method is missing here; it is required"),
        ("{", "e.json:2:1: this is not YAML: "),
        ([1], "e.json:1:1: a mapping of keys and values was expected at the top, not a list"),
        (
            provider(type="grpc"),
            "e.json:8:13: method[0].provider.type: \"grpc\" was found; 'http', 'process' or 'python' was expected",
        ),
        (provider(type="http"), "e.json:7:16: method[0].provider: a provider of type http needs `url`"),
        (provider(type="python", module="m"), "method[0].provider: a provider of type python needs `func`"),
        (provider(type="process", path="x-${lost}"), "method[0].provider.path: ${lost} has no value; there are none"),
        ({**WHOLE, "method": [{"ref": "pgae"}]}, "method[0].ref: there is no activity 'pgae'; did you mean page?"),
        (
            {**WHOLE, "configuration": {"host": {"type": "env", "key": "HOST"}}},
            "configuration.host: the environment variable HOST is not set; set it as for `chaos run`, or write a",
        ),
        (
            {**WHOLE, "configuration": {"host": {"type": "env", "key": "HOST", "default": "x", "env_var_type": "int"}}},
            "configuration.host: 'x' is no int",
        ),
        ({**WHOLE, "method": [{**PAGE, "pauses": {"after": -1}}]}, "method[0].pauses.after: it must be at least 0"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: Any, says: str
) -> None:
    write(tmp_path, found)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidFile) as error:
        read(Path("e.json"), {})
    assert says in str(error.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="there is no such file"):
        read(tmp_path / "e.json", {})
