"""FastAPI: a Response written by orjson, which avoids the detour through pydantic, as its documentation advises."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import orjson
from fastapi import FastAPI, HTTPException, Query, Response

from .async_stores import async_store_of
from .told import told
from .views import MARKET, MAX_LIMIT, View


def application() -> FastAPI:
    """The application."""
    store = async_store_of(*told())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await store.open()
        yield
        await store.close()

    app = FastAPI(lifespan=lifespan)

    @app.get(f"{MARKET}/products/{{product_id}}")
    async def product(product_id: int) -> Response:
        view = await store.product(product_id)
        if view is None:
            raise HTTPException(404)
        return _json(view)

    @app.get(f"{MARKET}/collages")
    async def collages(limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 20) -> Response:
        return _json(await store.collages(limit))

    return app


def _json(view: View) -> Response:
    return Response(orjson.dumps(view), media_type="application/json")
