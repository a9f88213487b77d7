"""`migrate`, mounted by any service."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from typing import Any

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from ogrom.sources.commands import CommandError, Target, bring_up_to_date, migrate_command, schema_command
from ogrom.sources.migrations.migrate import MigrationState, state
from ogrom.sources.schema.change import Refused
from ogrom.sources.schema.serves import SERVES


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
    phase = state(empty).current
    assert first.output == f"Making the tables ...\nthe database migrated from nothing to {phase}.\n"
    assert second.output == f"the database is at {phase}; nothing to migrate.\n"
    assert found == [("migrate", {"database": "x"})] * 2


def test_what_is_not_done_is_said_with_the_command(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that reads what a backfill fills needs its end; the expands are made all the same."""

    @contextmanager
    def connect() -> Iterator[Engine]:
        yield empty

    needy = partial(MigrationState, serves=replace(SERVES, backfills=("9999",)))
    monkeypatch.setattr("ogrom.sources.migrations.migrate.MigrationState", needy)
    done = CliRunner().invoke(migrate_command(lambda *_: Target("it", connect)), [], prog_name="api migrate")
    assert (done.exit_code, done.stdout) == (0, f"it migrated from nothing to {state(empty).current}.\n")
    assert done.stderr.endswith("needs the end of backfill 9999: run `api migrate --backfill 9999`.\n")


def test_an_expand_that_would_do_harm_is_said(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a line, as by each command that migrates first."""

    def refuse(*_: object, **__: object) -> None:
        raise Refused("0006_x: say so")

    monkeypatch.setattr("ogrom.sources.migrations.migrate.migrate", refuse)
    with pytest.raises(CommandError, match=r"migrate: 0006_x: say so"):
        bring_up_to_date(empty)


def test_a_version_says_what_it_serves() -> None:
    """As JSON, for deploys."""
    told = json.loads(CliRunner().invoke(schema_command()).output)
    assert told == {**asdict(SERVES), "backfills": [*SERVES.backfills], "until": [*SERVES.until]}


def test_an_error_is_a_line_each() -> None:
    """Each says whose it is."""

    @click.command()
    def fail() -> None:
        raise CommandError("one\ntwo")

    done = CliRunner().invoke(fail)
    assert (done.exit_code, done.stderr) == (1, "ogrom: one\nogrom: two\n")
