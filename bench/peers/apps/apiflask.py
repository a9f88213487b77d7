"""APIFlask as in its documentation: schemas for input and output, JSON by orjson."""

from typing import Any

from apiflask import APIFlask, abort

from .orjson_provider import OrjsonProvider
from .schemas import CollagePage, PageQuery, Product
from .stores import Store
from .views import MARKET, View


def application(store: Store) -> APIFlask:
    """The application."""
    app = APIFlask(__name__, static_folder=None)
    app.json = OrjsonProvider(app)

    @app.get(f"{MARKET}/products/<int:product_id>")
    @app.output(Product)
    def product(product_id: int) -> View:
        return store.product(product_id) or abort(404)

    @app.get(f"{MARKET}/collages")
    @app.input(PageQuery, location="query")
    @app.output(CollagePage)
    def collages(query_data: dict[str, Any]) -> View:
        return store.collages(query_data["limit"])

    return app
