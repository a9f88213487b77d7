"""An index as a WSGI application: its pages and wheels, and uploads as Poetry and Twine send them."""

import hmac
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from ogrom_tools.command import Failed
from ogrom_tools.ledger import Ledger

from .layout import HTML, JSON, PAGES, cache_control, content_type
from .publish import add, opened, refresh
from .store import Conflict, Store

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CREDENTIALS = "OGROM_INDEX_CREDENTIALS"
"""The environment's variable with the `name:password` that an upload needs."""

FORMS = {
    "text/html": "text/html; charset=utf-8",
    HTML: HTML,
    JSON: JSON,
    "application/vnd.pypi.simple.latest+html": HTML,
    "application/vnd.pypi.simple.latest+json": JSON,
}
"""What a client may ask for a page as, and what it is given."""


def application(store: Store, ledger: Ledger, credentials: str = "") -> "WSGIApplication":
    """The index of a store.

    Args:
        store: where the index is.
        ledger: what is yanked, when an upload makes the pages anew.
        credentials: `name:password` for uploads; without any, it takes none.
    """

    @Request.application
    def answer(request: Request) -> Response:
        if request.method in {"GET", "HEAD"}:
            return _download(store, request)
        if request.method != "POST" or request.path != "/":
            return _refusal(HTTPStatus.METHOD_NOT_ALLOWED, "Upload by POST to /.", {"Allow": "GET, HEAD"})
        return _forbidden(request, credentials) or _upload(store, ledger, request)

    return answer


def _download(store: Store, request: Request) -> Response:
    name = request.path.removeprefix("/")
    if name != (plain := _plain(name)):
        return redirect(f"/{plain}", 301)
    form = FORMS[request.accept_mimetypes.best_match(FORMS, "text/html")]
    is_page = name.endswith("/")
    file = name + ("index.json" if form == JSON else "index.html") if is_page else name
    try:
        data = store.read(file)
    except Failed as problem:
        return _refusal(HTTPStatus.BAD_GATEWAY, str(problem))
    if data is None:
        return _refusal(HTTPStatus.NOT_FOUND, f"The index has no {name}.")
    response = Response(data, content_type=form if is_page else content_type(file))
    response.headers["Cache-Control"] = cache_control(file)
    if is_page:
        response.vary.add("Accept")
    response.add_etag()
    return response.make_conditional(request)


def _plain(name: str) -> str:
    """The one way to write a page's name: with a slash at its end, and the project as PEP 503 normalizes it."""
    match name.rstrip("/").split("/"):
        case [""] | ["simple"]:
            return PAGES
        case ["simple", project] if not project.startswith("index."):
            return f"{PAGES}{canonicalize_name(project)}/"
        case _:
            return name


def _forbidden(request: Request, credentials: str) -> Response | None:
    """The refusal of an upload by somebody who may not."""
    if not credentials:
        text = f"This index takes no uploads. Start it with {CREDENTIALS}=name:password to let it."
        return _refusal(HTTPStatus.FORBIDDEN, text)
    sent = request.authorization
    told = f"{sent.username}:{sent.password}" if sent and sent.type == "basic" else ""
    if hmac.compare_digest(told.encode(), credentials.encode()):
        return None
    text = "An upload needs the index's name and password."
    return _refusal(HTTPStatus.UNAUTHORIZED, text, {"WWW-Authenticate": 'Basic realm="ogrom"'})


def _upload(store: Store, ledger: Ledger, request: Request) -> Response:
    # Our wheels are far smaller; and a README is sent as a field of the form.
    request.max_content_length, request.max_form_memory_size = 100_000_000, 5_000_000
    content = request.files.get("content")
    if request.form.get(":action") != "file_upload" or content is None or not content.filename:
        return _refusal(HTTPStatus.BAD_REQUEST, "An upload is a form with :action=file_upload and content.")
    try:
        with opened(content.filename, content.read()) as wheel:
            if request.form.get("sha256_digest", wheel.sha256) != wheel.sha256:
                return _refusal(HTTPStatus.BAD_REQUEST, "The content arrived damaged: it is not its sha256.")
            add(store, wheel)
        refresh(store, ledger)
    except Conflict as problem:
        return _refusal(HTTPStatus.CONFLICT, str(problem))
    except Failed as problem:
        return _refusal(HTTPStatus.BAD_REQUEST, str(problem))
    return Response(f"{content.filename} is published.\n")


def _refusal(status: HTTPStatus, text: str, headers: Mapping[str, str] | None = None) -> Response:
    """In plain text, since Poetry prints it as it is."""
    return Response(f"{text}\n", status, headers, content_type="text/plain; charset=utf-8")
