"""Runs the changes of a release of sources on a MariaDB with rows, so that the server refuses what it cannot do so.

And what they do to the tables must be what the rules were told: the statements that they send, read by us.
"""

import importlib
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
from ogrom_tools.schema.changes import first, of_trees
from ogrom_tools.schema.statements import usual

ROWS = """
INSERT INTO categories VALUES (1, NULL, 1, '2026-01-01 00:00:00');
INSERT INTO products VALUES (1, 'Ogrom', 1, 'https://example.org/1.png', 1, '2026-01-01 00:00:00');
INSERT INTO offers VALUES ('de-DE', 1, 'Roter Schuh', 100, 'EUR', 'roter schuh');
INSERT INTO users VALUES (1, 'Ann', 'https://example.org/ann.png', 1, '2026-01-01 00:00:00');
INSERT INTO collages VALUES (1, 'de-DE', 1, 'Schuhe', 'schuhe', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00')
"""
"""What there is after the first revision, so that what fills rows has some, in each table that others refer to."""

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
        printed = run_bytes(sys.executable, "-m", __name__, f"{name}/src", url, *(each.name for each in changes))
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
        yield replace(operation, clauses=(), before="", default=default, type=kind)


def main() -> None:
    """Print a line for each change: what it does to the tables, or why it cannot be done."""
    folder, url, *names = sys.argv[1:]
    sys.path.insert(0, folder)
    for name in names:
        try:
            line: object = _run(url, name)
        except Exception as problem:
            line = f"{type(problem).__name__}: {problem}"
        print(json.dumps(line), flush=True)
        if isinstance(line, str):
            return


def _run(url: str, name: str) -> object:
    """Make one change; the operations that this is."""
    from alembic import command
    from alembic.config import Config

    from ogrom_tools.schema.observation import differences, facts

    engine = importlib.import_module("ogrom.sources.database.engine").database_engine(url)
    changes = {each.name: each for each in importlib.import_module("ogrom.sources.schema.changes").CHANGES}
    with engine.connect() as connection:
        before = facts(connection)
    kind = changes[name].kind if name in changes else "expand"
    if kind == "backfill":
        importlib.import_module("ogrom.sources.schema.backfill").backfill(engine, changes[name])
    elif kind == "contract":
        importlib.import_module("ogrom.sources.schema.runner").contract(engine, changes[name])
    else:
        scripts = Path(importlib.import_module("ogrom.sources.migrations").__path__[0])
        config = Config()
        config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, name[:4])
    with engine.begin() as connection:
        found = list(differences(before, facts(connection)))
        for statement in ROWS.split(";") if name == first()[0].name else ():
            connection.exec_driver_sql(statement)
    engine.dispose()
    return found


if __name__ == "__main__":
    main()
