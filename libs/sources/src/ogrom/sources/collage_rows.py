"""Collages as rows: one statement reads them with their placements.

One statement, because it sees one state of the store: a collage read in two could have the revision of one
writer and the placements of the next. So a collage's own columns come again in each row of its placements; their
moments come as text, which the driver of MySQL makes in a fifth of the time of a datetime, and become datetimes
once a collage: docs/sources.md has the figures.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, FromClause, String, bindparam, cast, select

from ogrom.protocols.models import Collage, Placement

from .calls import AnySelect
from .columns import ID, UtcDateTime
from .tables import collages, placements

_COLLAGE = ("id", "locale", "author_id", "title", "revision", "created_at", "updated_at")
_MOMENTS = {"created_at", "updated_at"}
_PLACEMENT = ("product_id", "x", "y", "width", "height", "rotation", "z")


def _with_placements(source: FromClause) -> AnySelect:
    columns = (*(_read(source, name) for name in _COLLAGE), *(placements.c[name] for name in _PLACEMENT))
    same = (placements.c.collage_id == source.c.id) & (placements.c.locale == source.c.locale)
    return select(*columns).select_from(source).outerjoin(placements, same)


def _read(source: FromClause, name: str) -> ColumnElement[Any]:
    return cast(source.c[name], String) if name in _MOMENTS else source.c[name]


BY_IDS = (
    _with_placements(collages)
    .where(
        collages.c.id.in_(bindparam("ids", expanding=True)),
        collages.c.locale == bindparam("locale"),
    )
    .order_by(collages.c.id, placements.c.position)
)


@cache
def newest(*, of_author: bool, after: bool) -> AnySelect:
    """The statement that reads a page of collages, newest first, in full.

    Its parameters are `locale`, `wanted`, and where asked for `author_id`, `created_at` and `id`.
    """
    page = (
        select(*(collages.c[name] for name in _COLLAGE))
        .where(*_conditions(of_author=of_author, after=after))
        .order_by(collages.c.created_at.desc(), collages.c.id.desc())
        .limit(bindparam("wanted"))
        .subquery("page")
    )
    return _with_placements(page).order_by(page.c.created_at.desc(), page.c.id.desc(), placements.c.position)


def _conditions(*, of_author: bool, after: bool) -> Iterator[ColumnElement[bool]]:
    yield collages.c.locale == bindparam("locale")
    if of_author:
        yield collages.c.author_id == bindparam("author_id")
    if after:
        yield older(collages)


def older(table: FromClause) -> ColumnElement[bool]:
    """The rows behind the key `created_at`, `id`, in a form for which both databases use the index."""
    created_at = bindparam("created_at", type_=UtcDateTime)
    id = bindparam("id", type_=ID)
    return (table.c.created_at <= created_at) & ((table.c.created_at < created_at) | (table.c.id < id))


def collages_in(rows: Iterable[Sequence[Any]]) -> list[Collage]:
    """The collages in rows that stand together for each collage, in the order of its placements."""
    return [_collage(group) for _, group in groupby(rows, key=itemgetter(0))]


def _collage(group: Iterator[Sequence[Any]]) -> Collage:
    first, *others = group
    id, locale, author_id, title, revision, created_at, updated_at = first[: len(_COLLAGE)]
    return Collage(
        id=id,
        locale=locale,
        author_id=author_id,
        title=title,
        placements=tuple(_placements((first, *others))),
        revision=revision,
        created_at=_moment(created_at),
        updated_at=_moment(updated_at),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _placements(rows: Iterable[Sequence[Any]]) -> Iterator[Placement]:
    for row in rows:
        product_id, x, y, width, height, rotation, z = row[len(_COLLAGE) :]
        # The outer join gives an empty row to a collage without placements.
        if product_id is not None:
            yield Placement(
                product_id=product_id, x=x, y=y, width=width, height=height, rotation=rotation, z=z
            )


def placement_rows(collage_id: int, locale: str, placed: Iterable[Placement]) -> list[dict[str, Any]]:
    """The rows to insert for the placements of a collage."""
    return [
        {
            "collage_id": collage_id,
            "locale": locale,
            "position": position,
            **{name: getattr(placement, name) for name in _PLACEMENT},
        }
        for position, placement in enumerate(placed)
    ]
