"""flask-smorest as in its documentation: a blueprint, schemas, and its own `etag`; JSON by orjson."""

from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint, abort

from .orjson_provider import OrjsonProvider
from .schemas import CollagePage, PageQuery, Product
from .stores import Store
from .views import MARKET, View


def application(store: Store) -> Flask:
    """The application."""
    app = Flask(__name__, static_folder=None)
    app.json = OrjsonProvider(app)
    app.config.update(API_TITLE="Shop", API_VERSION="v1", OPENAPI_VERSION="3.1.0")
    market = Blueprint("market", __name__, url_prefix=MARKET)

    @market.get("/products/<int:product_id>")
    @market.etag
    @market.response(200, Product)
    def product(product_id: int) -> View:
        view = store.product(product_id) or abort(404)
        # By default the tag would be a digest of the content, which takes longer.
        market.set_etag(view["revision"])
        return view

    @market.get("/collages")
    @market.etag
    @market.arguments(PageQuery, location="query")
    @market.response(200, CollagePage)
    def collages(query: dict[str, Any]) -> View:
        return store.collages(query["limit"])

    Api(app).register_blueprint(market)
    return app
