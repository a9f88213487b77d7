"""The command line: settings as options, and what is wrong with them."""

import json
from dataclasses import dataclass
from typing import ClassVar

import click
import pytest
from click.testing import CliRunner, Result

from ogrom.operations.command_line import (
    Failure,
    failure_ends_process,
    print_settings,
    read_settings,
    setting_options,
)
from ogrom.operations.settings import ServiceSettings, flag, setting


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """Those of a shop."""

    prefix: ClassVar[str] = "SHOP_"
    open: bool = setting(flag, "1", "whether it sells", "--open")


@click.group()
def cli() -> None:
    """A shop."""


@cli.command()
@setting_options(Settings, "--port", "--open")
def serve(**options: str | None) -> None:
    """Tell what is set."""
    settings = read_settings(Settings, options)
    click.echo(f"{settings.port} {settings.open}")


@cli.command()
@setting_options(Settings, "--port")
@click.option("--json", "as_json", is_flag=True)
def settings(as_json: bool, **options: str | None) -> None:
    """List all settings."""
    print_settings(Settings, options, as_json=as_json)


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner(env={"SHOP_PORT": "81"})


def run(runner: CliRunner, *arguments: str) -> Result:
    return runner.invoke(cli, arguments)


def test_an_option_goes_before_the_environment(runner: CliRunner) -> None:
    """A flag is an option that can be turned off."""
    assert run(runner, "serve").output == "81 True\n"
    assert run(runner, "serve", "--port", "82", "--no-open").output == "82 False\n"
    help_ = " ".join(run(runner, "serve", "--help").output.split())
    assert "Whether it sells. [SHOP_OPEN; default: 1]" in help_


def test_every_mistake_is_a_line(runner: CliRunner) -> None:
    """For the person at the command line, with exit code 1."""
    done = runner.invoke(cli, ["serve", "--port", "x"], env={"SHOP_OPE": "1"})
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "ogrom: settings: --port 'x' is not a port; use a whole number from 0 to 65535",
        "ogrom: settings: SHOP_OPE is not a setting; did you mean SHOP_OPEN?",
    ]


def test_all_settings_are_listed_with_who_has_set_them(runner: CliRunner) -> None:
    """As a table or as JSON, and also where something is wrong; no secret is shown."""
    found = {each["variable"]: each for each in json.loads(run(runner, "settings", "--json").stdout)}
    assert (found["SHOP_PORT"]["value"], found["SHOP_PORT"]["from"]) == ("81", "environment")
    assert (found["SHOP_OPEN"]["value"], found["SHOP_OPEN"]["from"]) == ("1", "default")
    done = runner.invoke(cli, ["settings"], env={"SHOP_TOKEN_KEY": "geheim"})
    assert done.exit_code == 1
    assert "SHOP_TOKEN_KEY '***' is too short" in done.stderr
    assert "whether it sells" in done.stdout
    assert "geheim" not in done.output


def test_a_failure_in_a_worker_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    """With its message and exit code 1, where no command shows it."""
    with pytest.raises(SystemExit) as ended, failure_ends_process():
        raise Failure("the database is gone; start it")
    assert ended.value.code == 1
    assert capsys.readouterr().err == "ogrom: the database is gone; start it\n"
