"""The stores of the peers that run in threads: a dict, or MariaDB."""

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import mysql.connector
from mysql.connector.connection_cext import CMySQLConnection

from .views import COLLAGES, LOCALE, PRODUCT, View, page_view, product_view

MEMORY = "memory"


class Store(Protocol):
    """A store."""

    def product(self, product_id: int) -> View | None:
        """A product."""
        ...

    def collages(self, limit: int) -> View:
        """The first page of collages."""
        ...


class Memory:
    """Everything in a dict."""

    def __init__(self, catalogue: Path) -> None:
        """Read the file of `bench.database.export_catalogue`."""
        content = json.loads(catalogue.read_bytes())
        self._products: dict[int, View] = {int(id): view for id, view in content["products"].items()}
        self._collages: View = content["collages"]

    def product(self, product_id: int) -> View | None:
        """A product."""
        return self._products.get(product_id)

    def collages(self, limit: int) -> View:
        """The catalogue's only page, of twenty, whatever the limit."""
        return self._collages


class Database:
    """MariaDB, over a connection and a cursor for each thread, for as long as the process lives.

    A pool of mysql.connector takes half as much processor time again for a product, and three times as much with its
    default of resetting each connection that comes back. A prepared statement takes as much as this, and a tenth more
    for a page of collages.
    """

    def __init__(self, url: str) -> None:
        """Do not connect yet: processes may be forked before the first request."""
        self._options = options(url)
        self._local = threading.local()

    def product(self, product_id: int) -> View | None:
        """A product."""
        rows = self._rows(PRODUCT, (LOCALE, product_id))
        return product_view(rows[0]) if rows else None

    def collages(self, limit: int) -> View:
        """The first page of collages."""
        return page_view(self._rows(COLLAGES, (LOCALE, limit + 1)), limit)

    def _rows(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        try:
            return self._read(sql, values)
        except mysql.connector.Error:
            # The server has closed the connection, or is down.
            self._local.held = None
            return self._read(sql, values)

    def _read(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        held = getattr(self._local, "held", None)
        if held is None:
            connection = CMySQLConnection(**self._options)
            # Both, because a cursor does not keep its connection alive.
            held = self._local.held = (connection, connection.cursor())
        _, cursor = held
        cursor.execute(sql, values)
        rows: Sequence[Any] = cursor.fetchall()
        return rows


def options(url: str) -> dict[str, Any]:
    """A driver's arguments for `mysql://user@host:port/database`."""
    parts = urlsplit(url)
    return {
        "host": parts.hostname,
        "port": parts.port,
        "user": parts.username,
        "password": parts.password or "",
        "database": parts.path.removeprefix("/"),
        "autocommit": True,
        "charset": "utf8mb4",
    }


def store_of(store: str, catalogue: Path) -> Store:
    """The store that the arguments name."""
    return Memory(catalogue) if store == MEMORY else Database(store)
