"""A file opened for reading: decompressed where it is gzip, its form told by its first bytes."""

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
def opened(path: Path) -> Iterator[OpenedFile]:
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
