"""Runs the changes of a release of sources on a MariaDB with rows, so that the server refuses what it cannot do so.

And what they do to the tables must be what the rules were told: the statements that they send, read by us.
"""

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ogrom.sources.testing import MariaDB
from ogrom_rules.schema import Change, Operation
from ogrom_tools.command import Failed, run_bytes
from ogrom_tools.git import Repository
from ogrom_tools.projects import ROOT
from ogrom_tools.schema.changes import first, of_trees
from ogrom_tools.schema.statements import usual

PROGRAM = ROOT / "tools" / "programs" / "made_changes.py"

_UNSEEN = {"fill", "ignore_index", "heed_index", "replace_primary_key"}
"""What changes nothing that we look at."""


def run_on_mariadb(repository: Repository, tree: str) -> None:
    """Run all changes of a release, one after another, on a server of its own.

    Args:
        repository: which holds it.
        tree: the id of the library's folder.

    Raises:
        Failed: the server refuses one, or one does something else than it says.
        MariaDBMissing: it is not installed.
    """
    with MariaDB(in_memory=True) as server:
        run_on(server.database(), repository, tree)


def run_on(url: str, repository: Repository, tree: str) -> None:
    """The same on an empty database."""
    (changes,) = of_trees(repository, [tree])
    with tempfile.TemporaryDirectory() as name:
        repository.export(tree, Path(name))
        names = (each.name for each in changes)
        printed = run_bytes(sys.executable, str(PROGRAM), f"{name}/src", url, *names)
    for change, line in zip(changes, printed.splitlines(), strict=True):
        seen = json.loads(line)
        if isinstance(seen, str):
            raise Failed(
                f"MariaDB does not do {change.name} on tables with rows: {seen}\nIts clauses are those of the rules'"
                " verdicts; a rebuilt or locked table is not what it may become."
            )
        expected = _comparable(change, change.operations)
        found = _comparable(change, (Operation.parse(each) for each in seen))
        if differing := expected ^ found:
            listed = "".join(f"  {each.does} {each.place}\n" for each in sorted(differing, key=str))
            raise Failed(
                f"{change.name} does to the tables something else than its statements say:\n{listed}"
                "A step must only send its statement."
            )


def _comparable(change: Change, operations: Iterable[Operation]) -> frozenset[Operation]:
    return frozenset(each for one in operations for each in _seen(change, one))


def _seen(change: Change, operation: Operation) -> Iterator[Operation]:
    """The operation as both sides know it; of keys in new tables the server makes some itself, and names others."""
    gone = {each.table for each in change.operations if each.does == "drop_table"}
    is_key = operation.does in {"add_index", "add_foreign_key"}
    if operation.does in _UNSEEN or (operation.table in gone and operation.does != "drop_table"):
        return
    if is_key and operation.table in change.new_tables and change not in first():
        return
    if operation.does.startswith("drop_"):
        yield Operation(
            does=operation.does, table=operation.table, column=operation.column, name=operation.name
        )
    else:
        default, kind = "some" if operation.default else "", usual(operation.type).partition(" ")[0]
        if kind.startswith("DATETIME"):  # of which SQLAlchemy does not say the digits
            kind = "DATETIME"
        yield replace(operation, clauses=(), before="", default=default, type=kind)
