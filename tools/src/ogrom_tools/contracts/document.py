"""The contract of a set of releases: what `ogrom-api contract` writes where the service runs on them."""

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ogrom_rules.contract import UNANNOUNCED
from ogrom_tools.command import Failed, run_bytes
from ogrom_tools.git import Repository
from ogrom_tools.projects import Project

Json = Mapping[str, Any]

SERVICE = "services/api-run"
"""The folder of the service whose contract it is."""

CONTRACT = "contract"
OPENAPI = "openapi"
"""The commands that write it: what the service of today has, and what all that were released before have."""

_PROSE = frozenset(
    {"description", "example", "examples", "externalDocs", "servers", "summary", "tags", "title"}
)
_NAMES = frozenset(
    {
        "paths",
        "content",
        "headers",
        "links",
        "parameters",
        "properties",
        "responses",
        "schemas",
        "securitySchemes",
    }
)
"""Keys of objects whose own keys are names, and no keywords."""


class DoesNotRun(Failed):
    """The service does not run on these libraries; the text is the last line that it printed."""


def document(repository: Repository, trees: Iterable[str], python: str = sys.executable) -> tuple[Json, str]:
    """The contract of a service, and the command that wrote it; `program` says what the arguments are.

    Raises:
        DoesNotRun: the service does not run on them.
    """
    with program(repository, trees, python) as words:
        try:
            return _printed(*words, CONTRACT), CONTRACT
        except DoesNotRun as problem:
            if "No such command" not in str(problem):
                raise
        found = _printed(*words, OPENAPI)
        return {**without_prose(found), "info": found["info"]}, OPENAPI


@contextmanager
def program(
    repository: Repository, trees: Iterable[str], python: str = sys.executable
) -> Iterator[tuple[str, ...]]:
    """The words that call `ogrom-api` of a service.

    The code is on PYTHONPATH, and so before all that is installed: `ogrom` is a namespace package.

    Args:
        repository: which holds the code.
        trees: git's ids of the folders of the service, the first, and of the libraries that it runs on.
        python: the path of an interpreter that has all other packages.
    """
    with tempfile.TemporaryDirectory() as name:
        projects = [
            _unpacked(repository, tree, Path(name) / str(number)) for number, tree in enumerate(trees)
        ]
        module, _, function = projects[0].metadata["scripts"]["ogrom-api"].partition(":")
        settings = (f"--unset={each}" for each in os.environ if each.startswith("OGROM_"))
        path = os.pathsep.join(str(each.sources) for each in projects)
        code = f"import {module}; {module}.{function}()"
        yield ("env", *settings, f"PYTHONPATH={path}", python, "-c", code)


def _printed(*words: str) -> Json:
    try:
        found: Json = json.loads(run_bytes(*words))
    except Failed as problem:
        raise DoesNotRun(told(problem)) from problem
    except ValueError as problem:
        raise DoesNotRun(f"it prints no JSON: {problem}") from problem
    return found


def told(problem: Failed) -> str:
    """The last line that a program which failed printed."""
    printed, _, _ = str(problem).partition("\nexited with ")
    return printed.rstrip().rpartition("\n")[2].strip()


def _unpacked(repository: Repository, tree: str, folder: Path) -> Project:
    """The files of a project, which looks installed where its `src` is on the path."""
    repository.export(tree, folder)
    project = Project(folder)
    told = project.sources / f"{project.distribution.replace('-', '_')}-{project.version}.dist-info"
    told.mkdir()
    lines = f"Metadata-Version: 2.1\nName: {project.distribution}\nVersion: {project.version}\n"
    (told / "METADATA").write_text(lines, encoding="utf-8")
    return project


def without_prose(value: Any, *, named: bool = False) -> Any:
    """An OpenAPI document without what it says to people."""
    if isinstance(value, list):
        return [without_prose(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: without_prose(each, named=not named and key in _NAMES)
        for key, each in value.items()
        if named or key not in _PROSE
    }


def text(contract: Json, version: str, unannounced: Mapping[str, str] = MappingProxyType({})) -> str:
    """A contract as its file holds it: keys in order, but for `content`, whose first media type is the default.

    Args:
        contract: it.
        version: its own.
        unannounced: why this version and those before it broke clients without notice, by version.
    """
    info = {"title": contract["info"]["title"], "version": version}
    info |= {UNANNOUNCED: dict(unannounced)} if unannounced else {}
    return json.dumps(_ordered({**contract, "info": info}), indent=1, ensure_ascii=False) + "\n"


def same(one: Json, other: Json) -> bool:
    """Whether two contracts say the same, whatever their versions."""
    return text(one, "") == text(other, "")


def _ordered(value: Any, key: str = "") -> Any:
    if isinstance(value, list):
        return [_ordered(each) for each in value]
    if not isinstance(value, dict):
        return value
    keys = value if key == "content" else sorted(value)
    return {each: _ordered(value[each], each) for each in keys}
