"""`migrate`, mounted by any service."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click
from click.testing import CliRunner
from sqlalchemy import Engine

from ogrom.sources.commands import CommandError, Target, migrate_command
from ogrom.sources.migrations.migrate import HEAD


def test_migrate_says_from_which_revision_to_which(empty: Engine) -> None:
    """The second time there is nothing to migrate; the service's own options come to where the database is found."""
    found: list[tuple[str, Mapping[str, Any]]] = []

    @contextmanager
    def connect() -> Iterator[Engine]:
        yield empty

    def find(command: str, options: Mapping[str, Any]) -> Target:
        found.append((command, options))
        return Target("the database", connect)

    command = migrate_command(find, click.Option(["--database"]))
    first, second = (CliRunner().invoke(command, ["--database", "x"]) for _ in range(2))
    assert first.output == f"Making the tables ...\nthe database migrated from nothing to {HEAD}.\n"
    assert second.output == f"the database is at {HEAD}; nothing to migrate.\n"
    assert found == [("migrate", {"database": "x"})] * 2


def test_an_error_is_a_line_each() -> None:
    """Each says whose it is."""

    @click.command()
    def fail() -> None:
        raise CommandError("one\ntwo")

    done = CliRunner().invoke(fail)
    assert (done.exit_code, done.stderr) == (1, "ogrom: one\nogrom: two\n")
