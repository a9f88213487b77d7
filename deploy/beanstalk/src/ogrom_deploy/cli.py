"""`ogrom-deploy`: the commands, their options, and the exit statuses."""

import getpass
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import NoReturn

import click
import msgspec
from rich.console import Console

from . import config, history, lock as locks
from .clients import Contract
from .deployment import Deployment
from .driver import Stop
from .events import Event, Finished
from .lock import Locked, LockLost
from .model import Colour, Version
from .output import (
    Progress,
    print_database,
    print_drift,
    print_history,
    print_json_line,
    print_plan,
    print_status,
    say,
)
from .plan import Plan, Refused
from .ports import PlatformError
from .schema import Schema


@dataclass
class Session:
    """What a command works with; owns the connection, which is opened on first use."""

    file: Path | None
    platform: str | None
    who: str

    @cached_property
    def connection(self) -> config.Connection:
        """The platform and its store."""
        return config.connect(config.read(self.file, self.platform))

    def deployment(self, tell: Callable[[Event], None] = lambda event: None) -> Deployment:
        """A deployment by this person."""
        made = self.connection
        return Deployment(made.platform, made.store, made.policy, self.who, tell, tasks=made.tasks)

    def close(self) -> None:
        """Close the connection, if there is one."""
        if "connection" in self.__dict__:
            self.connection.close()


def console() -> Console:
    """Standard output; 100 columns wide unless it is a terminal."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=100)


def whoami() -> str:
    """The default of --who: user@machine."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in a container
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"


@contextmanager
def failures() -> Iterator[None]:
    """Print what went wrong before anything was done, and exit with its status."""
    try:
        yield
    except Locked as problem:
        _fail(3, problem)
    except Refused as problem:
        _fail(4, problem)
    except config.Misconfigured as problem:
        _fail(2, problem)
    except (Stop, PlatformError) as problem:
        _fail(1, problem)
    except LockLost as problem:
        _fail(5, problem)


def _fail(status: int, problem: Exception) -> NoReturn:
    click.echo(f"ogrom-deploy: {problem}", err=True)
    raise SystemExit(status)


def _read_contract(context: click.Context, parameter: click.Parameter, file: Path | None) -> Contract | None:
    try:
        found = msgspec.json.decode(file.read_bytes()) if file else None
    except msgspec.DecodeError as problem:
        raise click.BadParameter(f"it is not JSON: {problem}") from problem
    if not (found is None or (isinstance(found, dict) and {"info", "paths"} <= found.keys())):
        raise click.BadParameter("it is JSON, but no OpenAPI document")
    return found


def _read_schema(context: click.Context, parameter: click.Parameter, file: Path | None) -> Schema | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Schema) if file else None
    except msgspec.DecodeError as problem:
        raise click.BadParameter(f"it does not say which phases a version serves: {problem}") from problem


STATUSES = {"done": 0, "aborted": 1, "lost": 5, "stuck": 6}
"""The exit statuses of `apply`, `rollback` and `abort`; 2 is click's for wrong usage."""

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_VERSION = click.argument("version")
_ARTEFACT = click.option(
    "--artefact", default="", help="An image by its digest, or the folder of an installation."
)
_CONTRACT = click.option(
    "--contract",
    "contract",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    callback=_read_contract,
    help="What it promises clients: the file that `ogrom-api contract` writes.",
)
_SCHEMA = click.option(
    "--schema",
    "schema",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    callback=_read_schema,
    help="Which phases of the database it serves: the file that its image has.",
)
_CHANGE = click.argument("change")
_REASON = click.option("--reason", default="", help="Why clients break who were not told.")
_MESSAGE = click.option("--message", "-m", default="", help="The reason, for others to read.")


def main() -> None:
    """Run the command that the arguments name."""
    # Also in a background shell, when CI cancels a job and when the terminal closes: all of them roll back first.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.default_int_handler)
    cli(prog_name="ogrom-deploy")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="ogrom-deploy", message="ogrom-deploy %(version)s")
