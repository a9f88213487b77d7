"""`import`: a catalogue from a file, into what is there."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from msgspec import Struct
from sqlalchemy import Engine

from ogrom.protocols.errors import SourceError
from ogrom.sources.commands import CommandError, Target, bring_up_to_date
from ogrom.sources.sql.loading import Stored

from ..entries import BrokenFile, Rejected, Report
from ..files import Form, OpenedFile, open_file
from ..importing import SeenOffers, Step, import_items, import_records, seen_offers
from ..merchant import Market, currency_of, path_of, taxonomy
from ..pruning import missing, prune
from .progress import progress, rows_progress

_AGAIN = "what is loaded stays, and the same command goes on from there"


class MarketOptions(Struct, frozen=True, kw_only=True):
    """Which market a shop's file is of; None for an option that was not given.

    Attributes:
        locale: the market.
        currency: what it sells in, if not in the currency of the locale's region.
        category: where products go that name none, `A > B > C`.
        taxonomy: a file of Google's with its categories by number.
    """

    locale: str | None
    currency: str | None
    category: str | None
    taxonomy: Path | None

    @property
    def is_given(self) -> bool:
        return any(getattr(self, name) is not None for name in self.__struct_fields__)


class SomeRejected(CommandError):
    """The file was read to its end, but not everything in it could be loaded."""

    exit_code = 3


class Options(Struct, frozen=True, kw_only=True):
    """What the user asked for besides the file.

    Attributes:
        market: the market of a shop's file.
        report: where to write what is rejected; None for a file beside it.
        prune: whether to remove the market's imported products that are not in the file.
        yes: whether to do so without asking.
    """

    market: MarketOptions
    report: Path | None
    prune: bool
    yes: bool


class _Import(Struct, frozen=True):
    target: Target
    path: Path
    options: Options
    report: Report
    now: datetime


def import_file(target: Target, path: Path, options: Options) -> None:
    """Migrate where needed, load the file, and report the result.

    Raises:
        CommandError: the file, its options or the database cannot be used, or the user interrupted.
        SomeRejected: the entries in the report could not be loaded; all others are.
    """
    beside = path.with_name(path.name + ".report.tsv")
    try:
        with open_file(path) as file, Report(options.report or beside) as report:
            _run(_Import(target, path, options, report, datetime.now(UTC)), file)
    except BrokenFile as error:
        raise CommandError(f"import: {path}: {error}") from error
    except OSError as error:
        raise _unwritable(options.report or beside, error) from error
    if report.rejected:
        raise SomeRejected(f"import: {report.rejected} not loaded; {report.path} says why, line by line")


def _run(job: _Import, file: OpenedFile) -> None:
    market = _market(job, file)
    try:
        with job.target.connect() as engine:
            bring_up_to_date(engine)
            _load(job, file, market, engine)
    except KeyboardInterrupt:
        raise CommandError(f"import: interrupted; {_AGAIN}") from None
    except click.ClickException as error:
        if isinstance(error.__cause__, SourceError):
            raise CommandError(f"{error.message}; {_AGAIN}") from error
        raise


def _market(job: _Import, file: OpenedFile) -> Market | None:
    """Which market the file is of; None where it holds all."""
    if file.form is not Form.JSON_LINES:
        return market_of(job.options.market, job.target.locales)
    if job.options.market.is_given or job.options.prune:
        raise CommandError(
            f"import: {job.path} holds all markets; leave out --locale, --currency, --category, --taxonomy and --prune"
        )
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
        raise BrokenFile(f"{error}; {_AGAIN} once the file is fixed") from None
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


def _unwritable(path: Path, error: OSError) -> CommandError:
    return CommandError(f"import: {path} cannot be written: {error.strerror}; name another: --report FILE")


def _prune(job: _Import, engine: Engine, seen: SeenOffers, total: Stored) -> None:
    """Remove what is not in the file, if it was read to its end without a fault."""
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


def market_of(options: MarketOptions, locales: tuple[str, ...]) -> Market:
    """The market of a file.

    Args:
        locales: the markets that are served; an earlier one decides before it.

    Raises:
        CommandError: there is no such market, or its currency is not known.
    """
    locale = options.locale
    if locale not in locales:
        said = "the file is for one market; name it" if locale is None else f"there is no market {locale!r}"
        raise CommandError(f"import: {said}: --locale {' or '.join(locales)}")
    currency = options.currency or currency_of(locale)
    if currency is None:
        raise CommandError(f"import: the currency of {locale} is not known; pass it: --currency EUR")
    return Market(
        locale=locale,
        currency=currency,
        before=frozenset(locales[: locales.index(locale)]),
        category=path_of(options.category or ""),
        taxonomy=taxonomy(_lines(options.taxonomy)) if options.taxonomy else {},
    )


def _lines(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            f"import: {path} cannot be read: {error}; --taxonomy takes a file of Google's"
        ) from error
    if not taxonomy(lines):
        raise CommandError(f"import: {path} has no line such as `2271 - A > B`; it is not Google's taxonomy")
    return lines
