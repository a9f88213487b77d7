"""The command line: settings as options of Click commands, and errors that say what to do."""

import json
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any, TypeVar

import click

from .settings import Found, ServiceSettings, SettingsError, Variable, errors, flag, look_up, read, variables

F = TypeVar("F", bound=Callable[..., Any])
S = TypeVar("S", bound=ServiceSettings)

_COLUMNS = ("Variable", "Value", "From", "Default", "Meaning")


class Failure(click.ClickException):
    """What went wrong, where, and what to do about it; a line for each thing."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message as `ogrom: ...`."""
        for line in self.message.splitlines():
            click.echo(f"ogrom: {line}", file=file, err=file is None)


@contextmanager
def failure_ends_process() -> Iterator[None]:
    """Show the error of a command and end the process, where no caller shows it, as in a worker.

    Raises:
        SystemExit: there was one.
    """
    try:
        yield
    except click.ClickException as failure:  # a Failure, or that of another library's command
        failure.show()
        raise SystemExit(1) from failure


def run(command: click.Command, name: str) -> None:
    """Run the command that the arguments name; `name` is the program's, for its help."""
    # As the first process of a container, it would not be stopped by a signal without a handler.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    command(prog_name=name)


def setting_options(settings: type[ServiceSettings], *names: str) -> Callable[[F], F]:
    """Give a command some settings as options, such as `--port`; it has the others from the environment."""

    def decorate(command: F) -> F:
        for each in reversed(variables(settings)):
            if each.option in names:
                command = _option(each)(command)
        return command

    return decorate


def _option(variable: Variable) -> Callable[[F], F]:
    meaning = f"{variable.meaning[0].upper()}{variable.meaning[1:]}"
    help_ = f"{meaning}.  [{variable.name}; default: {variable.default}]"
    if variable.read is not flag:
        return click.option(variable.option, help=help_, metavar="TEXT")
    both = f"{variable.option}/--no-{variable.option.removeprefix('--')}"
    return click.option(both, default=None, help=help_, callback=_as_text)


def _as_text(_: click.Context, __: click.Parameter, value: bool | None) -> str | None:
    return None if value is None else str(int(value))


def read_settings(settings: type[S], options: Mapping[str, str | None]) -> S:
    """The settings, from the options of a command and the environment.

    Args:
        options: by the names of the command's parameters.

    Raises:
        Failure: they cannot be used, and everything that is wrong with them.
    """
    try:
        return read(settings, os.environ, _by_option(options))
    except SettingsError as error:
        raise _failure(str(error).splitlines()) from error


def print_settings(
    settings: type[ServiceSettings], options: Mapping[str, str | None], *, as_json: bool
) -> None:
    """Print every setting: its value, who has set it and what it means, as a table or as JSON; passwords are masked.

    Args:
        options: by the names of the command's parameters.

    Raises:
        Failure: something is wrong with them; they are printed all the same.
    """
    found = look_up(settings, os.environ, _by_option(options))
    rows = [_row(each) for each in found]
    if as_json:
        names = [*map(str.lower, _COLUMNS)]
        click.echo(json.dumps([dict(zip(names, row, strict=True)) for row in rows], indent=2))
    else:
        from .tables import print_table  # rich takes a tenth of a second

        print_table(_COLUMNS, rows)
    if wrong := errors(settings, found, os.environ):
        raise _failure(wrong)


def _row(found: Found) -> tuple[str, ...]:
    variable = found.variable
    return variable.name, found.shown, found.origin, variable.default, variable.meaning


def _by_option(options: Mapping[str, str | None]) -> dict[str, str | None]:
    return {"--" + name.replace("_", "-"): value for name, value in options.items()}


def _failure(wrong: Sequence[str]) -> Failure:
    return Failure("\n".join(f"settings: {each}" for each in wrong))
