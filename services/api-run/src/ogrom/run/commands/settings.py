"""`ogrom-api settings`: what may be set, what is, and who said so."""

import json

import click

from ..environment import Found
from ..tables import print_table

_COLUMNS = ("Variable", "Value", "From", "Default", "Meaning")


def print_settings(found: tuple[Found, ...], *, as_json: bool) -> None:
    """Print them as a table, or as a JSON array; passwords are masked."""
    rows = [_row(each) for each in found]
    if as_json:
        click.echo(
            json.dumps([dict(zip(map(str.lower, _COLUMNS), row, strict=True)) for row in rows], indent=2)
        )
    else:
        print_table(_COLUMNS, rows)


def _row(found: Found) -> tuple[str, ...]:
    variable = found.variable
    return variable.name, found.shown, found.origin, variable.default, variable.meaning
