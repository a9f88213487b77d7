"""The cells of a line of tab-separated values, quoted as Merchant Center allows.

A cell that begins with a quotation mark ends with one, may hold tabs and line breaks, and has its own quotation
marks doubled. Elsewhere a quotation mark means itself.
"""

import re

_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"(?=\t|\Z)')
_UNCLOSED = re.compile(r'"(?:[^"]++|"")*+\Z')
_PLAIN = re.compile(r"[^\t]*+")


class Unclosed(ValueError):
    """The line ends within quotation marks, so the cell goes on in the next."""


class Stray(ValueError):
    """A quoted cell has a single quotation mark in its midst; the argument is the cell's position, from 0."""


def cells_of(text: str) -> list[str]:
    """The cells of a line.

    Raises:
        Unclosed: the last cell goes on in the next line.
        Stray: nobody can say where a cell ends.
    """
    if '"' not in text:
        return text.split("\t")
    cells: list[str] = []
    at = 0
    while True:
        cell, at = _cell(text, at, len(cells))
        cells.append(cell)
        if at == len(text):
            return cells
        at += 1


def _cell(text: str, at: int, position: int) -> tuple[str, int]:
    """A cell and where it ends: at a tab or at the end of the text."""
    if not text.startswith('"', at):
        plain = _PLAIN.match(text, at)
        assert plain is not None
        return plain[0], plain.end()
    quoted = _QUOTED.match(text, at)
    if quoted is not None:
        return quoted[1].replace('""', '"'), quoted.end()
    raise Unclosed if _UNCLOSED.match(text, at) else Stray(position)
