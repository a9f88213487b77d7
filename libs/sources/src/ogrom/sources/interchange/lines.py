"""Lines with their numbers, each bounded: no line, however long, fills the memory."""

from collections.abc import Iterator

from .opened import OpenedFile

LONGEST = 2**20
"""How many bytes a line may have."""


def numbered_lines(file: OpenedFile) -> Iterator[tuple[int, bytes | None]]:
    """Each line with its number from 1, without its end; None instead of one that is longer than `LONGEST`.

    Raises:
        BrokenFile: the rest cannot be read.
    """
    number = 0
    while line := file.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST and not line.endswith(b"\n"):
            _skip(file)
            yield number, None
        else:
            yield number, line.removesuffix(b"\n").removesuffix(b"\r")


def _skip(file: OpenedFile) -> None:
    while (part := file.readline(LONGEST)) and not part.endswith(b"\n"):
        pass
