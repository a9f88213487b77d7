"""The store that Ogrom and its peers read: a private MariaDB with the demo, and Ogrom's responses from it.

`seeded_database` keeps the server's data in .nox/mariadb-PRODUCTS, since a million products take minutes; it fills them
again when the demo or the tables change. `export_catalogue` writes what the peers' stores in memory hold.
"""

import hashlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

import msgspec
from filelock import FileLock, Timeout
from sqlalchemy import Engine, func, select
from werkzeug.test import Client

from ogrom.run.container import Container
from ogrom.run.database_url import DatabaseUrl
from ogrom.run.settings import Settings
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql.rows import insert_rows
from ogrom.sources.sql.tables import metadata, products
from ogrom.sources.testing import MariaDB, reserved_port
from ogrom.sources.testing.programs import install
from ogrom_tools.progress import say
from ogrom_tools.projects import ROOT

MARKET = "/v1/de-DE"
COLLAGES = f"{MARKET}/collages?limit=20"
MOST = 2000
"""The most products that are exported and requested by id."""

# The rows must fit into memory, as in production. Without --skip-ssl some drivers would encrypt, and others not.
_OPTIONS = (
    "--innodb-buffer-pool-size=512M",
    "--innodb-log-file-size=256M",
    "--max-connections=500",
    "--skip-ssl",
)
_DECIDES_ROWS = (
    ROOT / "libs" / "catalogue" / "src" / "ogrom" / "catalogue" / "demo",
    ROOT / "libs" / "sources" / "src" / "ogrom" / "sources" / "migrations",
)
_BATCH = 1000


class DatabaseInUse(RuntimeError):
    """Another measurement is running, and two at once would disturb each other."""


@contextmanager
def seeded_database(products: int = MOST) -> Iterator[str]:
    """A private MariaDB that holds the demo with so many products, as `ogrom-api demo` makes it.

    Yields:
        The database's URL, `mysql://...`, for as long as the block runs.

    Raises:
        DatabaseInUse: another measurement uses it.
    """
    kept = ROOT / ".nox" / f"mariadb-{products}"
    with _alone(kept):
        stamp, state = kept / "ogrom-state", _state()
        if not stamp.exists() or stamp.read_text() != state:
            say(f"Filling a MariaDB with {products:,} products ...")
            _fill(kept, products)
            stamp.write_text(state)
        with _Server(kept) as server:
            yield f"{server.url}/ogrom"


def export_catalogue(url: str, folder: Path) -> Path:
    """Write the content of the stores in memory: Ogrom's responses from this database, byte for byte.

    The file ogrom.sqlite3 beside the catalogue holds the same rows, for Ogrom's own cache.

    Returns:
        The path of catalogue.json: `products` has the view of each product by id, and `collages` is the first page of
        twenty. Some ids are missing: no market sells everything.
    """
    say("Exporting the content of the stores in memory ...")
    engine = database_engine(url)
    with engine.connect() as connection:
        number = min(MOST, connection.execute(select(func.count()).select_from(products)).scalar_one())
    _copy(engine, folder / "ogrom.sqlite3")
    engine.dispose()
    container = Container(settings=Settings(database_url=DatabaseUrl(url), threads=1, cache_records=0))
    client = Client(container.service().bare)
    asked = ((str(id), client.get(f"{MARKET}/products/{id}")) for id in range(1, number + 1))
    answers = {id: answer for id, answer in asked if answer.status_code == 200}
    catalogue = folder / "catalogue.json"
    catalogue.write_bytes(
        msgspec.json.encode(
            {
                "products": {id: msgspec.Raw(answer.data) for id, answer in answers.items()},
                "collages": msgspec.Raw(client.get(COLLAGES).data),
            }
        )
    )
    container.engine().dispose()
    return catalogue


def server_process(url: str) -> int:
    """The id of the MariaDB process behind a URL, even through a proxy."""
    engine = database_engine(url)
    with engine.connect() as connection:
        file = connection.exec_driver_sql("SELECT @@pid_file").scalar_one()
    engine.dispose()
    return int(Path(file).read_text())


def seconds_to_ask(url: str, times: int = 200) -> float:
    """The median time of a statement that costs the database nothing: that of the network."""
    engine, seconds = database_engine(url), []
    with engine.connect() as connection:
        for _ in range(times):
            begin = time.perf_counter()
            connection.exec_driver_sql("SELECT 1").close()
            seconds.append(time.perf_counter() - begin)
    engine.dispose()
    return statistics.median(seconds)


@contextmanager
def _alone(kept: Path) -> Iterator[None]:
    kept.parent.mkdir(exist_ok=True)
    lock = FileLock(kept.with_suffix(".lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise DatabaseInUse(f"{kept} is in use; wait for the other measurement, or stop it") from None
    try:
        yield
    finally:
        lock.release()


def _state() -> str:
    """A hash of all that decides the rows: the demo and its data files, and the tables."""
    found = (path for folder in _DECIDES_ROWS for path in sorted(folder.rglob("*")))
    files = [path for path in found if path.is_file() and path.suffix != ".pyc"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _fill(kept: Path, products: int) -> None:
    shutil.rmtree(kept, ignore_errors=True)
    with tempfile.TemporaryDirectory() as tmp:
        install(kept, Path(tmp))
    with _Server(kept) as server:
        server.create()
        program = Path(sys.executable).with_name("ogrom-api")
        url = f"--database={server.url}/ogrom"
        subprocess.run([program, "demo", url, f"--products={products}"], check=True, stdout=sys.stderr)
        engine = database_engine(f"{server.url}/ogrom")
        with engine.connect() as connection:
            for table in metadata.sorted_tables:
                connection.exec_driver_sql(f"ANALYZE TABLE {table.name}").close()
        engine.dispose()


class _Server(MariaDB):
    """A server over data that outlive it; its socket and temporary files are in a folder of its own."""

    def __init__(self, kept: Path) -> None:
        super().__init__(*_OPTIONS, f"--datadir={kept}")

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="ogrom-mariadb-"))
        (self._folder / "tmp").mkdir()
        try:
            self.port = self._held.enter_context(reserved_port())
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def create(self) -> None:
        """Make the database."""
        with closing(self._connected()) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE ogrom")


def _copy(source: Engine, target: Path) -> None:
    """Copy all rows to SQLite."""
    target.unlink(missing_ok=True)
    copy = database_engine(f"sqlite:///{target}")
    migrate(copy)
    with source.connect() as reads, copy.begin() as writes:
        for table in metadata.sorted_tables:
            for rows in reads.execute(select(table)).mappings().partitions(_BATCH):
                insert_rows(writes, table, [dict(row) for row in rows])
    copy.dispose()
