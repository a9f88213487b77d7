"""Commands of a service that bring products in and out, to be mounted in its own group. Needs the extra `commands`.

    for make in (import_command, export_command, demo_command):
        cli.add_command(make(find))

`find` gives the database, from the values of the service's own options; see `ogrom.sources.commands`. What a command
does is imported when it runs: all of it takes a second, and help must not wait for it.
"""

from pathlib import Path
from typing import Any

import click

from ogrom.sources.commands import Find

__all__ = ["demo_command", "export_command", "import_command"]

_PATH: click.Path = click.Path(dir_okay=False, path_type=Path)


def import_command(find: Find, *options: click.Parameter) -> click.Command:
    """`import`: load a catalogue from a file into what is there.

    Args:
        find: gives the database, and the markets that it serves.
        options: of the service's own; `find` gets their values.
    """

    @click.argument("file", type=_PATH)
    @click.option("--locale", metavar="LOCALE", help="The market of FILE; JSON Lines hold all markets.")
    @click.option(
        "--currency", metavar="CODE", help="What that market sells in (ISO 4217).  [default: its region's]"
    )
    @click.option("--category", metavar="'A > B'", help="Where products go that name no category.")
    @click.option(
        "--taxonomy", type=_PATH, help="Google's categories by number: taxonomy-with-ids.LOCALE.txt."
    )
    @click.option("--report", type=_PATH, help="Where to write what is rejected.  [default: FILE.report.tsv]")
    @click.option("--prune", is_flag=True, help="Remove the market's imported products that are not in FILE.")
    @click.option("--yes", is_flag=True, help="Do so without asking.")
    def import_(
        file: Path,
        locale: str | None,
        currency: str | None,
        category: str | None,
        taxonomy: Path | None,
        report: Path | None,
        prune: bool,
        yes: bool,
        **values: Any,
    ) -> None:
        """Load a catalogue from FILE into what is there.

        FILE is what a shop publishes for Google Merchant Center (tab-separated values, RSS or Atom) or what `export`
        wrote (JSON Lines), compressed by gzip or not. Each offer keeps its product, so the same file a second time
        changes nothing, and an import that was interrupted goes on where it ended.

        Exits with 3 if some rows could not be loaded; the report says which, and why.
        """
        target = find("import", values)
        from .import_ import MarketOptions, Options, import_file

        market = MarketOptions(locale=locale, currency=currency, category=category, taxonomy=taxonomy)
        import_file(target, file, Options(market=market, report=report, prune=prune, yes=yes))

    return _made("import", import_, options)


def export_command(find: Find, *options: click.Parameter) -> click.Command:
    """`export`: write all that the database has to a file.

    Args:
        find: gives the database.
        options: of the service's own; `find` gets their values.
    """

    @click.argument("file", type=_PATH)
    def export(file: Path, **values: Any) -> None:
        """Write all that the database has to FILE, in JSON Lines, as it is at one moment.

        FILE is compressed if its name ends with .gz. `import` takes it, on any database: what is exported from there
        is the same to the byte.
        """
        target = find("export", values)
        from .export import export_file

        export_file(target, file)

    return _made("export", export, options)


def demo_command(find: Find, *options: click.Parameter) -> click.Command:
    """`demo`: fill an empty database with the demo catalogue.

    Args:
        find: gives the database.
        options: of the service's own; `find` gets their values.
    """

    @click.option(
        "--products", type=click.IntRange(1), default=2000, show_default=True, help="How many products."
    )
    def demo(products: int, **values: Any) -> None:
        """Fill an empty database with the demo catalogue.

        Collages, comments, users and likes follow the number of products; a million products take some minutes.
        If interrupted, a complete but smaller catalogue is left.
        """
        target = find("demo", values)
        from .demo import fill_empty

        fill_empty(target, products)

    return _made("demo", demo, options)


def _made(name: str, callback: Any, options: tuple[click.Parameter, ...]) -> click.Command:
    command = click.command(name)(callback)
    command.params += options
    return command
