"""Representations: a value's form in one media type, and its form on the wire."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import msgspec

from . import negotiation, problem
from .occasions import Occasion
from .rows import write_rows

__all__ = ["compress"]

Page: TypeAlias = Callable[[object, Occasion], tuple[bytes, dict[str, str]]]
"""Writes a value together with its occasion; gives the content, and the header fields that belong to it."""

COMPRESSIBLE = 1024
"""Bytes from which a gzipped representation is worth its header and its time."""


@dataclass(frozen=True, slots=True)
class Renderer:
    """How values are written in one media type.

    Attributes:
        media_type: what Accept is compared with, and what Content-Type says.
        render: writes a value.
        problem_type: the Content-Type of a problem in this form. The default is that of problems in JSON
            (RFC 9457, section 3), which is how they are written where this form has no words for them.
        page: writes a value together with its occasion, for people. Such a page is about one request, so it
            has no validators and is not stored.
    """

    media_type: str
    render: Callable[[object], bytes]
    problem_type: str = problem.MEDIA_TYPE
    page: Page | None = None

    @property
    def suffix(self) -> str:
        """What tells this form's entity tags from another's: a strong tag names exact bytes."""
        return "-" + self.media_type.partition(";")[0].partition("/")[2].strip()


def _render_page(value: object) -> bytes:
    """A page about a value alone."""
    from .html import render

    return render(value)


def _page(value: object, occasion: Occasion) -> tuple[bytes, dict[str, str]]:
    """A page and the header fields that it must have; the templates wait until somebody wants to see one."""
    from .html import HEADERS, render

    return render(value, occasion), HEADERS


HTML_TYPE: Final = "text/html; charset=utf-8"
MESSAGEPACK_TYPE: Final = "application/msgpack"

JSON = Renderer("application/json", msgspec.json.Encoder().encode)
# A problem in MessagePack has the type that the client reads: RFC 9457 names none for it, and the status says
# already that it is a problem.
MESSAGEPACK = Renderer(MESSAGEPACK_TYPE, msgspec.msgpack.Encoder().encode, MESSAGEPACK_TYPE)
CSV = Renderer("text/csv; charset=utf-8; header=present", write_rows)
HTML = Renderer(HTML_TYPE, _render_page, HTML_TYPE, _page)

STANDARD: Final = (JSON, MESSAGEPACK, HTML)
"""The forms of every resource that does not choose its own, and of every problem."""

LISTED: Final = (*STANDARD, CSV)
"""The forms of a list."""


def problem_renderer(accept: str, negotiated: Renderer | None = None) -> Renderer:
    """The form of a problem, which is never refused: JSON for those who accept none.

    Args:
        accept: the request's Accept.
        negotiated: the representation that was chosen already, if that was so.
    """
    if negotiated in STANDARD:
        return negotiated
    wanted = negotiation.best_media_type(accept, _PROBLEM_TYPES)
    return JSON if wanted is None else _PROBLEM_FORMS[wanted]


_PROBLEM_FORMS = {
    problem.MEDIA_TYPE: JSON,
    **{renderer.media_type: renderer for renderer in STANDARD},
}
_PROBLEM_TYPES = tuple(_PROBLEM_FORMS)


def compress(content: bytes) -> bytes:
    """The content gzipped (RFC 1952), the same bytes for the same content at any time."""
    return gzip.compress(content, compresslevel=5, mtime=0)
