"""The commands, mounted by a service over a database in the test's folder."""

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from ogrom.catalogue.commands import demo_command, export_command, import_command
from ogrom.protocols.errors import SourceError
from ogrom.sources.commands import Target, migrate_command
from ogrom.sources.database.engine import database_engine

COMMANDS = (migrate_command, demo_command, import_command, export_command)


@pytest.fixture(autouse=True)
def ctrl_c() -> Iterator[None]:
    """Ctrl-C does what it does by default, also where the tests run in the background and are to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def find(command: str, options: Mapping[str, Any]) -> Target:
    """The database that the option names."""

    @contextmanager
    def connect() -> Iterator[Engine]:
        engine = database_engine(options["database"])
        try:
            yield engine
        except SourceError as error:
            raise click.ClickException(f"the database is {error.message}") from error
        finally:
            engine.dispose()

    return Target(options["database"], connect, locales=("de-DE", "en-GB", "fr-FR", "pl-PL"))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command of a service in an empty folder."""
    monkeypatch.chdir(tmp_path)
    database = click.Option(["--database"], default="sqlite:///own.sqlite3")
    service = click.Group(commands=[make(find, database) for make in COMMANDS])

    def run(*arguments: str, said: str | None = None) -> Result:
        return CliRunner().invoke(service, arguments, input=said)

    return run
