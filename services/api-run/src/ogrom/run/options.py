"""Options: which threads answer which requests, told to the server without seeing the application."""

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from ogrom.operations import serving
from ogrom.operations.serving import Callers
from ogrom.protocols.pages import DEFAULT_LIMIT
from ogrom.server import Lane, Options

from .settings import Settings

if TYPE_CHECKING:
    from ogrom.server import Environ

VERSION_PREFIX: Final = "/v1"
"""How the paths of markets begin."""

SEARCH: Final = "/search"
"""How the paths of searches end."""

_LIMIT = re.compile("limit=([0-9]+)")


def options_of(settings: Settings) -> Options:
    """How the server is to run.

    Searches have threads of their own: a request for what takes long waits with others of its kind, and holds up no
    other. The queues before searches and before everything else are bounded.
    """
    callers = Callers(settings.trusted_callers, settings.request_timeout)
    search = Lane("search", settings.search_threads, _is_search, settings.queue, callers.seconds)
    return serving.options_of(settings, lanes=(search,), on_loop=begins_on_loop)


def begins_on_loop(environ: "Environ") -> bool:
    """Whether a request is a quick read, or a batch; a page for people, or a long list, has a thread of its own."""
    path: str = environ["PATH_INFO"]
    return (
        serving.begins_on_loop(environ)
        and path.startswith(VERSION_PREFIX)
        and "html" not in environ.get("HTTP_ACCEPT", "")
        and not _is_long(environ["QUERY_STRING"])
    )


def _is_long(query: str) -> bool:
    found = _LIMIT.search(unquote(query)) if query else None
    return found is not None and (len(found[1]) > 3 or int(found[1]) > DEFAULT_LIMIT)


def _is_search(environ: "Environ") -> bool:
    path: str = environ["PATH_INFO"]
    return path.endswith(SEARCH)
