"""Renderers: how values are written in one media type, and how content is compressed."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec
from msgspec.inspect import StructType, Type, UnionType, type_info

from . import negotiation, problem

__all__ = ["compress"]

COMPRESSIBLE = 1024
"""Bytes from which a gzipped representation is worth its header and its time."""


class Rendered(NamedTuple):
    """Content, and the header fields that belong to it."""

    content: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Renderer:
    """How values are written in one media type; two renderers are equal only if they are the same one.

    Attributes:
        media_type: what Accept is compared with, and what Content-Type says.
        render: writes a value.
        problem_type: the Content-Type of a problem document in this form; None if it has no form for problems.
        render_response: writes a value together with what is known of its response, an
            `ogrom.http.response.ResponseInfo`. Such a representation shows one request, so it has no validators.
    """

    media_type: str
    render: Callable[[object], bytes]
    problem_type: str | None = field(default=None, kw_only=True)
    render_response: Callable[[object, Any], Rendered] | None = field(default=None, kw_only=True)

    @property
    def suffix(self) -> str:
        """What tells this form's entity tags from another's: a strong tag names exact bytes."""
        return "-" + self.media_type.partition(";")[0].partition("/")[2].strip()


# A spreadsheet starts a formula at these places (OWASP, CSV injection). It may also take `;` for the end of a cell,
# where the comma is for decimals, and a line break, where that made it overlook a quote.
_FORMULA = re.compile(r"(^|[;\t\r\n])(?=[\"' ]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])|^(?=[\t\r\n])")


def write_csv(value: object) -> bytes:
    """The items of a page or a list as comma-separated rows with a header (RFC 4180); another value is one row.

    A member of a member has a dotted name (`price.amount`); structs have the columns that their class declares,
    whatever is null. A list within a row is JSON. A string that would start a formula gets an apostrophe in front,
    which spreadsheets do not show; numbers stay as they are.
    """
    rows = [dict(_cells("", item)) for item in _items(msgspec.to_builtins(value, str_keys=True))]
    kinds = dict.fromkeys(map(type, _items(value)))
    declared = (name for kind in kinds for name in _columns(kind))
    names = dict.fromkeys((*declared, *(name for row in rows for name in row)))
    # What is null in one row and an object in another has its columns already.
    nested = {name for name in names if any(other.startswith(f"{name}.") for other in names)}
    columns = [name for name in names if name not in nested or any(row.get(name) for row in rows)]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    if columns:
        writer.writerow([_without_formula(name) for name in columns])
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return text.getvalue().encode()


@cache
def _columns(kind: type) -> tuple[str, ...]:
    """The columns that a struct declares; none for another class."""
    if not issubclass(kind, msgspec.Struct):
        return ()
    try:
        return tuple(_leaves("", type_info(kind), ()))
    except TypeError:  # it can be written, but an annotation is for type checkers only
        return ()


def _leaves(name: str, info: Type, above: tuple[object, ...]) -> Iterator[str]:
    """The names of the innermost members of a type; a struct within itself is one."""
    choices = info.types if isinstance(info, UnionType) else (info,)
    structs = [each for each in choices if isinstance(each, StructType) and each.cls not in above]
    if not structs:
        yield name
    for struct in structs:
        for member in struct.fields:
            inner = f"{name}.{member.encode_name}" if name else member.encode_name
            yield from _leaves(inner, member.type, (*above, struct.cls))


def _items(value: Any) -> list[object]:
    items = value.get("items") if isinstance(value, dict) else getattr(value, "items", value)
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
        return _without_formula(value)
    # In JSON, `;` occurs in strings only, where it may be escaped.
    return "" if value is None else msgspec.json.encode(value).decode().replace(";", r"\u003b")


def _without_formula(text: str) -> str:
    return _FORMULA.sub(r"\1'", text)


MESSAGEPACK_TYPE: Final = "application/msgpack"

JSON: Final = Renderer("application/json", msgspec.json.Encoder().encode, problem_type=problem.MEDIA_TYPE)
# RFC 9457 defines no type for problems in MessagePack, and the status already says that it is one.
MESSAGEPACK: Final = Renderer(
    MESSAGEPACK_TYPE, msgspec.msgpack.Encoder().encode, problem_type=MESSAGEPACK_TYPE
)
CSV: Final = Renderer("text/csv; charset=utf-8; header=present", write_csv)

DEFAULT_RENDERERS: Final = (JSON, MESSAGEPACK)
"""The representations of a resource that does not choose its own, and of problems; `ogrom.http.html` has pages."""

LIST_RENDERERS: Final = (*DEFAULT_RENDERERS, CSV)
"""The representations of a list."""


def problem_renderer(
    accept: str, negotiated: Renderer | None = None, renderers: tuple[Renderer, ...] = DEFAULT_RENDERERS
) -> Renderer:
    """The form of a problem, which is never refused: JSON for clients that accept none of them.

    Args:
        accept: the request's Accept.
        negotiated: the representation that was chosen, if it was negotiated already.
        renderers: on offer; those without a form for problems are left out.
    """
    if negotiated is not None and negotiated.problem_type is not None:
        return negotiated
    by_type, types = _problem_forms(renderers)
    wanted = negotiation.best_media_type(accept, types)
    return JSON if wanted is None else by_type[wanted]


@cache
def _problem_forms(renderers: tuple[Renderer, ...]) -> tuple[dict[str, Renderer], tuple[str, ...]]:
    forms = {each.media_type: each for each in renderers if each.problem_type is not None}
    by_type = {problem.MEDIA_TYPE: JSON, **forms}
    return by_type, tuple(by_type)


def compress(content: bytes) -> bytes:
    """The content gzipped (RFC 1952); the same content always gives the same bytes."""
    return gzip.compress(content, compresslevel=5, mtime=0)
