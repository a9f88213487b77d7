"""The rehearsal's database: a MariaDB server that the service's own program fills."""

import os
import subprocess
from collections.abc import Sequence
from typing import Self

from ogrom.sources.testing import MariaDB, MariaDBMissing
from ogrom_deploy.ports import PlatformError

from .programs import last_words

_FILL_SECONDS = 300.0


class Database(MariaDB):
    """A MariaDB server with one database, for a `with` block.

    Attributes:
        service_url: the value for OGROM_DATABASE_URL.
    """

    def __init__(self) -> None:
        super().__init__("--max-connections=500")
        self.service_url = ""

    def __enter__(self) -> Self:
        """Start the server and create the database.

        Raises:
            PlatformError: MariaDB is not installed, or does not start.
        """
        try:
            super().__enter__()
        except MariaDBMissing as problem:
            raise PlatformError(str(problem)) from problem
        self.service_url = self.database()
        return self

    def fill(self, program: Sequence[str], products: int) -> None:
        """Create the tables and the demo data.

        Args:
            program: the command line of a version's `ogrom-api`.
            products: how many the demo has.

        Raises:
            PlatformError: the program failed.
        """
        plain = {key: value for key, value in os.environ.items() if not key.startswith("OGROM_")}
        for arguments in (("migrate",), ("demo", "--products", str(products))):
            done = subprocess.run(
                (*program, *arguments),
                env=plain | {"OGROM_DATABASE_URL": self.service_url},
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_FILL_SECONDS,
            )
            if done.returncode:
                raise PlatformError(f"`ogrom-api {' '.join(arguments)}` failed: {last_words(done.stdout)}")
