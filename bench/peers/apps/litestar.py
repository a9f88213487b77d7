"""Litestar as in its documentation; JSON by msgspec, its own choice."""

from typing import Annotated, Any

from litestar import Litestar, get
from litestar.exceptions import NotFoundException
from litestar.params import Parameter

from .async_stores import async_store_of
from .told import told
from .views import MARKET, MAX_LIMIT


def application() -> Litestar:
    """The application."""
    store = async_store_of(*told())

    @get(f"{MARKET}/products/{{product_id:int}}")
    async def product(product_id: int) -> dict[str, Any]:
        view = await store.product(product_id)
        if view is None:
            raise NotFoundException
        return view

    @get(f"{MARKET}/collages")
    async def collages(limit: Annotated[int, Parameter(ge=1, le=MAX_LIMIT)] = 20) -> dict[str, Any]:
        return await store.collages(limit)

    return Litestar(
        [product, collages], on_startup=[store.open], on_shutdown=[store.close], openapi_config=None
    )
