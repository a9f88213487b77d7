"""The command line, as a process of its own."""

import re
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ogrom.operations.settings import variables
from ogrom.run.cli import cli
from ogrom.run.settings import Settings

Run = Callable[..., Any]
COMMANDS = ("demo", "migrate", "routes", "serve", "settings")


def test_help_names_every_command() -> None:
    """Whoever asks learns what there is."""
    shown = CliRunner().invoke(cli, ["--help"]).output
    assert all(re.search(rf"^  {name} ", shown, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    """With -h as with --help."""
    runner = CliRunner()
    assert runner.invoke(cli, [command, "-h"]).output == runner.invoke(cli, [command, "--help"]).output


def test_options_say_which_variable_they_are() -> None:
    """An option and its variable are one setting, with one default."""
    shown = " ".join(CliRunner().invoke(cli, ["serve", "--help"]).output.split())
    for each in variables(Settings):
        if each.option:
            assert f"[{each.name}; default: {each.default}]" in shown


@pytest.mark.slow
def test_help_waits_for_no_heavy_import(run: Run) -> None:
    """It comes at once, so neither the database's nor the server's packages are imported."""
    done = run("--help", PYTHONPROFILEIMPORTTIME="1")
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "click" in imported
    assert not imported & {"sqlalchemy", "alembic", "flask", "waitress", "rich", "dependency_injector"}


@pytest.mark.slow
def test_the_version_is_that_of_the_wheel(run: Run) -> None:
    """`--version` says what is installed."""
    assert run("--version").stdout == f"Ogrom {version('ogrom-api-run')}\n"


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("serve", "--prot", "1"), ("nothing",), ("demo", "--products", "0")])
def test_wrong_usage_exits_with_2(run: Run, arguments: tuple[str, ...]) -> None:
    """As every command line does."""
    done = run(*arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_wrong_settings_are_told_all_at_once(run: Run, command: str) -> None:
    """Each in a line of its own, before anything is done."""
    done = run(command, OGROM_PORT="http", OGROM_THREADS="0", OGROM_PRT="1")
    assert (done.returncode, done.stderr.splitlines()) == (
        1,
        [
            "ogrom: settings: OGROM_PORT 'http' is not a port; use a whole number from 0 to 65535",
            "ogrom: settings: OGROM_THREADS '0' is not a number of threads; use a whole number from 1 to 256",
            "ogrom: settings: OGROM_PRT is not a setting; did you mean OGROM_PORT?",
        ],
    )


@pytest.mark.slow
@pytest.mark.parametrize("command", ["serve", "migrate", "demo"])
@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "mysq://root:secret@host/db",
            r"settings: --database 'mysq://root:\*\*\*@host/db' has an unknown scheme",
        ),
        (
            "mysql://root:secret@127.0.0.1:1/db",
            r"database: mysql://root:\*\*\*@127.0.0.1:1/db cannot be used: .*start",
        ),
        (
            "sqlite:////dev/null/folder/file",
            "database: sqlite:////dev/null/folder/file cannot be used: Not a dir",
        ),
        (
            "sqlite:///not-a-database",
            "database: sqlite:///not-a-database cannot be used: file is not a database",
        ),
    ],
)
def test_an_unusable_database_is_one_line(
    run: Run, command: str, url: str, message: str, tmp_path: Path
) -> None:
    """It says what to do; no traceback, no password."""
    (tmp_path / "not-a-database").write_text("What is this? It is certainly no database. " * 10)
    done = run(command, "--database", url, folder=tmp_path, OGROM_PORT="0")
    assert done.returncode == 1
    assert re.fullmatch(f"ogrom: {message}.*\n", done.stderr), done.stderr
    assert "secret" not in done.stderr + done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", [("migrate",), ("demo",), ("export", "file"), ("import", "file")], ids=" ".join
)
def test_what_needs_a_database_takes_no_service(run: Run, arguments: tuple[str, ...]) -> None:
    """It says what to name instead."""
    done = run(*arguments, "--database", "https://shop.example/")
    assert done.returncode == 1
    said = f"ogrom: {arguments[0]}: https://shop.example/ is a service and keeps .*: --database\n"
    assert re.fullmatch(said, done.stderr), done.stderr


def test_the_program_stands_beside_the_interpreter() -> None:
    """The wheel brings the console script that these tests run."""
    assert (Path(sys.executable).parent / "ogrom-api").exists()
