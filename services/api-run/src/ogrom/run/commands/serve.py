"""`ogrom-api serve`: from settings to processes that answer.

The application is a matter of the workers. This process, their parent, imports it only where several share it: then
it is in memory once, but for what each of them writes to.
"""

import logging
from importlib import import_module
from typing import TYPE_CHECKING

import click
import msgspec

from ogrom.server import Signals, WorkersFailed, serve as serve_application

from ..addresses import address_explained, listener, url_of
from ..failures import Failure
from ..light import importing, unused
from ..logs import configure
from ..options import options_of
from ..settings import Settings
from ..shared_values import SharedValues

if TYPE_CHECKING:
    from ogrom.server import Hosted, Worker

log = logging.getLogger("ogrom.run")


def serve(settings: Settings) -> int:
    """Serve until a signal says stop.

    Returns:
        The exit code: 1 where requests were cut.

    Raises:
        Failure: the address or the database cannot be used.
    """
    configure(settings)
    sock = listener(settings.host, settings.port)
    shared = SharedValues(settings.processes)
    found: list[bytes] = []

    def prepare() -> bytes:
        import_application(settings)
        from ..preparing import once

        return once(settings, url_of(sock))

    def prepared(said: bytes) -> None:
        found.append(said)
        with address_explained(settings.host, settings.port):
            sock.listen()  # from now on connections wait for the workers

    def make_app(worker: "Worker") -> "Hosted":
        import_application(settings)
        from ..hosting import hosted

        return hosted(settings, shared, worker)

    if settings.processes > 1:
        import_application(settings)
    try:
        code = serve_application(
            make_app,
            sock,
            options_of(settings),
            prepare=prepare,
            prepared=prepared,
            announce=lambda _: announce(
                settings, *msgspec.json.decode(found[0], type=tuple[str, dict[str, str]])
            ),
            signals=Signals(),
        )
    except WorkersFailed as failed:
        raise Failure(f"serve: {failed}") from failed
    if settings.log == "json":
        log.info("stopped")
    else:
        click.echo("Stopped.")
    return code


def import_application(settings: Settings) -> None:
    """Import what the workers need for their first requests, and nothing that they never need."""
    modules = ["ogrom.run.hosting", "ogrom.run.preparing"]
    if settings.token_key is not None:
        modules.append("ogrom.run.access.tokens")
    if settings.processes > 1:
        modules.append("ogrom.http.html")  # each would compile its templates for itself, for its first page
    with importing(without=unused(settings)):
        for each in modules:
            import_module(each)


def announce(settings: Settings, version: str, urls: dict[str, str]) -> None:
    """Say where the server listens and what to look at; on stdout, in the form of everything else there."""
    if settings.log == "json":
        log.info("serving", extra={"version": version, "database": str(settings.database_url), "urls": urls})
        return
    click.echo(f"Ogrom {version} serves {settings.database_url}")
    if settings.database_reader_url is not None:
        click.echo(f"  {'reads from':<10} {settings.database_reader_url}")
    for what, url in urls.items():
        click.echo(f"  {what:<10} {url}")
    click.echo("Press Ctrl-C to stop.")
