"""The stores of the peers that run on an event loop: a dict, or MariaDB through asyncmy and its pool."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import asyncmy

from .stores import MEMORY, Memory, options
from .views import COLLAGES, LOCALE, PRODUCT, View, page_view, product_view


class AsyncStore(Protocol):
    """A store."""

    async def open(self) -> None:
        """Connect, in the event loop."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...

    async def product(self, product_id: int) -> View | None:
        """A product."""
        ...

    async def collages(self, limit: int) -> View:
        """The first page of collages."""
        ...


class AsyncMemory:
    """Everything in a dict."""

    def __init__(self, catalogue: Path) -> None:
        """Read the file of `bench.database.export_catalogue`."""
        self._memory = Memory(catalogue)

    async def open(self) -> None:
        """Nothing to do."""

    async def close(self) -> None:
        """Nothing to do."""

    async def product(self, product_id: int) -> View | None:
        """A product."""
        return self._memory.product(product_id)

    async def collages(self, limit: int) -> View:
        """The catalogue's only page, of twenty, whatever the limit."""
        return self._memory.collages(limit)


class AsyncDatabase:
    """MariaDB, over a pool of connections that are opened at the start.

    Beside it, the driver of the peers in threads takes two thirds more processor time a product, and half as much again
    for a page of collages. More connections than eight, or fewer, make no difference.
    """

    def __init__(self, url: str, connections: int) -> None:
        """Do not connect yet: there is no loop."""
        self._options, self._connections = options(url), connections

    async def open(self) -> None:
        """Connect."""
        self._pool = await asyncmy.create_pool(
            minsize=self._connections, maxsize=self._connections, **self._options
        )

    async def close(self) -> None:
        """Close the connections."""
        self._pool.close()
        await self._pool.wait_closed()

    async def product(self, product_id: int) -> View | None:
        """A product."""
        rows = await self._rows(PRODUCT, (LOCALE, product_id))
        return product_view(rows[0]) if rows else None

    async def collages(self, limit: int) -> View:
        """The first page of collages."""
        return page_view(await self._rows(COLLAGES, (LOCALE, limit + 1)), limit)

    async def _rows(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        async with self._pool.acquire() as connection, connection.cursor() as cursor:
            await cursor.execute(sql, values)
            rows: Sequence[Any] = await cursor.fetchall()
            return rows


def async_store_of(store: str, catalogue: Path, connections: int) -> AsyncStore:
    """The store that the arguments name."""
    return AsyncMemory(catalogue) if store == MEMORY else AsyncDatabase(store, connections)
