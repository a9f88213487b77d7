"""Tab-separated values: rows of attributes under a header that names them."""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from .entries import BrokenFile, Entry, Fault, Rejected
from .files import LONGEST, OpenedFile, numbered_lines

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
        Stray: the end of a cell is ambiguous.
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


# How far a quoted cell may reach; a description has 5000 characters at most.
_MOST_LINES = 100
_MOST_CHARACTERS = 2**16

_BRACKETED = re.compile(r".*\[([^\[\]]+)\]\s*")

Line = tuple[int, str | None]


def tsv_entries(file: OpenedFile, required: Sequence[str]) -> Iterator[Entry[Mapping[str, str]] | Rejected]:
    """The rows; attributes have the names of the specification, and empty cells are left out.

    Args:
        required: attributes without which the file cannot be meant.

    Raises:
        BrokenFile: the header lacks a required attribute or has one twice, or the file cannot be read on.
    """
    lines = _Lines(file)
    names = _header(lines, required)
    for number, text in lines:
        if text is None:
            yield Rejected(number, "", (Fault("", f"the line is longer than {LONGEST} bytes"),))
        elif text.strip():
            yield _row(number, text, names, lines)


class _Lines:
    """Decoded lines, of which some can be given back. What is no UTF-8 becomes lone surrogates."""

    def __init__(self, file: OpenedFile) -> None:
        self._lines = numbered_lines(file)
        self._returned: deque[Line] = deque()

    def __iter__(self) -> Iterator[Line]:
        return self

    def __next__(self) -> Line:
        if self._returned:
            return self._returned.popleft()
        number, line = next(self._lines)
        return number, None if line is None else line.decode("utf-8", "surrogateescape")

    def give_back(self, lines: Sequence[Line]) -> None:
        self._returned.extendleft(reversed(lines))


def _header(lines: _Lines, required: Sequence[str]) -> Sequence[str]:
    for number, text in lines:
        if text is None:
            break
        if text.strip():
            return _names(number, text, required)
    raise BrokenFile(f"it has no header; name the columns in the first line: {', '.join(required)}, ...")


def _names(number: int, text: str, required: Sequence[str]) -> Sequence[str]:
    names = [_name(cell.strip('"')) for cell in text.split("\t")]
    missing = [name for name in required if name not in names]
    if missing:
        raise BrokenFile(
            f"line {number} must name the columns, separated by tabs; it lacks {', '.join(missing)}"
        )
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise BrokenFile(f"line {number} names {', '.join(twice)} twice; remove one of the columns")
    return names


def _name(cell: str) -> str:
    """An attribute's name as the specification has it, from `g:Image Link` or `Bildlink [image_link]`."""
    bracketed = _BRACKETED.fullmatch(cell)
    name = bracketed[1] if bracketed else cell
    return name.strip().lower().removeprefix("g:").replace(" ", "_")


def _row(number: int, text: str, names: Sequence[str], lines: _Lines) -> Entry[Mapping[str, str]] | Rejected:
    try:
        cells = _whole(text, lines)
    except Unclosed:
        reason = "a cell opens with a quotation mark and never closes it"
        return Rejected(number, _id(text, names), (Fault("", reason),))
    except Stray as stray:
        position: int = stray.args[0]
        field = names[position] if position < len(names) else ""
        reason = "has a single quotation mark inside quotes; double it"
        return Rejected(number, _id(text, names), (Fault(field, reason),))
    if any(cells[len(names) :]):
        reason = f"the row has {len(cells)} cells, the header {len(names)}"
        return Rejected(number, _id(text, names), (Fault("", reason),))
    found = {name: cell for name, cell in zip(names, cells, strict=False) if name and cell}
    return Entry(number, found)


def _whole(text: str, lines: _Lines) -> list[str]:
    """The cells of a row, of which a quoted one may hold line breaks."""
    taken: list[Line] = []
    while True:
        try:
            return cells_of(text)
        except (Unclosed, Stray) as error:
            following = _following(lines, taken, len(text)) if isinstance(error, Unclosed) else None
            if following is None:
                # The mark may have been meant as itself, so the lines that were looked at are rows.
                lines.give_back(taken)
                raise
            text += "\n" + following


def _following(lines: _Lines, taken: list[Line], length: int) -> str | None:
    if len(taken) >= _MOST_LINES or length > _MOST_CHARACTERS:
        return None
    line = next(lines, None)
    if line is None:
        return None
    taken.append(line)
    return line[1]


def _id(text: str, names: Sequence[str]) -> str:
    """What a row that cannot be divided seems to call itself."""
    cells = text.split("\t")
    position = names.index("id")
    return cells[position] if position < len(cells) else ""
