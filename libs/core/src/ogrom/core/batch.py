"""/batch: many requests to a market in one."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final

from ogrom.http import Answer, Challenge, always, batch, refuses

from .problems import EXPIRED_TOKEN, INVALID_TOKEN
from .resource import Exchange, Resource
from .scopes import identified

_EXAMPLE: Final = batch.Batch(
    requests=(
        batch.BatchedRequest(id="collages", path="/collages?limit=1"),
        batch.BatchedRequest(id="products", path="/products?ids={collages#/items/*/placements/*/product_id}"),
        batch.BatchedRequest(id="comments", path="{collages#/items/0/links/comments}"),
        batch.BatchedRequest(id="authors", path="/users?ids={comments#/items/*/author_id}"),
    )
)


@dataclass(frozen=True)
class BatchResource(batch.BatchResource, Resource[None]):
    """Many requests in one."""

    scopes: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({"POST": ()})
    body_examples: ClassVar[Mapping[str, object]] = MappingProxyType({"POST": _EXAMPLE})
    allowed = always(True)

    @refuses(INVALID_TOKEN, EXPIRED_TOKEN)
    def authorized(self, x: Exchange[None], /) -> Answer | Challenge:
        """Whether the credentials, which are for all requests, are not wrong."""
        return not x.context.credentials_fault or identified(x, ())
