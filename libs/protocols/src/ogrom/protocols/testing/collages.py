"""Collages in memory."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from msgspec.structs import asdict, replace

from ..context import Context
from ..errors import Conflict
from ..keyset import AgeKey, Keyset
from ..models import Collage, CollageDraft
from ..pages import Page, PageRequest
from .outcomes import once
from .store import Store, newest_first, now

_COLLAGES: Keyset[Collage, AgeKey] = Keyset(
    "collages", AgeKey, lambda collage: AgeKey(collage.created_at, collage.id)
)


@dataclass(frozen=True)
class MemoryCollages:
    """A CollageSource."""

    store: Store

    def collage_by_id(self, ctx: Context, collage_id: int) -> Collage | None:
        return self.collages_by_ids(ctx, (collage_id,)).get(collage_id)

    def collages_by_ids(self, ctx: Context, collage_ids: Collection[int]) -> Mapping[int, Collage]:
        with self.store.opened("collages", ctx) as store:
            found = [store.collage(ctx.locale, id) for id in collage_ids]
        return {collage.id: collage for collage in found if collage is not None}

    def collages(self, ctx: Context, page: PageRequest, *, author_id: int | None = None) -> Page[Collage]:
        with self.store.opened("collages", ctx) as store:
            found = [
                collage
                for collage in store.collages.values()
                if collage.locale == ctx.locale and author_id in (None, collage.author_id)
            ]
        return newest_first(found, _COLLAGES, page, ctx.locale, author_id)

    @once("collage")
    def add_collage(self, ctx: Context, draft: CollageDraft) -> Collage:
        with self.store.opened("collages", ctx) as store:
            _require_references(store, ctx.locale, draft)
            time = now()
            collage = Collage(
                id=store.new_id(),
                locale=ctx.locale,
                revision=1,
                created_at=time,
                updated_at=time,
                **asdict(draft),
            )
            store.collages[collage.id] = collage
        return collage

    @once("collage")
    def replace_collage(
        self, ctx: Context, collage_id: int, draft: CollageDraft, *, revision: int
    ) -> Collage:
        with self.store.opened("collages", ctx) as store:
            before = _at_revision(store, ctx.locale, collage_id, revision)
            _require_references(store, ctx.locale, draft)
            collage = replace(before, revision=revision + 1, updated_at=now(), **asdict(draft))
            store.collages[collage_id] = collage
        return collage

    @once("")
    def delete_collage(self, ctx: Context, collage_id: int, *, revision: int) -> None:
        with self.store.opened("collages", ctx) as store:
            _at_revision(store, ctx.locale, collage_id, revision)
            del store.collages[collage_id]
            for comment in tuple(store.comments.values()):
                if comment.collage_id == collage_id:
                    del store.comments[comment.id]
            store.likes = {like for like in store.likes if like[0] != collage_id}


def _at_revision(store: Store, locale: str, collage_id: int, revision: int) -> Collage:
    collage = store.collage(locale, collage_id)
    if collage is None or collage.revision != revision:
        raise Conflict("collages", f"collage {collage_id} is not at revision {revision}")
    return collage


def _require_references(store: Store, locale: str, draft: CollageDraft) -> None:
    store.require_user("collages", draft.author_id)
    for product_id in {placement.product_id for placement in draft.placements}:
        product = store.products.get(product_id)
        if product is None or locale not in product.offers:
            raise Conflict("collages", f"product {product_id} does not exist in {locale}")
