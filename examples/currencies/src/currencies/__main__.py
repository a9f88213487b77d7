"""The command line."""

import sys

import click

from currencies.settings import Settings
from ogrom.operations.command_line import print_settings, read_settings, run, setting_options
from ogrom.operations.serving import Program, serve as serve_program

OPTIONS = ("--host", "--port", "--processes", "--threads", "--rates")


@click.group()
def cli() -> None:
    """Exchange rates."""


@cli.command()
@setting_options(Settings, *OPTIONS)
def serve(**options: str | None) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    program = Program(hosted="currencies.container:hosted", prepare="currencies.container:prepare")
    sys.exit(serve_program(read_settings(Settings, options), program))


@cli.command()
@setting_options(Settings, *OPTIONS)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def settings(as_json: bool, **options: str | None) -> None:
    """List every setting: its meaning, its value and who has set it."""
    print_settings(Settings, options, as_json=as_json)


def main() -> None:
    """Run the command that the arguments name."""
    run(cli, "currencies")


if __name__ == "__main__":
    main()
