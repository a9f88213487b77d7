"""A private MariaDB with the demo and many comments, and a service that reads and writes them."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.database import MARKET
from bench.measure.openloop import Kind, profile
from bench.peers import PEERS
from bench.peers.running import Running, running
from ogrom.operations.access.tokens import issue_token
from ogrom.run.database_url import DatabaseUrl
from ogrom.run.hosting import fill_if_empty
from ogrom.run.settings import Settings
from ogrom.sources.database.engine import database_engine
from ogrom.sources.testing import MariaDB
from ogrom_rehearsal.load import Profile, Writes

_PRODUCTS = 200
_COLLAGE, _AUTHOR = 1, 1
# As bench.database has it: the rows must fit into memory.
_OPTIONS = (
    "--innodb-buffer-pool-size=1G",
    "--innodb-log-file-size=256M",
    "--max-connections=500",
    "--skip-ssl",
)
# As the templates have it for two processors.
_PROCESSES = 2
_KEY = "k" * 32
_ASKED = 500

_MORE = """
INSERT INTO comments (locale, collage_id, author_id, text, created_at)
SELECT locale, id, author_id, concat('Das passt gut zu dem, was ich im Sommer trage. ', seq),
  now(6) - INTERVAL seq MINUTE
FROM seq_1_to_{each} STRAIGHT_JOIN (SELECT * FROM collages WHERE locale = 'de-DE') AS ours
"""


@dataclass(frozen=True)
class Stock:
    """The service over its database.

    Attributes:
        server: the service.
        database: the URL of the database.
        kinds: what is read.
    """

    server: Running
    database: str
    kinds: Mapping[str, Kind]

    def profile(self, tag: str, rate: float, seconds: float) -> Profile:
        """A load of reads and, one in ten, writes; of the writes a third are comments, the others collages.

        Args:
            tag: no other load's.
            rate: requests a second.
            seconds: for how long.
        """
        token = issue_token(
            _KEY,
            user_id=_AUTHOR,
            scopes=("collages:write", "comments:write"),
            seconds=3600,
            issuer="",
            audience="ogrom",
        )
        writes = Writes(tag, token, 0.1, MARKET, _AUTHOR, _COLLAGE)
        return replace(profile(self.kinds, rate, seconds), writes=writes)


@contextmanager
def stocked(rows: int, folder: Path) -> Iterator[Stock]:
    """Fill a MariaDB with so many comments, and serve it while the block runs."""
    with MariaDB(*_OPTIONS) as mariadb:
        database = mariadb.database()
        settings = {"OGROM_TOKEN_KEY": _KEY, "OGROM_LOG": "text"}
        peer = replace(PEERS["ogrom"], environment=lambda _: settings)
        by_id = [f"{MARKET}/comments/{id}" for id in _fill(database, rows)]
        lists = (f"{MARKET}/comments?limit=20", f"{MARKET}/collages/{_COLLAGE}/comments?limit=20")
        kinds = {"by id": Kind(by_id, 0.7), "lists": Kind(lists, 0.2)}
        with running(peer, database, folder / "none", _PROCESSES, ready="/health/ready") as server:
            yield Stock(server, database, kinds)


def _fill(database: str, rows: int) -> list[int]:
    """Fill the tables, and give the ids of some comments that are spread over all of them."""
    engine = database_engine(database)
    fill_if_empty(engine, Settings(database_url=DatabaseUrl(database), demo_products=_PRODUCTS))
    with closing(engine.connect()) as connection:
        ours = connection.exec_driver_sql("SELECT count(*) FROM collages WHERE locale = 'de-DE'").scalar_one()
        connection.exec_driver_sql(_MORE.format(each=-(-rows // ours)))
        connection.exec_driver_sql("ANALYZE TABLE comments").close()
        found = connection.exec_driver_sql("SELECT id FROM comments WHERE locale = 'de-DE'").scalars().all()
    engine.dispose()
    return list(found[:: max(1, len(found) // _ASKED)])
