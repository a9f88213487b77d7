"""Uses the service at OGROM_URL as user 1, by the token OGROM_TOKEN: each later service is tried with it."""

import asyncio
import os
import secrets
from collections.abc import Callable

from ogrom.client import AsyncClient, Client, RemoteSources, operations, reference, request
from ogrom.client.errors import Refused
from ogrom.client.models import CollageDraft, CollagePatch, CommentDraft, Placement
from ogrom.client.problems import InvalidQuery, StaleRevision
from ogrom.protocols.context import Context

URL, TOKEN = os.environ["OGROM_URL"], os.environ["OGROM_TOKEN"]


def refusal(call: Callable[[], object]) -> Refused:
    try:
        raise AssertionError(f"this was not refused: {call()}")
    except Refused as error:
        return error


def read(shop: Client) -> int:
    products = list(shop.get_products(limit=15))
    first = shop.get_product(products[0].id)
    assert shop.get_product(first.value.id).value is first.value == products[0]  # it was not sent again
    assert shop.using(locale="en-GB").get_product(first.value.id).value.price.currency == "GBP"
    assert shop.follow(first.value.links.category, dict).value["id"] == first.value.category_id
    assert type(refusal(shop.get_products(limit=0).first)) is InvalidQuery
    return first.value.id


def write(shop: Client, product: int) -> None:
    placement = Placement(product_id=product, x=0.0, y=0.0, width=0.5, height=0.5)
    draft = CollageDraft(author_id=1, title="A", placements=(placement,))
    once = shop.using(key=secrets.token_hex())
    made = once.add_to_collages(draft)
    number, tag = made.value.id, made.etag or ""
    assert once.add_to_collages(draft).value.id == number
    changed = shop.patch_collage(number, CollagePatch(title="B"), if_match=tag)
    assert type(refusal(lambda: shop.put_collage(number, draft, if_match=tag))) is StaleRevision
    one = request("one", operations.get_collage(number))
    many = request("many", operations.get_products(ids=reference("one#/placements/*/product_id")))
    assert [each.id for each in shop.batch(one, many)[many].value.items] == [product]
    comment = shop.add_to_collage_comments(number, CommentDraft(author_id=1, text="Ja")).value
    assert list(shop.get_collage_comments(number)) == [comment]
    assert [shop.put_like(number, 1).status for _ in range(2)] == [201, 204]
    assert shop.delete_collage(number, if_match=changed.etag or "").status == 204


async def wait() -> None:
    async with AsyncClient(URL, "de-DE", token=lambda: TOKEN) as shop:
        assert len([each async for each in shop.get_products(limit=15)]) > 15


with Client(URL, "de-DE", token=lambda: TOKEN) as client, RemoteSources.at(URL) as sources:
    write(client, read(client))
    asyncio.run(wait())
    assert sources.products.product_by_id(Context(locale="de-DE"), 1)
