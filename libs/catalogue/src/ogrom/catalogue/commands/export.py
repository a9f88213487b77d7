"""`export`: all that the store has, in a file that `import` takes."""

from pathlib import Path

import click

from ogrom.sources.commands import CommandError, Target
from ogrom.sources.migrations.migrate import state

from ..exporting import export
from .progress import rows_progress


def export_file(target: Target, path: Path) -> None:
    """Write the file and say how many records it has.

    Raises:
        CommandError: the database or the file cannot be used, or the user interrupted; no file is left then.
    """
    try:
        written = _export(target, path)
    except KeyboardInterrupt:
        raise CommandError(f"export: interrupted; {path} is unchanged") from None
    click.echo(f"{path} holds {written} records of {target.name}.")


def _export(target: Target, path: Path) -> int:
    with target.connect() as engine:
        if not state(engine).is_usable:
            raise CommandError(f"export: {target.name} lacks the tables of this version; run `migrate` first")
        try:
            with rows_progress(f"Exporting to {path}") as tell:
                return export(engine, path, lambda done, total: tell(done, done / total if total else None))
        except OSError as error:
            raise CommandError(f"export: {path} cannot be written: {error.strerror or error}") from error
