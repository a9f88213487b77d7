"""`./dev check`."""

import click

from ogrom_tools.projects import ROOT, discover
from ogrom_tools.test.__main__ import side_by_side
from ogrom_tools.test.suites import quick


@click.command()
@click.argument("names", nargs=-1, metavar="[PROJECT ...]")
def main(names: tuple[str, ...]) -> None:
    """Run the quick checks of all projects or of these: lint, types, and the tests that need no server."""
    side_by_side(ROOT, quick(discover(ROOT), names))


if __name__ == "__main__":
    main(prog_name="./dev check")
