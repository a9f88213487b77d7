"""`ogrom-api export`: all that the store has, in a file that `ogrom-api import` takes."""

from pathlib import Path

import click

from ogrom.operations.command_line import Failure
from ogrom.sources import interchange
from ogrom.sources.migrate import state

from ..failures import explained, require_database
from ..rows_progress import rows_progress
from ..schema import engine_of, is_usable
from ..settings import Settings


def export(settings: Settings, path: Path) -> None:
    """Write the file and say how many records it has.

    Raises:
        Failure: the database or the file cannot be used, or somebody interrupted; no file is left then.
    """
    try:
        written = _export(settings, path)
    except KeyboardInterrupt:
        raise Failure(f"export: interrupted; {path} is as it was") from None
    click.echo(f"{path} holds {written} records of {settings.database_url}.")


def _export(settings: Settings, path: Path) -> int:
    url = settings.database_url
    require_database(url, "export")
    with explained(url), engine_of(url) as engine:
        if not is_usable(state(engine)):
            raise Failure(f"export: {url} has not the tables of this version; run `ogrom-api migrate`")
        try:
            with rows_progress(f"Exporting to {path}") as tell:
                return interchange.export(
                    engine, path, lambda done, total: tell(done, done / total if total else None)
                )
        except OSError as error:
            raise Failure(f"export: {path} cannot be written: {error.strerror or error}") from error
