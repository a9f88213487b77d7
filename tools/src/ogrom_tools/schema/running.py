"""A program that makes the changes of a release of ogrom-sources on a database of MariaDB, and prints what each does.

Given the release's `src` folder, the URL of an empty database and the names of all changes, it prints a line of JSON for
each: the operations that make the tables after it of those before, or a text that says why it cannot be made.
Nothing of ours is imported before the folder is on the path.
"""

import importlib
import json
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config

from ogrom_tools.schema.observation import differences, facts

ROWS = """
INSERT INTO categories VALUES (1, NULL, 1, '2026-01-01 00:00:00');
INSERT INTO products VALUES (1, 'Ogrom', 1, 'https://example.org/1.png', 1, '2026-01-01 00:00:00');
INSERT INTO offers VALUES ('de-DE', 1, 'Roter Schuh', 100, 'EUR', 'roter schuh');
INSERT INTO users VALUES (1, 'Ann', 'https://example.org/ann.png', 1, '2026-01-01 00:00:00');
INSERT INTO collages VALUES (1, 'de-DE', 1, 'Schuhe', 'schuhe', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00')
"""
"""What there is after the first revision, so that what fills rows has some, in each table that others refer to."""


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
        for statement in ROWS.split(";") if name == "0001" else ():
            connection.exec_driver_sql(statement)
    engine.dispose()
    return found


if __name__ == "__main__":
    main()
