"""Has our index where the locks say that it is, while Poetry asks it."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from ogrom_tools import index
from ogrom_tools.command import Failed
from ogrom_tools.index import in_folder
from ogrom_tools.index.stores import PAGES
from ogrom_tools.ledger import Ledger
from ogrom_tools.pins.pyproject import SOURCE, source
from ogrom_tools.projects import Project, Workspace
from ogrom_tools.wheelhouse import Wheelhouse


@contextmanager
def served(workspace: Workspace, service: Project, ledger: Ledger) -> Iterator[None]:
    """Serve the index of this checkout at the address in the service's pyproject.toml.

    If it is served there already, by `./dev index`, that will do.

    Raises:
        Failed: something else is served there.
    """
    address = urlsplit(source(service).get("url", ""))
    if address.hostname is None or address.port is None:
        raise Failed(
            f"{service.pyproject} does not say where the index {SOURCE!r} is: http://127.0.0.1:PORT/simple/"
        )
    folder = index.local(workspace, Wheelhouse(workspace), ledger)
    match _answers_like(folder, address.hostname, address.port):
        case None:
            with index.serving(folder, address.port):
                yield
        case True:
            yield
        case False:
            raise Failed(
                f"Port {address.port} of {address.hostname} is taken by something else than the index of these "
                "releases, perhaps `./dev index`, which does not know them yet; stop it and try again."
            )


def _answers_like(folder: Path, host: str, port: int) -> bool | None:
    """Whether what answers there has the same pages; None where nothing answers."""
    connection, store = http.client.HTTPConnection(host, port, timeout=10), in_folder(folder)
    try:
        connection.connect()
    except OSError:
        return None
    try:
        return all(_get(connection, name) == store.read(name) for name in store.names(PAGES))
    except (OSError, http.client.HTTPException):
        return False  # it speaks no HTTP
    finally:
        connection.close()


def _get(connection: http.client.HTTPConnection, name: str) -> bytes | None:
    connection.request("GET", f"/{name}")
    response = connection.getresponse()
    content = response.read()
    return content if response.status == http.client.OK else None
