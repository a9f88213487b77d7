"""Commands of a service that work on its database, to be mounted in its own group. Needs the extra `commands`.

    cli.add_command(migrate_command(find))

`find` gives the database, from the values of the service's own options.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from functools import partial
from typing import IO, TYPE_CHECKING, Any, TypeAlias

import click

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from .migrations.migrate import MigrationState

__all__ = ["CommandError", "Find", "Target", "bring_up_to_date", "migrate_command", "schema_command"]


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
        service: its name, as it enters itself in the table `schema_users`.
        connect_reader: the same for a replica, None if there is none.
    """

    name: str
    connect: Callable[[], "AbstractContextManager[Engine]"]
    locales: tuple[str, ...] = ()
    service: str = ""
    connect_reader: Callable[[], "AbstractContextManager[Engine | None]"] = nullcontext


Find: TypeAlias = Callable[[str, Mapping[str, Any]], Target]
"""Gives the database of a command, by the command's name and the values of the service's own options."""


def migrate_command(find: Find, *options: click.Parameter) -> click.Command:
    """`migrate`: bring the tables up to date, and say from which phase to which; or run one scan, backfill or contract.

    Args:
        find: gives the database.
        options: of the service's own; `find` gets their values.
    """

    def migrate(**values: Any) -> None:
        """Bring the database's tables up to date.

        That is all that versions before this one can work beside. What they cannot work beside, or what takes long,
        are tasks of their own, each named by the number of a change: --backfill fills rows from before, beside the
        load, waits while a replica is behind, and goes on where it was; --scan looks whether it has filled all;
        --contract takes away what nothing deployed needs any more, and nothing that may come back. `schema` tells which
        there are.

        Collages that an earlier release has stored meanwhile are indexed for search. If two run at the same time, the
        second waits for as long as the first lives, and says for whom.
        """
        asked = [(name, number) for name in _TASKS if (number := values.pop(name))]
        if len(asked) > 1:
            raise CommandError(
                "migrate: --scan, --backfill and --contract are tasks of their own; give one of them"
            )
        target = find("migrate", values)
        with target.connect() as engine:
            if asked:
                click.echo(f"{target.name}: {_task(target, engine, *asked[0])}.")
            else:
                _migrate(target.name, engine)

    tasks = (click.Option([f"--{name}"], metavar="NUMBER", help=does) for name, does in _TASKS.items())
    return click.Command("migrate", params=[*options, *tasks], callback=migrate, help=migrate.__doc__)


def schema_command() -> click.Command:
    """`schema`: what this version says of the tables, for deploys."""

    def schema() -> None:
        """Print which phases of a database this version serves, as JSON. It needs no database, and no setting counts.

        A phase is 0006~0007+0008: the last expand, each backfill and each contract that is finished. `expand` is the
        last expand of this version, `needs` the one that it cannot do without, `backfills` those that it must find
        finished, `until` the contracts that take away what it uses, `knows` the last change that it was made with.
        """
        from .schema.serves import SERVES  # as below

        click.echo(json.dumps(asdict(SERVES)))

    return click.Command("schema", callback=schema, help=schema.__doc__)


_TASKS = {
    "scan": "Look whether this backfill has filled all rows, or this contract could begin.",
    "backfill": "Run this backfill, or the rest of it.",
    "contract": "Run this contract, or the rest of it.",
}


def _migrate(name: str, engine: "Engine") -> None:
    from .migrations.migrate import state  # what is imported takes a second, and help must not wait for it

    before = bring_up_to_date(engine)
    after = state(engine)
    if before.current == after.current:
        click.echo(f"{name} is at {after.current}; nothing to migrate.")
    else:
        click.echo(f"{name} migrated from {before.current or 'nothing'} to {after.current}.")
    if problem := after.problem(click.get_current_context().command_path):
        click.echo(problem, err=True)


def _task(target: Target, engine: "Engine", task: str, number: str) -> str:
    """Run it, and say what was done."""
    from .schema.change import Refused
    from .schema.pace import Stopped
    from .schema.runner import Blocked
    from .schema.tasks import run_backfill, run_contract, run_scan  # as above

    tell = partial(click.echo, err=True)
    try:
        if task == "scan":
            return run_scan(engine, number, tell, target.service)
        if task == "contract":
            return run_contract(engine, number, tell, target.service)
        with target.connect_reader() as reader:
            return run_backfill(engine, number, tell, reader)
    except (Refused, Blocked, Stopped) as error:
        raise CommandError(f"migrate: {error}") from error


def bring_up_to_date(engine: "Engine") -> "MigrationState":
    """Migrate where needed, and index what an earlier release has stored since; says on standard error what it does.

    Returns:
        The state before.

    Raises:
        CommandError: a change would do harm on these tables, or a long transaction kept one from being changed.
        Unavailable: the database cannot be reached.
    """
    from .migrations.migrate import index_missed, migrate, state  # as above

    found = state(engine)
    if not found.up_to_date:
        from .schema.change import Refused
        from .schema.runner import Blocked  # a service that finds its tables does without

        what = f"Migrating the tables from {found.current} to {found.head}"
        click.echo(f"{what if found.current else 'Making the tables'} ...", err=True)
        try:
            migrate(engine, tell=partial(click.echo, err=True))
        except (Refused, Blocked) as error:
            raise CommandError(f"migrate: {error}") from error
    elif indexed := index_missed(engine):
        click.echo(f"Collages of an earlier release indexed for search: {indexed}.", err=True)
    return found
