"""Flask, the happy path only, as most would write it first: no ETag, no negotiation, and HTML for errors."""

from flask import Flask, abort, request

from .orjson_provider import OrjsonProvider
from .stores import Store
from .views import MARKET, MAX_LIMIT, View


def application(store: Store) -> Flask:
    """The application."""
    app = Flask(__name__, static_folder=None)
    app.json = OrjsonProvider(app)

    @app.get(f"{MARKET}/products/<int:product_id>")
    def product(product_id: int) -> View:
        return store.product(product_id) or abort(404)

    @app.get(f"{MARKET}/collages")
    def collages() -> View:
        limit = request.args.get("limit", 20, type=int)
        if not 1 <= limit <= MAX_LIMIT:
            abort(400)
        return store.collages(limit)

    return app
