"""Does everything with the service at OGROM_URL as user 1, by the token OGROM_TOKEN; later ones are tried with it."""

import asyncio
import os
import secrets
from collections.abc import Callable
from typing import Any

from ogrom.client import AsyncClient, Client, RemoteSources, operations, reference, request
from ogrom.client.errors import NotFound, Refused
from ogrom.client.models import Batch, BatchedRequest, CollageDraft, CollagePatch, CommentDraft, Placement
from ogrom.client.problems import InvalidQuery, StaleRevision
from ogrom.protocols.context import Context

URL, TOKEN = os.environ["OGROM_URL"], os.environ["OGROM_TOKEN"]


class Watched:
    """A client, and the names of what was called of it."""

    def __init__(self, client: Client, called: set[str]) -> None:
        self.client = client
        self.called = called

    def __getattr__(self, name: str) -> Any:
        self.called.add(name)
        return getattr(self.client, name)

    def using(self, **changes: Any) -> "Watched":
        return Watched(self.client.using(**changes), self.called)


def refusal(call: Callable[[], object]) -> Refused:
    try:
        raise AssertionError(f"this was not refused: {call()}")
    except Refused as error:
        return error


def read(shop: Watched) -> int:
    products = list(shop.get_products(limit=15))
    first = shop.get_product(products[0].id)
    assert shop.get_product(first.value.id).value is first.value == products[0]  # it was not sent again
    assert shop.using(locale="en-GB").get_product(first.value.id).value.price.currency == "GBP"
    assert shop.follow(first.value.links.category, dict).value["id"] == first.value.category_id
    assert shop.get_category(first.value.category_id).value in list(shop.get_categories())
    assert list(shop.get_search(q=first.value.title))
    assert shop.get_user(1).value == next(iter(shop.get_users(ids=[1])))
    assert shop.get_home().value.markets["de-DE"] == shop.get_index().value.links.self_
    assert (shop.get_live().value.status, shop.get_ready().value.status) == ("live", "ready")
    known = {each.type for each in shop.get_problem_types().value.items}
    assert shop.get_problem_type("bad-cursor").value.type in known
    assert type(refusal(shop.get_products(limit=0).first)) is InvalidQuery
    product: int = first.value.id
    return product


def write(shop: Watched, product: int) -> None:
    placement = Placement(product_id=product, x=0.0, y=0.0, width=0.5, height=0.5)
    draft, key = CollageDraft(author_id=1, title="A", placements=(placement,)), secrets.token_hex()
    made = shop.using(key=key).add_to_collages(draft)
    number, tag = made.value.id, made.etag or ""
    assert shop.using(key=key).add_to_collages(draft).value.id == number  # it was made once
    assert shop.get_write(key=key).value.collage.id == number
    assert number in {each.id for each in shop.get_collages()} & {
        each.id for each in shop.get_user_collages(1)
    }
    changed = shop.patch_collage(number, CollagePatch(title="B"), if_match=tag)
    assert type(refusal(lambda: shop.put_collage(number, draft, if_match=tag))) is StaleRevision
    assert shop.get_collage(number).etag == changed.etag
    comment = shop.add_to_collage_comments(number, CommentDraft(author_id=1, text="Ja")).value
    assert [comment] == list(shop.get_collage_comments(number)) == list(shop.get_comments(collage_id=number))
    assert shop.get_comment(comment.id).value == comment
    assert shop.delete_comment(comment.id).status == 204
    assert isinstance(refusal(lambda: shop.get_comment(comment.id)), NotFound)
    assert [shop.put_like(number, 1).status for _ in range(2)] == [201, 204]
    assert shop.get_likes(number).value.count == 1
    assert shop.delete_like(number, 1).status == 204
    screen(shop, number, product)
    assert shop.delete_collage(number, if_match=changed.etag or "").status == 204


def screen(shop: Watched, number: int, product: int) -> None:
    one = request("one", operations.get_collage(number))
    many = request("many", operations.get_products(ids=reference("one#/placements/*/product_id")))
    assert [each.id for each in shop.batch(one, many)[many].value.items] == [product]
    alone = shop.add_to_batch(Batch(requests=(BatchedRequest(id="a", path="/"),)))
    assert alone.value.responses["a"].status == 200


async def wait() -> None:
    async with AsyncClient(URL, "de-DE", token=lambda: TOKEN) as shop:
        assert len([each async for each in shop.get_products(limit=15)]) > 15


with Client(URL, "de-DE", token=lambda: TOKEN) as client, RemoteSources.at(URL) as sources:
    watched = Watched(client, set())
    write(watched, read(watched))
    asyncio.run(wait())
    assert sources.products.product_by_id(Context(locale="de-DE"), 1)
    missed = {*operations.__all__} - watched.called
    assert not missed, f"not called: {missed}"
