"""`ogrom-api import`: a catalogue from a file, into what is there."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from msgspec import Struct
from sqlalchemy import Engine

from ogrom.operations.command_line import Failure
from ogrom.protocols.errors import SourceError
from ogrom.sources.interchange import (
    BrokenFile,
    Form,
    Market,
    OpenedFile,
    Rejected,
    Report,
    SeenOffers,
    Step,
    Stored,
    import_items,
    import_records,
    missing,
    opened,
    prune,
    seen_offers,
)

from ..failures import explained, require_database
from ..market_options import MarketOptions, market_of
from ..progress import progress
from ..rows_progress import rows_progress
from ..schema import bring_up_to_date, engine_of
from ..settings import Settings

_AGAIN = "what is loaded stays, and the same command goes on from there"


class SomeRejected(Failure):
    """The file was read to its end, but not everything in it could be loaded."""

    exit_code = 3


class Options(Struct, frozen=True, kw_only=True):
    """What the person asked for besides the file.

    Attributes:
        market: of which market a shop's file is, and how to read it.
        report: where to write what was rejected; None for beside the file.
        prune: whether to remove the market's imported products that the file has not.
        yes: whether to do so without asking.
    """

    market: MarketOptions
    report: Path | None
    prune: bool
    yes: bool


class _Import(Struct, frozen=True):
    """One run."""

    settings: Settings
    path: Path
    options: Options
    report: Report
    now: datetime


def import_(settings: Settings, path: Path, options: Options) -> None:
    """Migrate where needed, load the file, and say what came of it.

    Raises:
        Failure: the file, its options or the database cannot be used, or somebody interrupted.
        SomeRejected: all is loaded but the entries that the report tells of.
    """
    require_database(settings.database_url, "import")
    beside = path.with_name(path.name + ".report.tsv")
    try:
        with opened(path) as file, Report(options.report or beside) as report:
            _run(_Import(settings, path, options, report, datetime.now(UTC)), file)
    except BrokenFile as error:
        raise Failure(f"import: {path}: {error}") from error
    except OSError as error:
        raise _unwritable(options.report or beside, error) from error
    if report.rejected:
        raise SomeRejected(f"import: {report.rejected} not loaded; {report.path} says why, line by line")


def _run(job: _Import, file: OpenedFile) -> None:
    url = job.settings.database_url
    market = _market(job, file)
    try:
        with explained(url), engine_of(url) as engine:
            bring_up_to_date(engine)
            _load(job, file, market, engine)
    except KeyboardInterrupt:
        raise Failure(f"import: interrupted; {_AGAIN}") from None
    except Failure as error:
        if isinstance(error.__cause__, SourceError):
            raise Failure(f"{error.message}; {_AGAIN}") from error
        raise


def _market(job: _Import, file: OpenedFile) -> Market | None:
    """Which market the file is of; None where it holds all."""
    if file.form is not Form.JSON_LINES:
        return market_of(job.options.market, job.settings.locales)
    if job.options.market.is_given or job.options.prune:
        raise Failure(f"import: {job.path} holds all markets; leave out --locale and what belongs to it")
    return None


def _load(job: _Import, file: OpenedFile, market: Market | None, engine: Engine) -> None:
    if market is None:
        _follow(job, file, import_records(engine, file))
        return
    with seen_offers() as seen:
        total = _follow(job, file, import_items(engine, file, market, seen, job.now))
        if job.options.prune:
            _prune(job, engine, seen, total)


def _follow(job: _Import, file: OpenedFile, steps: Iterator[Step]) -> Stored:
    total, rows = Stored(), 0
    try:
        with rows_progress(f"Importing {job.path}") as tell:
            for step in steps:
                total += step.stored
                rows = total.new + total.changed + total.unchanged + job.report.rejected
                _reject(job.report, step.rejected)
                tell(rows, file.position / file.size if file.size else None)
    except BrokenFile as error:
        raise BrokenFile(f"{error}; {_AGAIN} when it is mended") from None
    finally:
        said = f"{total.new} new, {total.changed} changed, {total.unchanged} unchanged"
        click.echo(f"{job.path}: {said}, {job.report.rejected} rejected.")
    return total


def _reject(report: Report, rejected: tuple[Rejected, ...]) -> None:
    try:
        for each in rejected:
            report.add(each)
        report.flush()
    except OSError as error:
        raise _unwritable(report.path, error) from error


def _unwritable(path: Path, error: OSError) -> Failure:
    return Failure(f"import: {path} cannot be written: {error.strerror}; name another: --report FILE")


def _prune(job: _Import, engine: Engine, seen: SeenOffers, total: Stored) -> None:
    """Remove what the file has not, if it was read to its end and is all good."""
    locale = job.options.market.locale
    assert locale is not None, "a market has a locale"
    if job.report.rejected or total == Stored():
        click.echo("Nothing is removed, because not every row of the file could be loaded, or there is none.")
        return
    count = shown = 0
    with progress(f"Looking for what is not in {job.path}") as tell:
        for each in missing(engine, locale, seen):
            count, shown = count + len(each.ids), shown + each.shown
            tell(f"{count} products", None)
    if shown:
        click.echo(f"{shown} products that are not in {job.path} stay, because collages show them.")
    if not count:
        click.echo("There is nothing to remove.")
    elif job.options.yes or click.confirm(f"Remove {count} products from {locale}?"):
        removed = 0
        with progress("Removing them") as tell:
            for each in missing(engine, locale, seen):
                removed += prune(engine, locale, each.ids, job.now)
                tell(f"{removed} of {count}", removed / count)
        click.echo(f"{removed} removed from {locale}.")
