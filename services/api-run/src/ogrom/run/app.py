"""The Flask application: one blueprint a mount, and a problem document for everything else."""

from collections.abc import Callable, Mapping

import flask

from ogrom.http import Mount
from ogrom.http.flask import Application, WsgiRequest, blueprint, explain_errors
from ogrom.http.html import BROWSABLE_RENDERERS
from ogrom.http.trace import Tracer

from .access.installation import Access
from .callers import Callers
from .contexts import contexts
from .markets import nothing_at


def build_app(
    markets: Mapping[str, Mount],
    service: Mount,
    *,
    callers: Callers,
    access: Access,
    exempt: Callable[[WsgiRequest], bool],
    tracer: Tracer | None = None,
    trace_pages: Mount | None = None,
) -> Application:
    """The application.

    Args:
        markets: by locale, each with that locale's prefix.
        service: what belongs to no market.
        callers: say how long a request may take.
        access: stands before the endpoints.
        exempt: whether a request is not counted, however often it comes.
        tracer: traces requests to the markets, since pictures and health would soon push those out of its
            store; None where nothing is traced.
        trace_pages: shows them; is not traced itself.
    """
    app = Application("ogrom.run", renderers=BROWSABLE_RENDERERS, static_folder=None, template_folder=None)
    # Werkzeug would mend the slashes of a path by a redirect: in HTML, to an absolute URL that is wrong behind
    # a proxy. So a slash more or less at the end does not matter, and `/a//b` is not `/a/b`.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    nowhere = contexts("", callers)
    app.register_blueprint(blueprint("service", service, context=nowhere))
    for locale, mount in markets.items():
        context = contexts(locale, callers)
        app.register_blueprint(blueprint(locale, mount, context=context, tracer=tracer))
    if trace_pages is not None:
        app.register_blueprint(blueprint("trace", trace_pages, context=nowhere))
    access.install(app, exempt=exempt)
    explain_errors(app, not_found=lambda: nothing_at(flask.request.path, tuple(markets)))
    return app
