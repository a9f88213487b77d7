"""Keyset paging: pages of a list that stay right while rows come and go.

A cursor identifies its list and the key of the last item seen. Sources need not use this; what they must do is in
`ogrom.protocols.contracts`.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Generic, TypeVar

import msgspec

from .errors import BadCursor
from .models import Id, Timestamp
from .pages import Page, PageRequest


class IdKey(msgspec.Struct, frozen=True, order=True, array_like=True):
    """The key of a list by ascending id."""

    id: Id


class AgeKey(msgspec.Struct, frozen=True, order=True, array_like=True):
    """The key of a list by age; of two items of one moment the one with the higher id is newer."""

    created_at: Timestamp
    id: Id


T = TypeVar("T")
K = TypeVar("K", bound=msgspec.Struct)

_TAG_BYTES = 6


@dataclass(frozen=True)
class Keyset(Generic[T, K]):
    """A kind of list whose items have a unique, ordered key.

    Every method takes a `scope`: the values that tell this list from the others of its kind, such as the
    locale and the filters. A cursor of one scope is a `BadCursor` in any other.

    Attributes:
        source: the name of the source, part of the scope and of error messages.
        key_type: the key, a Struct with `array_like=True` to keep cursors short.
        key_of: gives an item's key.
    """

    source: str
    key_type: type[K]
    key_of: Callable[[T], K]

    def after(self, page: PageRequest, *scope: object) -> K | None:
        """The key after which the page begins; None for the first page.

        Raises:
            BadCursor: it is not a cursor, or was made for another list.
        """
        if page.cursor is None:
            return None
        tag, key = self._read(page.cursor)
        if tag != self._tag(scope):
            raise BadCursor(self.source, "the cursor belongs to another list")
        return key

    def page(self, found: Sequence[T], page: PageRequest, *scope: object) -> Page[T]:
        """The page made of `found`, which has one item more than wanted if there is a next page."""
        items = tuple(found[: page.limit])
        if len(found) <= page.limit:
            return Page(items=items)
        return Page(items=items, next_cursor=self._write(self.key_of(items[-1]), scope))

    def _write(self, key: K, scope: tuple[object, ...]) -> str:
        packed = self._tag(scope) + msgspec.msgpack.encode(key)
        return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()

    def _read(self, cursor: str) -> tuple[bytes, K]:
        try:
            padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
            # b64decode without validate would skip foreign characters and accept garbage.
            packed = base64.b64decode(padded, altchars=b"-_", validate=True)
            key = msgspec.msgpack.decode(packed[_TAG_BYTES:], type=self.key_type)
        except (ValueError, msgspec.DecodeError) as error:
            raise BadCursor(self.source, "this is not a cursor") from error
        return packed[:_TAG_BYTES], key

    def _tag(self, scope: tuple[object, ...]) -> bytes:
        # A cursor is not a secret: the tag catches mistakes, and a forged one only leads to another page.
        return blake2b(repr((self.source, scope)).encode(), digest_size=_TAG_BYTES).digest()
