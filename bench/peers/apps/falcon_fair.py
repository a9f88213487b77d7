"""Falcon with all that Ogrom does for a read, by hand: as `flask_fair`, in Falcon's own idiom."""

import os
from hashlib import blake2b

import falcon
import orjson

from .stores import Store
from .views import LOCALE, MARKET, MAX_LIMIT

_JSON = falcon.MEDIA_JSON
_PROBLEM = "application/problem+json"
_FRESH = "public, max-age=60"
_REVALIDATED = "public, no-cache"


class _Fields:
    """The fields of every response, and the checks of every request."""

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        req.context.id = req.get_header("X-Request-Id") or os.urandom(8).hex()
        # Most clients send nothing or this, and parsing costs time; Falcon's default is */*.
        if req.accept not in ("*/*", _JSON) and req.client_prefers((_JSON,)) is None:
            raise falcon.HTTPNotAcceptable(description=f"Available is {_JSON}; accept it.")

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: object, req_succeeded: bool
    ) -> None:
        resp.set_headers(
            {"Vary": "Accept", "X-Content-Type-Options": "nosniff", "X-Request-Id": req.context.id}
        )


class _Product:
    def __init__(self, store: Store) -> None:
        self._store = store

    def on_get(self, req: falcon.Request, resp: falcon.Response, product_id: int) -> None:
        view = self._store.product(product_id)
        if view is None:
            raise falcon.HTTPNotFound(description=f"There is nothing at {req.path}.")
        if _is_unmodified(req, resp, str(view["revision"]), _FRESH):
            return
        resp.set_header("Content-Language", LOCALE)
        resp.data = orjson.dumps(view)

    on_head = on_get


class _Collages:
    def __init__(self, store: Store) -> None:
        self._store = store

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        limit = req.get_param_as_int("limit", min_value=1, max_value=MAX_LIMIT, default=20)
        view = self._store.collages(limit)
        content = orjson.dumps(view)
        if _is_unmodified(req, resp, blake2b(content, digest_size=12).hexdigest(), _REVALIDATED):
            return
        resp.set_header("Content-Language", LOCALE)
        if view["next"] is not None:
            resp.append_link(view["next"], "next")
        resp.data = content

    on_head = on_get


def application(store: Store) -> falcon.App:
    """The application."""
    app = falcon.App(middleware=[_Fields()])
    app.set_error_serializer(_problem)
    app.add_route(f"{MARKET}/products/{{product_id:int}}", _Product(store))
    app.add_route(f"{MARKET}/collages", _Collages(store))
    return app


def _is_unmodified(req: falcon.Request, resp: falcon.Response, tag: str, cache: str) -> bool:
    """Set the validators; whether the client has the content already, so that a 304 is all it gets."""
    resp.etag = tag
    resp.set_header("Cache-Control", cache)
    known = req.if_none_match
    if known is None or not any(each in ("*", tag) for each in known):
        return False
    resp.status = falcon.HTTP_304
    return True


def _problem(req: falcon.Request, resp: falcon.Response, error: falcon.HTTPError) -> None:
    resp.content_type = _PROBLEM
    resp.set_header("Cache-Control", "no-store")
    resp.data = orjson.dumps(
        {
            "type": "about:blank",
            "title": error.status[4:],
            "status": error.status_code,
            "detail": error.description,
            "instance": req.path,
            "request_id": req.context.id,
        }
    )