@click.option(
    "--platform",
    type=click.Choice(config.PLATFORMS),
    help="The platform to deploy to.  [default: as in the file]",
)
@click.option(
    "--config",
    "file",
    type=click.Path(path_type=Path),
    help="The configuration file.  [default: deploy.toml]",
)
@click.option(
    "--who",
    envvar="OGROM_DEPLOY_WHO",
    help="Your name, for the lock and the history.  [default: user@machine]",
)
@click.pass_context
def cli(context: click.Context, platform: str | None, file: Path | None, who: str | None) -> None:
    """Deploy Ogrom so that no client notices.

    \b
    Exit status: 0  done              4  refused: nothing was done
                 1  rolled back       5  somebody else took the lock
                 2  wrong usage       6  unknown: look now
                 3  locked
    """  # noqa: D301
    session = Session(file, platform, who or whoami())
    context.obj = session
    context.call_on_close(session.close)


@cli.command()
@_VERSION
@_ARTEFACT
@_CONTRACT
@_SCHEMA
@_REASON
@_JSON
@click.pass_obj
def plan(
    session: Session,
    version: str,
    artefact: str,
    contract: Contract | None,
    schema: Schema | None,
    reason: str,
    as_json: bool,
) -> None:
    """Show the steps that would give VERSION all of the traffic, and what clients notice; change nothing."""
    with failures():
        wanted = Version(version, artefact, schema)
        decided = session.deployment().plan(wanted, contract=contract, reason=reason)
        _print_plan(decided, as_json=as_json)
        if decided.clients.refusal:
            raise Refused(f"{version} would not be deployed: {decided.clients.refusal}")


@cli.command()
@_VERSION
@_ARTEFACT
@_CONTRACT
@_SCHEMA
@_REASON
@_MESSAGE
@_JSON
@click.pass_obj
def apply(
    session: Session,
    version: str,
    artefact: str,
    contract: Contract | None,
    schema: Schema | None,
    reason: str,
    message: str,
    as_json: bool,
) -> None:
    """Give VERSION all of the traffic, or finish an interrupted deployment of it.

    Ctrl-C rolls back. If the program was killed, run the same command again, or `abort`.
    """
    wanted = Version(version, artefact, schema)
    _run(
        session,
        as_json,
        lambda act, show: act.apply(wanted, message, contract=contract, reason=reason, planned=show),
    )


@cli.command()
@_MESSAGE
@_JSON
@click.pass_obj
def rollback(session: Session, message: str, as_json: bool) -> None:
    """Return the traffic to the version that was live before."""
    _run(session, as_json, lambda act, show: act.rollback(message, planned=show))


@cli.command()
@_MESSAGE
@_JSON
@click.pass_obj
def abort(session: Session, message: str, as_json: bool) -> None:
    """Roll back an interrupted deployment: return all traffic to the version before."""
    _run(session, as_json, lambda act, show: act.abort(message))


@cli.command()
@_CHANGE
@click.pass_obj
def backfill(session: Session, change: str) -> None:
    """Start the backfill CHANGE of the database, by a task of the live version, and do not wait for its end."""
    with failures():
        session.deployment().backfill(change)
        say(console(), f"Backfill {change} is running; deploys and rollbacks go on meanwhile.")


@cli.command()
@_CHANGE
@_MESSAGE
@_JSON
@click.pass_obj
def contract(session: Session, change: str, message: str, as_json: bool) -> None:
    """Take an old form of the database away, which the contract CHANGE does; there is no way back."""
    with failures(), nullcontext(print_json_line) if as_json else Progress(console()) as tell:
        session.deployment(tell).contract(change, message)


