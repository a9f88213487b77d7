"""The rehearsal's database: a MariaDB server that the service's own program fills."""

import os
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, Self

from ogrom.sources.testing import MariaDB, MariaDBMissing
from ogrom_deploy.ports import PlatformError

from .load import State
from .programs import last_words

_FILL_SECONDS = 300.0


class Database(MariaDB):
    """A MariaDB server with one database, for a `with` block.

    Attributes:
        service_url: the instances' value for OGROM_DATABASE_URL; their user may not change tables.
        migration_url: that of a task on the database, whose user may.
        forms: what `written` reads: a query for each form that the tables have; a scenario sets it.
    """

    def __init__(self) -> None:
        super().__init__("--max-connections=500")
        self.service_url = self.migration_url = ""
        self.forms: tuple[str, ...] = (WRITTEN,)

    def __enter__(self) -> Self:
        """Start the server and create the database.

        Raises:
            PlatformError: MariaDB is not installed, or does not start.
        """
        try:
            super().__enter__()
        except MariaDBMissing as problem:
            raise PlatformError(str(problem)) from problem
        self.migration_url = self.database()
        name = self.migration_url.rpartition("/")[2]
        with self._connected() as connection, connection.cursor() as cursor:
            cursor.execute("CREATE USER service@'127.0.0.1'")
            cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name}.* TO service@'127.0.0.1'")
        self.service_url = self.migration_url.replace("root@", "service@")
        return self

    def fill(self, program: Sequence[str], products: int) -> None:
        """Create the tables and the demo data.

        Args:
            program: the command line of a version's `ogrom-api`.
            products: how many the demo has.

        Raises:
            PlatformError: the program failed.
        """
        settings = {"OGROM_DATABASE_URL": self.migration_url}
        run_program(program, settings, "migrate")
        run_program(program, settings, "demo", "--products", str(products))

    def written(self, tag: str) -> tuple[State, ...]:
        """The collages and comments whose texts begin with a load's tag, as the tables hold them now.

        The columns are named here once more, so that nothing of the service's is trusted. What one form has and
        another one has not is there twice, which none may be.
        """
        found = [Counter(self.select(form, texts=f"{tag} %")) for form in self.forms]
        return tuple(State(*row) for row in reduce(or_, found).elements())

    def select(self, statement: str, **parameters: Any) -> Sequence[Any]:
        """The rows that a statement of SQL reads now; `%(name)s` stands for a parameter."""
        with self._connected() as connection, connection.cursor() as cursor:
            cursor.execute(f"USE {self.migration_url.rpartition('/')[2]}")
            cursor.execute(statement, parameters)
            return cursor.fetchall()

    def add(self, statement: str) -> None:
        """Run a statement of SQL that adds rows."""
        with self._connected() as connection, connection.cursor() as cursor:
            cursor.execute(f"USE {self.migration_url.rpartition('/')[2]}")
            cursor.execute(statement)
            connection.commit()


WRITTEN = """
SELECT 'collages', collages.id, title, COALESCE(z, -1), revision
FROM collages LEFT JOIN placements ON placements.collage_id = collages.id WHERE title LIKE %(texts)s
UNION ALL
SELECT 'comments', id, text, 0, 1 FROM comments WHERE text LIKE %(texts)s
"""
"""The collages and comments of a load: noun, id, text, depth, revision."""


def run_program(program: Sequence[str], settings: Mapping[str, str], *arguments: str) -> str:
    """Run a version's `ogrom-api`, and return what it prints.

    Args:
        program: its command line.
        settings: environment variables; the only ones of Ogrom's.
        arguments: of the command.

    Raises:
        PlatformError: it failed.
    """
    plain = {key: value for key, value in os.environ.items() if not key.startswith("OGROM_")}
    done = subprocess.run(
        (*program, *arguments),
        env={**plain, **settings},
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_FILL_SECONDS,
    )
    if done.returncode:
        raise PlatformError(f"`ogrom-api {' '.join(arguments)}` failed: {last_words(done.stdout)}")
    return done.stdout.decode()
