"""Files: read, with the form detected from the first bytes and gzip decompressed; and written whole or not at all."""

import gzip
import io
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import IO, cast

from .entries import BrokenFile

__all__ = ["Form", "OpenedFile", "atomic_write", "open_file"]

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Form(Enum):
    """What the content is written in."""

    JSON_LINES = "JSON Lines"
    TSV = "tab-separated values"
    XML = "XML"


class OpenedFile:
    """The content of a file, whether compressed or not.

    Attributes:
        form: what it is written in.
        size: of the file on disk, in bytes; None where that is not known beforehand, as for a pipe.
    """

    def __init__(self, file: IO[bytes]) -> None:
        """Look at the beginning, not at the name.

        Raises:
            BrokenFile: it is empty, or in an encoding other than UTF-8.
        """
        self._file = cast("io.BufferedReader", file)
        status = os.fstat(file.fileno())
        self.size = status.st_size if stat.S_ISREG(status.st_mode) else None
        self._content = self._file
        if self._file.peek(2)[:2] == _GZIP:
            self._content = io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=self._file)))
        with _told():
            self.form = _form(self._content.peek(512)[:512])
            if self.form is not Form.XML and self._content.peek(3)[:3] == _BOM:
                self._content.read(3)

    @property
    def position(self) -> int:
        """How much of `size` has been read, in bytes."""
        return self._file.tell() if self.size is not None else 0

    def read(self, most: int) -> bytes:
        """The next bytes, `most` at most; none at the end.

        Raises:
            BrokenFile: the rest cannot be decompressed.
        """
        with _told():
            return self._content.read1(most)

    def readline(self, most: int) -> bytes:
        """The bytes up to the next line's beginning, `most` at most; none at the end.

        Raises:
            BrokenFile: the rest cannot be decompressed.
        """
        with _told():
            return self._content.readline(most)


@contextmanager
def open_file(path: Path) -> Iterator[OpenedFile]:
    """The file, closed at the end of the block.

    Raises:
        BrokenFile: it cannot be opened, is empty, or is in an encoding other than UTF-8.
    """
    with _told():
        file = path.open("rb")
    with file:
        yield OpenedFile(file)


def _form(head: bytes) -> Form:
    if head.startswith(_UTF_16):
        raise BrokenFile("it is UTF-16; save it as UTF-8")
    start = head.removeprefix(_BOM).lstrip()
    if not start:
        raise BrokenFile("it is empty")
    return {b"<": Form.XML, b"{": Form.JSON_LINES}.get(start[:1], Form.TSV)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except EOFError:
        raise BrokenFile("it ends in the middle of its gzip data; copy it again") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise BrokenFile(f"its gzip data is damaged: {error}; copy it again") from None
    except OSError as error:
        raise BrokenFile(f"it cannot be read: {error.strerror or error}") from None


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


@contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its place, or that of an older one, at the end of the block; at an error it never does.

    Args:
        path: where; compressed if the name ends with `.gz`, without a time so that its bytes depend on its
            content only.

    Raises:
        OSError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("xb") as raw:
            if path.suffix == ".gz":
                with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
                    yield file  # type: ignore[misc]
            else:
                yield raw
            raw.flush()
            os.fsync(raw.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
