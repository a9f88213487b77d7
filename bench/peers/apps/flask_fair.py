"""Flask with all that Ogrom does for a read, by hand: the work of an engineer who cares about HTTP.

Negotiation (406), entity tags (304), caching, language, HEAD, Allow, request ids, and problem documents (RFC 9457).
"""

import os
from hashlib import blake2b

import orjson
from flask import Flask, Response, abort, g, request
from werkzeug.exceptions import HTTPException

from .stores import Store
from .views import LOCALE, MARKET, MAX_LIMIT

_JSON = "application/json"
_PROBLEM = "application/problem+json"
_FRESH = "public, max-age=60"
_REVALIDATED = "public, no-cache"


def application(store: Store) -> Flask:
    """The application."""
    app = Flask(__name__, static_folder=None)
    app.before_request(_identify)
    app.before_request(_negotiate)
    app.after_request(_finish)
    app.register_error_handler(HTTPException, _problem)

    @app.get(f"{MARKET}/products/<int:product_id>")
    def product(product_id: int) -> Response:
        view = store.product(product_id)
        if view is None:
            abort(404)
        tag = str(view["revision"])
        if _is_known(tag):
            return _unmodified(tag, _FRESH)
        return _found(orjson.dumps(view), tag, _FRESH)

    @app.get(f"{MARKET}/collages")
    def collages() -> Response:
        limit = request.args.get("limit", 20, type=int)
        if not 1 <= limit <= MAX_LIMIT:
            abort(400, f"limit is from 1 to {MAX_LIMIT}.")
        view = store.collages(limit)
        content = orjson.dumps(view)
        tag = blake2b(content, digest_size=12).hexdigest()
        if _is_known(tag):
            return _unmodified(tag, _REVALIDATED)
        response = _found(content, tag, _REVALIDATED)
        if view["next"] is not None:
            response.headers["Link"] = f'<{view["next"]}>; rel="next"'
        return response

    return app


def _identify() -> None:
    g.request_id = request.headers.get("X-Request-Id") or os.urandom(8).hex()


def _negotiate() -> None:
    accepted = request.headers.get("Accept")
    # Most clients send nothing or this, and parsing costs 20 us.
    if accepted in (None, "*/*", _JSON):
        return
    if request.accept_mimetypes.best_match((_JSON,)) is None:
        abort(406, f"Available is {_JSON}; accept it.")


def _is_known(tag: str) -> bool:
    return "If-None-Match" in request.headers and request.if_none_match.contains_weak(tag)


def _found(content: bytes, tag: str, cache: str) -> Response:
    fields = {"ETag": f'"{tag}"', "Cache-Control": cache, "Content-Language": LOCALE}
    return Response(content, 200, fields, content_type=_JSON)


def _unmodified(tag: str, cache: str) -> Response:
    response = Response(status=304, headers={"ETag": f'"{tag}"', "Cache-Control": cache})
    del response.headers["Content-Type"]
    return response


def _problem(error: HTTPException) -> Response:
    content = {
        "type": "about:blank",
        "title": error.name,
        "status": error.code,
        "detail": error.description,
        "instance": request.path,
        "request_id": g.request_id,
    }
    response = Response(orjson.dumps(content), error.code, content_type=_PROBLEM)
    response.headers["Cache-Control"] = "no-store"
    response.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    return response


def _finish(response: Response) -> Response:
    headers = response.headers
    headers["Vary"] = "Accept"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Request-Id"] = g.request_id
    return response
