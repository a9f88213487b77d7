"""`ogrom-api`: the commands, their options and what they say about themselves.

What a command does is in `ogrom.run.commands`, imported when it runs: importing everything takes a second, and help
must not wait for that.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ogrom.catalogue.commands import demo_command, export_command, import_command
from ogrom.operations.command_line import print_settings, read_settings, run, setting_options
from ogrom.sources.commands import Target, migrate_command, schema_command

from .database_url import DatabaseUrl
from .failures import explained, require_database
from .settings import SERVICE, Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

F = TypeVar("F", bound=Callable[..., Any])

# The settings that are options of `serve`, too.
_SERVING = (
    *("--database", "--host", "--port", "--processes", "--threads", "--warm", "--migrate"),
    "--demo-products",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


def main() -> None:
    """Run the command that the arguments name."""
    run(cli, "ogrom-api")


def _settings(*options: str) -> Callable[[F], F]:
    return setting_options(Settings, *options)


def _parameters(*options: str) -> list[click.Parameter]:
    """Some of the settings as options of a command that is made elsewhere."""
    return click.command()(_settings(*options)(lambda: None)).params


def _read(options: Mapping[str, str | None]) -> Settings:
    return read_settings(Settings, options)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="ogrom-api-run", message="Ogrom %(version)s")
def cli() -> None:
    """Ogrom: one HTTP API in front of many data sources.

    Everything is set by variables OGROM_...; `ogrom-api settings` lists them.
    """


@cli.command()
@_settings(*_SERVING)
def serve(**options: str | None) -> None:
    """Serve the API until Ctrl-C or SIGTERM.

    With --migrate it brings the database's tables up to date first and fills in the demo where there is no data at
    all, in SQLite as in MySQL and MariaDB. Without, it changes no table: where they are older than this version needs,
    it is live and not ready until somebody runs `ogrom-api migrate`.
    """
    settings = _read(options)
    from .commands.serve import serve

    sys.exit(serve(settings))


def _target(command: str, options: Mapping[str, str | None]) -> Target:
    """The database that a command of a library works on."""
    settings = _read(options)
    url = settings.database_url
    require_database(url, command)

    @contextmanager
    def connect() -> "Iterator[Engine]":
        with explained(url), _connected(url) as engine:
            yield engine

    reader = settings.database_reader_url
    connect_reader = nullcontext if reader is None else partial(_connected, reader)
    return Target(str(url), connect, settings.locales, SERVICE, connect_reader)


@contextmanager
def _connected(url: DatabaseUrl) -> "Iterator[Engine]":
    from ogrom.sources.database.engine import database_engine

    engine = database_engine(url.secret)
    try:
        yield engine
    finally:
        engine.dispose()


for _make in (migrate_command, demo_command, import_command, export_command):
    cli.add_command(_make(_target, *_parameters("--database")))
cli.add_command(schema_command())


@cli.command()
@_JSON
def routes(as_json: bool) -> None:
    """List what is served: paths, methods, names and summaries."""
    settings = _read({})
    from .commands.describe import print_routes

    print_routes(settings, as_json=as_json)


@cli.command()
@click.argument("name")
@_JSON
def decisions(name: str, as_json: bool) -> None:
    """Tell how the endpoint NAME decides: what it answers itself, and how each of its methods can end.

    Beside a status stand the answers that lead there, as few as possible: `exists-` is a no, `conflict+` a yes.
    `ogrom-api routes` shows the names.
    """
    settings = _read({})
    from .commands.describe import print_decisions

    print_decisions(settings, name, as_json=as_json)


@cli.command()
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.", metavar="FILE"
)
def openapi(output: Path | None) -> None:
    """Print the API's description in OpenAPI 3.1, to generate clients from.

    It needs no database; /v1/openapi.json of a running service has examples besides.
    """
    settings = _read({})
    from .commands.describe import print_openapi

    print_openapi(settings, output)


@cli.command()
def answer() -> None:
    """Answer requests without a server, over a small shop in a temporary file; no setting counts.

    Each line of the standard input stream is a request, {"method": "GET", "target": "/v1/de-DE/products/1"}, and each
    line of the output is its response. A request may also have "headers", "content", a "caller" such as
    {"user": 145, "scopes": ["likes:write"]}, and "sources" that behave as they seldom do: {"products": "slow"}, or
    absent, conflicting, forbidden, unavailable or unconfirmed; "*" stands for all sources. Each request finds the same
    data.
    """
    from .commands.answer import answer_lines

    answer_lines(sys.stdin, sys.stdout)


@cli.command()
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.", metavar="FILE"
)
def contract(output: Path | None) -> None:
    """Print what clients of this release may rely on: the description without prose, in one form.

    It is the same whatever is set, stored and where it runs, so two releases can be compared.
    """
    from .commands.describe import print_contract

    print_contract(output)


@cli.command()
@click.option(
    "--form",
    type=click.Choice(("svg", "dot", "markdown")),
    default="svg",
    show_default=True,
    help="The format of the drawing.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file to write.")
def graph(form: str, output: Path | None) -> None:
    """Draw the decision graph that every request walks: each node, and where its answers lead."""
    from .commands.describe import write_graph

    write_graph(form, output)


@cli.command("trace-header")
@click.argument("method")
@click.argument("target")
@click.option(
    "--seconds",
    type=click.IntRange(1, 3600),
    default=300,
    show_default=True,
    help="For how many seconds the signature is valid.",
)
def trace_header(method: str, target: str, seconds: int) -> None:
    """Sign a request, so that a service with the same OGROM_TRACE_KEY traces it.

    METHOD and TARGET are as they will be sent: GET '/v1/de-DE/products?limit=5'. The answer's header
    Ogrom-Trace tells the request's way. For `GET /trace`, what follows the colon also serves as /trace?token=...
    """
    settings = _read({})
    from .commands.sign import print_trace_header

    print_trace_header(settings, method, target, seconds=seconds)


@cli.command()
@click.option(
    "--user",
    "user_id",
    type=click.IntRange(1),
    required=True,
    help="The user that the token is for.",
    metavar="ID",
)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    metavar="SCOPE",
    help="What it allows, such as comments:write; once for each.",
)
@click.option(
    "--seconds",
    type=click.IntRange(1, 30 * 24 * 3600),
    default=3600,
    show_default=True,
    help="For how many seconds the token is valid.",
)
def token(user_id: int, scopes: tuple[str, ...], seconds: int) -> None:
    """Print a token that a service with the same OGROM_TOKEN_KEY takes, for development.

    Scopes are collages:write, comments:write and likes:write, for one's own; with moderate, others', too. It goes
    into a header field: curl -H "Authorization: Bearer $(ogrom-api token --user 145 --scope likes:write)"
    """
    settings = _read({})
    from .commands.sign import print_token

    print_token(settings, user_id=user_id, scopes=scopes, seconds=seconds)


@cli.command()
@_settings(*_SERVING)
@_JSON
def settings(as_json: bool, **options: str | None) -> None:
    """List every setting: its meaning, its value and who set it.

    An option goes before the environment, the environment before the default. Passwords are not shown.
    """
    print_settings(Settings, options, as_json=as_json)
