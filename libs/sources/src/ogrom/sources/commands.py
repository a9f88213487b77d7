"""Commands of a service that work on its database, to be mounted in its own group. Needs the extra `commands`.

    cli.add_command(migrate_command(find))

`find` gives the database, from the values of the service's own options.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING, Any, TypeAlias

import click

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from .migrations.migrate import MigrationState

__all__ = ["CommandError", "Find", "Target", "bring_up_to_date", "migrate_command"]


class CommandError(click.ClickException):
    """What went wrong, where, and what to do about it; a line for each thing."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message as `ogrom: ...`."""
        for line in self.message.splitlines():
            click.echo(f"ogrom: {line}", file=file, err=file is None)


@dataclass(frozen=True)
class Target:
    """The database that a command works on.

    Attributes:
        name: what messages call it; without a password.
        connect: opens an engine for a `with` block, and raises a click.ClickException that says what to do if the
            database cannot be used.
        locales: the markets that the service serves; an earlier one decides before a later one.
    """

    name: str
    connect: Callable[[], "AbstractContextManager[Engine]"]
    locales: tuple[str, ...] = ()


Find: TypeAlias = Callable[[str, Mapping[str, Any]], Target]
"""Gives the database of a command, by the command's name and the values of the service's own options."""


def migrate_command(find: Find, *options: click.Parameter) -> click.Command:
    """`migrate`: bring the tables up to date, and say from which revision to which.

    Args:
        find: gives the database.
        options: of the service's own; `find` gets their values.
    """

    def migrate(**values: Any) -> None:
        """Bring the database's tables up to date.

        Collages that an earlier release has stored meanwhile are indexed for search. If two run at the same time, the
        second waits for as long as the first lives, and says for whom.
        """
        from .migrations.migrate import (
            state,  # what is imported takes a second, and help must not wait for it
        )

        target = find("migrate", values)
        with target.connect() as engine:
            before = bring_up_to_date(engine)
            if before.is_usable:
                click.echo(f"{target.name} is at {before.current}; nothing to migrate.")
                return
            after = state(engine)
        click.echo(f"{target.name} migrated from {before.current or 'nothing'} to {after.current}.")

    return click.Command("migrate", params=list(options), callback=migrate, help=migrate.__doc__)


def bring_up_to_date(engine: "Engine") -> "MigrationState":
    """Migrate where needed, and index what an earlier release has stored since; says on standard error what it does.

    Returns:
        The state before.

    Raises:
        Unavailable: the database cannot be reached, or a long transaction kept a table from being changed.
    """
    from .migrations.migrate import index_missed, migrate, state  # as above

    found = state(engine)
    if not found.is_usable:
        what = f"Migrating the tables from {found.current} to {found.head}"
        click.echo(f"{what if found.current else 'Making the tables'} ...", err=True)
        migrate(engine, tell=partial(click.echo, err=True))
    elif indexed := index_missed(engine):
        click.echo(f"Collages of an earlier release indexed for search: {indexed}.", err=True)
    return found