@cli.command()
@click.argument("colour", type=click.Choice(("blue", "green")))
@click.argument("instances", type=click.IntRange(0))
@_MESSAGE
@click.pass_obj
def scale(session: Session, colour: Colour, instances: int, message: str) -> None:
    """Change the number of INSTANCES of an environment, and wait for them."""
    with failures():
        shown = console()
        with Progress(shown) as tell:
            fleet = session.deployment(tell).scale(colour, instances, message)
        print_status(shown, fleet, None, None)


@cli.command()
@_JSON
@click.pass_obj
def status(session: Session, as_json: bool) -> None:
    """Show both environments, the traffic, the lock, the last act, and what was changed by hand."""
    with failures():
        made = session.connection
        fleet, lock = made.platform.observe(), locks.held(made.store)
        last, drift = next(iter(_records(session, 1)), None), _drift(made)
        way_back = session.deployment().way_back(fleet)
        database = history.database(history.newest(made.store))
        if as_json:
            phases = {"certain": str(database.certain), "possible": str(database.possible)}
            told = {"fleet": fleet, "lock": lock, "last": last, "drift": drift}
            _print_json({**told, "database": phases, "way_back": way_back})
        else:
            print_status(console(), fleet, lock, last)
            print_database(console(), database)
            if last:
                say(console(), way_back)
            print_drift(console(), drift)


@cli.command("history")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="The most acts to show.")
@_JSON
@click.pass_obj
def show_history(session: Session, limit: int, as_json: bool) -> None:
    """Show what was done, by whom and how it ended, the latest first."""
    with failures():
        records = _records(session, limit)
        if as_json:
            _print_json(records)
        else:
            print_history(console(), records)


@cli.command()
@click.option("--message", "-m", required=True, help="The reason, for others to read.")
@click.option(
    "--hours",
    type=click.FloatRange(0, min_open=True),
    default=8.0,
    show_default=True,
    help="How long to hold the lock.",
)
@click.pass_obj
def lock(session: Session, message: str, hours: float) -> None:
    """Keep everybody, including yourself, from changing the fleet."""
    with failures():
        made = locks.acquire(session.connection.store, session.who, message, hours * 3600.0).lock
        say(console(), f"Locked by {made}")


@cli.command()
@click.option("--force", is_flag=True, help="Release it even if somebody else holds it.")
@click.pass_obj
def unlock(session: Session, force: bool) -> None:
    """Release the lock."""
    with failures():
        gone = locks.unlock(session.connection.store, session.who, force=force)
        say(console(), f"Unlocked; it was {gone}" if gone else "Nobody had the lock.")


def _run(
    session: Session, as_json: bool, act: Callable[[Deployment, Callable[[Plan], None]], Finished]
) -> NoReturn:
    """Run an act, show it, and exit with its status."""
    with failures(), nullcontext(print_json_line) if as_json else Progress(console()) as tell:
        end = act(session.deployment(tell), lambda plan: None if as_json else print_plan(console(), plan))
    raise SystemExit(STATUSES[end.outcome])


def _records(session: Session, limit: int) -> list[history.Record]:
    # An act has two records: that it began, and how it ended.
    return list(islice(history.acts(history.newest(session.connection.store, 2 * limit)), limit))


def _drift(made: config.Connection) -> config.Drift:
    """The drift, or nothing if it cannot be told: the fleet is shown all the same."""
    try:
        return made.drift()
    except PlatformError as problem:
        click.echo(f"ogrom-deploy: the options could not be compared with the template: {problem}", err=True)
        return {}


def _print_plan(decided: Plan, *, as_json: bool) -> None:
    if not as_json:
        print_plan(console(), decided)
        return
    steps = [
        {"step": type(each).__name__, "title": each.title, "expected": each.expected}
        for each in decided.steps
    ]
    _print_json(
        {
            "summary": decided.summary,
            "version": decided.version,
            "colour": decided.colour,
            "before": decided.before,
            "expected": decided.expected,
            "steps": steps,
            "notes": decided.notes,
            "clients": decided.clients,
        }
    )


def _print_json(document: object) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(document)).decode())
