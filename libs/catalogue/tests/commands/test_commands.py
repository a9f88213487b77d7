"""The commands, mounted by a service of one's own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from ogrom.catalogue.commands import demo_command, export_command, import_command
from ogrom.sources.commands import Target


@pytest.fixture
def service(empty: Engine) -> click.Group:
    """A service over an empty database, with an option of its own."""

    @contextmanager
    def connect() -> Iterator[Engine]:
        yield empty

    def find(command: str, options: Mapping[str, Any]) -> Target:
        assert options == {"loud": True}, command
        return Target("the database", connect, locales=("de-DE",))

    loud = click.Option(["--loud"], is_flag=True)
    return click.Group(commands=[make(find, loud) for make in (demo_command, export_command, import_command)])


def test_the_demo_goes_out_and_comes_back(service: click.Group, tmp_path: Path) -> None:
    """Each command works on what the service gives it."""
    file = str(tmp_path / "all.jsonl")
    runner = CliRunner()
    assert "holds 20 products" in runner.invoke(service, ["demo", "--loud", "--products", "20"]).output
    assert "holds data already" in runner.invoke(service, ["demo", "--loud"]).output
    exported = runner.invoke(service, ["export", "--loud", file]).stdout
    assert exported.endswith("records of the database.\n")
    again = runner.invoke(service, ["import", "--loud", file])
    assert again.exit_code == 0
    assert "0 new, 0 changed" in again.output
    foreign = runner.invoke(service, ["import", "--loud", "--locale", "fr-FR", file])
    assert foreign.exit_code == 1
