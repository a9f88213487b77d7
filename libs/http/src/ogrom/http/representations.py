"""Representations: a value's form in one media type, and its form on the wire."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from . import problem

COMPRESSIBLE = 1024
"""Bytes from which a gzipped representation is worth its header and its time."""


@dataclass(frozen=True, slots=True)
class Renderer:
    """How values are written in one media type.

    Attributes:
        media_type: what Accept is compared with, and what Content-Type says.
        render: writes a value.
        problem_type: the Content-Type of a problem in this form (RFC 9457, section 3).
    """

    media_type: str
    render: Callable[[object], bytes]
    problem_type: str

    @property
    def suffix(self) -> str:
        """What tells this form's entity tags from another's: a strong tag names exact bytes."""
        return "-" + self.media_type.partition(";")[0].partition("/")[2].strip()


JSON = Renderer("application/json", msgspec.json.Encoder().encode, problem.MEDIA_TYPE)


def compress(content: bytes) -> bytes:
    """The content gzipped (RFC 1952), the same bytes for the same content at any time."""
    return gzip.compress(content, compresslevel=5, mtime=0)
