"""Engines for MySQL and MariaDB, through mysql-connector-python's C extension."""

from typing import Any

from mysql.connector.connection_cext import CMySQLConnection
from sqlalchemy import URL, Engine, create_engine, event

FORM = "mysql://user:password@host:3306/database"

_OPTIONS: dict[str, Any] = {
    "autocommit": True,
    "charset": "utf8mb4",
    # Binary, because both MySQL and MariaDB have it, and two texts are equal only if spelled the same.
    "collation": "utf8mb4_bin",
    # Without it an unread result poisons the connection for its next borrower.
    "consume_results": True,
    "connection_timeout": 3,
    # The net beneath the deadlines of single statements: a server that went silent is given up.
    "read_timeout": 60,
    "write_timeout": 60,
    "sql_mode": "STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
    "NO_ENGINE_SUBSTITUTION",
    "time_zone": "+00:00",
    "init_command": "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
}


class _Connection(CMySQLConnection):
    """A connection that does not ask the server to end a transaction where none is open."""

    def rollback(self) -> None:
        # Every reply of the server says whether a transaction is open, so this costs nothing.
        if self.in_transaction:
            super().rollback()


def engine(url: URL, pool_size: int, pool_timeout: float) -> Engine:
    """An Engine with a pool of at most `pool_size` connections that all have Ogrom's session settings.

    READ COMMITTED, because every read of Ogrom is one statement and so sees one state anyway, and every
    write carries its condition in its WHERE; it locks the rows it changes and no gaps between them.
    """
    made = create_engine(
        url.set(drivername="mysql+mysqlconnector"),
        connect_args=_OPTIONS,
        pool_pre_ping=True,
        pool_recycle=1800,
        pool_size=pool_size,
        pool_timeout=pool_timeout,
        max_overflow=0,
        pool_use_lifo=True,
    )

    @event.listens_for(made, "do_connect")
    def connect(dialect: object, record: object, arguments: object, options: dict[str, Any]) -> _Connection:
        return _Connection(**options)

    return made
