"""Validators, by which states are told apart: entity tags and dates (RFC 9110, section 8.8)."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Final

from werkzeug.http import parse_date as _parse_date

_OPAQUE: Final = r"[\x21\x23-\x7e\x80-\xff]*"
_MARKED: Final = re.compile(r"(.*)~[0-9a-f]{10}(?:-.*)?", re.DOTALL)
_MEMBER: Final = re.compile(rf'[ \t,]*(?:(W/)?"({_OPAQUE})"[ \t]*(?:,|\Z)|\Z)')
is_opaque: Final = re.compile(_OPAQUE).fullmatch
"""Whether a text can stand between the quotes of an entity tag (section 8.8.3)."""


@dataclass(frozen=True, slots=True)
class ETag:
    """An entity tag; equal strong ones mean equal bytes, equal weak ones an equivalent representation."""

    opaque: str
    weak: bool = False

    def __str__(self) -> str:
        return f'W/"{self.opaque}"' if self.weak else f'"{self.opaque}"'


@lru_cache(maxsize=512)
def parse_etags(field: str) -> tuple[ETag, ...]:
    """The entity tags of an If-Match or If-None-Match field; none at all if the field is malformed."""
    tags = []
    position = 0
    while position < len(field):
        match = _MEMBER.match(field, position)
        if match is None:
            return ()
        if match[2] is not None:  # otherwise an empty member, which is ignored (section 5.6.1.2)
            tags.append(ETag(match[2], weak=match[1] is not None))
        position = match.end()
    return tuple(tags)


def strongly_matches(
    field: str, current: ETag, variants: Collection[str], *, state: str | None = None
) -> bool:
    """Whether If-Match names the current entity tag, or that of a variant (section 8.8.3.2).

    Args:
        variants: the opaque parts of tags that match.
        state: what every matching tag with a fingerprint has before it; None if there are none such.
    """
    if current.weak:
        return False
    strong = (tag.opaque for tag in parse_etags(field) if not tag.weak)
    return any(each in variants or (state is not None and _state_of(each) == state) for each in strong)


def _state_of(opaque: str) -> str | None:
    """What the tag names before a fingerprint (`ogrom.http.fingerprint`); None if it has none."""
    marked = _MARKED.fullmatch(opaque)
    return marked and marked[1]


def weakly_matched(field: str, variants: Collection[str]) -> str | None:
    """The opaque part of the first tag of If-None-Match that equals a variant's (section 8.8.3.2)."""
    return next((tag.opaque for tag in parse_etags(field) if tag.opaque in variants), None)


@lru_cache(maxsize=512)
def parse_date(field: str) -> datetime | None:
    """The moment an HTTP date names, in any of its three forms (section 5.6.7), or None."""
    try:
        return _parse_date(field)
    except OverflowError:  # a year or a day with more digits than a C long has
        return None


def format_date(moment: datetime) -> str:
    """The moment as an IMF-fixdate, which has whole seconds.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone; use an aware datetime, such as one in UTC")
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return f"{_day(moment.toordinal())} {moment.hour:02}:{moment.minute:02}:{moment.second:02} GMT"


@lru_cache(maxsize=512)
def _day(ordinal: int) -> str:
    """The first words of an IMF-fixdate, the same for a whole day."""
    return format_datetime(datetime.fromordinal(ordinal).replace(tzinfo=UTC), usegmt=True).rpartition(" 00:")[
        0
    ]


def is_later(moment: datetime, limit: datetime) -> bool:
    """Whether `moment` is after `limit` once both are cut to the whole seconds that HTTP can send."""
    return moment.replace(microsecond=0) > limit
