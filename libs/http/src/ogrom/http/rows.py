"""Rows: a list as a table of comma-separated values (RFC 4180), for spreadsheets and scripts."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import msgspec

_FORMULA = re.compile(r"(^|[;\t\r\n])(?=[\"' ]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])|^(?=[\t\r\n])")
"""Where a spreadsheet would begin a formula (OWASP, CSV injection): also behind what it may take for the end of a cell,
as `;` is where the comma is for decimals, and a line's end where that has made it overlook a quote."""


def write_rows(value: object) -> bytes:
    """The items of a page, or of a list, as rows under a header; another value is one row by itself.

    A member of a member has a dotted name (`price.amount`), links included: who reads rows wants to go on from
    them too. A list within a row is JSON. What would begin a formula in a text gets an apostrophe in front, which
    spreadsheets do not show; numbers stay as they are.
    """
    rows = [dict(_cells("", item)) for item in _items(msgspec.to_builtins(value, str_keys=True))]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    if columns:
        writer.writerow([_unformulated(name) for name in columns])
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return text.getvalue().encode()


def _items(value: Any) -> list[object]:
    items = value.get("items") if isinstance(value, dict) else value
    return list(items) if isinstance(items, list | tuple) else [value]


def _cells(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """The names and texts of a value, one for each of its innermost members."""
    if isinstance(value, dict) and value:
        for member, inner in value.items():
            yield from _cells(f"{name}.{member}" if name else member, inner)
    else:
        yield name or "value", _cell(value)


def _cell(value: object) -> str:
    if isinstance(value, str):
        return _unformulated(value)
    # In JSON a `;` is in a text only, where it may be spelled so.
    return "" if value is None else msgspec.json.encode(value).decode().replace(";", r"\u003b")


def _unformulated(text: str) -> str:
    return _FORMULA.sub(r"\1'", text)
