"""`ogrom-api migrate`: the tables as this version needs them."""

import click

from ogrom.sources.migrate import state

from ..failures import explained, require_database
from ..schema import bring_up_to_date, engine_of, is_usable
from ..settings import Settings


def migrate(settings: Settings) -> None:
    """Bring the tables up to date and say from which revision to which.

    Raises:
        Failure: the database cannot be used.
    """
    require_database(settings.database_url, "migrate")
    with explained(settings.database_url), engine_of(settings.database_url) as engine:
        before = bring_up_to_date(engine)
        if is_usable(before):
            click.echo(f"{settings.database_url} is at {before.current}; nothing to do.")
            return
        after = state(engine)
    click.echo(f"{settings.database_url} migrated from {before.current or 'nothing'} to {after.current}.")
