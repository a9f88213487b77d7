"""Falcon, the happy path only; JSON by orjson, as its documentation recommends."""

import falcon
import orjson

from .stores import Store
from .views import MARKET, MAX_LIMIT


class _Product:
    def __init__(self, store: Store) -> None:
        self._store = store

    def on_get(self, req: falcon.Request, resp: falcon.Response, product_id: int) -> None:
        view = self._store.product(product_id)
        if view is None:
            raise falcon.HTTPNotFound
        resp.data = orjson.dumps(view)


class _Collages:
    def __init__(self, store: Store) -> None:
        self._store = store

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        limit = req.get_param_as_int("limit", min_value=1, max_value=MAX_LIMIT, default=20)
        resp.data = orjson.dumps(self._store.collages(limit))


def application(store: Store) -> falcon.App:
    """The application."""
    app = falcon.App()
    app.add_route(f"{MARKET}/products/{{product_id:int}}", _Product(store))
    app.add_route(f"{MARKET}/collages", _Collages(store))
    return app
