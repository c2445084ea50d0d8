"""YAML as compose files are written: merge keys, tags of their own, ports that are no numbers.

Our own files are read by `chaos.experiment.loader`, which refuses all of these.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from chaos.errors import InvalidFile
from chaos.experiment.problems import Problem


class _TextLoader(yaml.SafeLoader):
    """Every value is text: no base-60 ports, no `on` as a boolean."""


def _without_tag(loader: yaml.SafeLoader, _: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return node.value


_TextLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":merge", ":null"))]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_TextLoader.add_multi_constructor("!", _without_tag)


def load_compose(path: Path) -> Any:
    """Raises `InvalidFile` when it can't be read or is not YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_TextLoader)
    except OSError as error:
        raise InvalidFile([Problem(path, 0, 0, "", f"it can't be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        raise InvalidFile([Problem(path, 0, 0, "", f"this is not UTF-8 text ({error.reason})")]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise InvalidFile([Problem(path, line, column, "", f"this is not YAML: {error.problem}")]) from None
    except yaml.YAMLError as error:
        raise InvalidFile([Problem(path, 0, 0, "", f"this is not YAML: {error}")]) from None
