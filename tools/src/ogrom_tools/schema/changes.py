"""The changes of ogrom-sources in the plain form that the rules judge, of the work tree or of any release."""

import json
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ogrom_rules.schema import Change, Operation
from ogrom_tools.command import Failed, run_bytes
from ogrom_tools.git import Repository
from ogrom_tools.projects import ROOT
from ogrom_tools.schema.statements import Tables
from ogrom_tools.schema.words import NotUnderstood

FIRST = Path(__file__).with_name("first.sql")
PROGRAM = ROOT / "tools" / "programs" / "recorded_changes.py"
_CHANGES = "src/ogrom/sources/schema/changes"


def first() -> tuple[Change, ...]:
    """The revisions from before there were changes, as expands."""
    tables, found = Tables("mariadb"), list[Change]()
    _, *parts = re.split(r"^-- (\d{4})\n", FIRST.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for name, text in zip(parts[::2], parts[1::2], strict=True):
        statements = filter(None, map(str.strip, text.split(";")))
        operations = tuple(each for statement in statements for each in tables.read(statement))
        found.append(Change(name=name, kind="expand", operations=operations))
    return tuple(found)


def of_trees(repository: Repository, trees: Sequence[str]) -> tuple[tuple[Change, ...], ...]:
    """All changes of some releases, in order.

    Args:
        repository: which holds them.
        trees: the ids of the library's folder.

    Raises:
        Failed: they cannot be known; the text says which, and what to do.
    """
    having = [each for each in dict.fromkeys(trees) if repository.tree(each, _CHANGES)]
    with tempfile.TemporaryDirectory() as name:
        for each in having:
            repository.export(each, Path(name) / each)
        read = of_folders([Path(name) / each / "src" for each in having])
    found = dict.fromkeys(trees, first())
    for each, changes in zip(having, read, strict=True):
        if isinstance(changes, Failed):
            raise changes
        found[each] = changes
    return tuple(found[each] for each in trees)


def of_folders(folders: Sequence[Path]) -> list[tuple[Change, ...] | Failed]:
    """All changes of some releases, or why they cannot be known.

    Args:
        folders: the `src` of each.
    """
    lines = run_bytes(sys.executable, str(PROGRAM), *map(str, folders)).splitlines() if folders else []
    told = [json.loads(each) for each in lines]
    if len(told) < len(folders):
        raise Failed(f"{folders[len(told)]} ends the program that asks it for its changes.")
    return [Failed(each) if isinstance(each, str) else _read(each) for each in told]


def _read(plain: Iterable[dict[str, Any]]) -> tuple[Change, ...] | Failed:
    found = [*first()]
    before = [each for change in found for each in change.operations]
    tables = {server: Tables.after(before, server) for server in ("mariadb", "mysql")}
    for each in plain:
        try:
            sent = {
                server: [*_operations(tables[server], texts)] for server, texts in each["statements"].items()
            }
        except NotUnderstood as problem:
            return Failed(
                f"{each['name']} sends what the rules cannot read: {problem}\nWrite it as an operation of "
                "ogrom.sources.schema, one act a statement; docs/decisions/schema-changes.md lists them."
            )
        found.append(
            Change(name=each["name"], kind=each["kind"], operations=together(sent), after=(*each["after"],))
        )
    return tuple(found)


def _operations(tables: Tables, statements: Iterable[str]) -> Iterator[Operation]:
    for each in statements:
        try:
            yield from tables.read(each)
        except NotUnderstood as problem:
            raise NotUnderstood(f"{problem}, in {' '.join(each.split())[:200]}") from problem


def together(by_server: Mapping[str, Iterable[Operation]]) -> tuple[Operation, ...]:
    """What is sent to several servers, each operation once, with the clauses for each of them."""
    found: dict[Operation, list[tuple[str, str]]] = {}
    for operations in by_server.values():
        for each in operations:
            found.setdefault(replace(each, clauses=()), []).extend(each.clauses)
    return tuple(replace(each, clauses=tuple(clauses)) for each, clauses in found.items())
