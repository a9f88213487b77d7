"""BlackSheep, whose requests and responses are in Cython; a Response written by orjson, as FastAPI's here."""

import orjson
from blacksheep import Application, Content, Response

from .async_stores import async_store_of
from .told import told
from .views import MARKET, MAX_LIMIT, View

_JSON = b"application/json"


def application() -> Application:
    """The application."""
    store = async_store_of(*told())
    app = Application()

    @app.on_start
    async def open_store(app: Application) -> None:
        await store.open()

    @app.on_stop
    async def close_store(app: Application) -> None:
        await store.close()

    @app.router.get(f"{MARKET}/products/{{int:product_id}}")
    async def product(product_id: int) -> Response:
        view = await store.product(product_id)
        return Response(404) if view is None else _json(view)

    @app.router.get(f"{MARKET}/collages")
    async def collages(limit: int = 20) -> Response:
        if not 1 <= limit <= MAX_LIMIT:
            return Response(400)
        return _json(await store.collages(limit))

    return app


def _json(view: View) -> Response:
    return Response(200, content=Content(_JSON, orjson.dumps(view)))
