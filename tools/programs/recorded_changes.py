"""Prints what the changes of releases of ogrom-sources send to a server, recorded without one.

python recorded_changes.py SOURCES ...      the `src` folder of each release

A line of JSON for each: its changes after FIRST, each with `name`, `kind`, `after` and `statements`, for `mariadb` and
`mysql` those that it sends; or a text that says why they cannot be known. Each release is read in a process of its own,
since all have modules of the same names.
"""

import importlib
import json
import os
import pkgutil
import sys
from collections.abc import Iterator
from typing import Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Dialect
from sqlalchemy.dialects.mysql.base import MySQLDialect

FIRST = "0005"
"""The last revision from before there were changes."""

Json = dict[str, Any]


def main() -> None:
    """Print a line for each release: its changes, or a text that says why not."""
    for folder in sys.argv[1:]:
        sys.stdout.flush()
        if child := os.fork():
            os.waitpid(child, 0)
            continue
        sys.path.insert(0, folder)
        try:
            line: object = list(_changes())
        except Exception as problem:  # noqa: BLE001  whatever its modules raise
            line = f"{type(problem).__name__}: {problem}" if not isinstance(problem, _Wrong) else str(problem)
        print(json.dumps(line), flush=True)
        os._exit(0)


class _Wrong(Exception):
    """A change is not as it must be; the text says what to do."""


def _changes() -> Iterator[Json]:
    changes = importlib.import_module("ogrom.sources.schema.changes").CHANGES
    found = list(_revisions())
    run = {each["name"] for each in found}
    for each in changes:
        if each.kind != "expand":
            texts = {
                server: [text for one in each.operations for text in _texts(one, dialect)]
                for server, dialect in _dialects()
            }
            found.append(_plain(each, statements=texts))
        elif each.name not in run:
            raise _Wrong(
                f"{each.name} is an expand that no migration runs. Add migrations/versions/v{each.name}.py, whose"
                " upgrade calls run(op.get_bind(), ...) with it."
            )
    yield from sorted(found, key=lambda each: str(each["name"]))


def _plain(change: Any, **known: object) -> Json:
    return {
        "name": change.name,
        "kind": str(change.kind),
        "after": [each.name for each in change.after],
        **known,
    }


def _dialects() -> Iterator[tuple[str, Dialect]]:
    for server in ("mariadb", "mysql"):
        yield server, MySQLDialect(is_mariadb=server == "mariadb")


def _texts(operation: Any, dialect: Dialect) -> Iterator[str]:
    """The statements of an operation of ogrom.sources.schema."""
    yield from (each.statement for each in operation.steps(dialect))
    if isinstance(operation, importlib.import_module("ogrom.sources.schema.backfill").Backfill):
        yield operation.fill(dialect, "1 = 1")


def _revisions() -> Iterator[Json]:
    """Each revision of Alembic's after FIRST, whatever it does: an expand."""
    package = importlib.import_module("ogrom.sources.migrations.versions")
    for file in sorted(each.name for each in pkgutil.iter_modules(package.__path__)):
        name = file.removeprefix("v")
        if name[: len(FIRST)] <= FIRST:
            continue
        ran, texts = list[Any](), dict[str, list[str]]()
        try:
            for server, dialect in _dialects():
                texts[server] = _upgraded(f"{package.__name__}.{file}", dialect, ran)
        except Exception as problem:
            raise _Wrong(
                f"{file}.py asks a database, or sends what is not known before ({type(problem).__name__}: {problem}),"
                " so nobody can judge it. Its upgrade should only call run(op.get_bind(), ...) with a change of"
                " ogrom.sources.schema; what has to be asked is an operation's."
            ) from problem
        plain = _plain(ran[0]) if {each.name for each in ran} == {name} else {"name": name, "after": []}
        yield {**plain, "kind": "expand", "statements": texts}


def _upgraded(name: str, dialect: Dialect, ran: list[Any]) -> list[str]:
    """What a revision sends, run without a database, as Alembic's offline mode does; and the changes that it runs."""
    sent = list[str]()

    def run(connection: Any, change: Any, *_: object) -> None:
        ran.append(change)
        sent.extend(text for each in change.operations for text in _texts(each, dialect))

    vars(importlib.import_module("ogrom.sources.schema.runner"))["run"] = run
    sys.modules.pop(name, None)  # it may have imported that by name
    context = MigrationContext(dialect, None, {"as_sql": True, "literal_binds": True})
    vars(context.impl)["static_output"] = sent.append
    with Operations.context(context):
        importlib.import_module(name).upgrade()
    return sent


if __name__ == "__main__":
    main()
