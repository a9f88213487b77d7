"""Content: how many bytes of it a request may have, told by its header before any is read."""

from collections.abc import Callable

from ogrom.http.flask import Application
from ogrom.server import Environ

from .credentials import PRINCIPAL, READS, WITHHELD, ReadToken, note
from .errors import KeysUnavailable


def content_limit(app: Application, read_token: ReadToken | None) -> Callable[[Environ], int]:
    """What the server asks about each request with content; it waits for nobody.

    Args:
        app: knows what reads content, and how much of it.
        read_token: None where there is no key, so that nobody writes.
    """

    def limit(environ: Environ) -> int:
        most = app.content_limit(environ)
        if most == 0 or environ["REQUEST_METHOD"] in READS:
            return most
        try:
            note(environ, read_token)
        except KeysUnavailable:
            environ[WITHHELD] = True
        return most if PRINCIPAL in environ else 0

    return limit
