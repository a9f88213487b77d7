"""What was read is kept, and asked for again by its entity tag."""

from typing import Any

from ogrom.client import RemoteSources
from ogrom.protocols.models import CollageDraft

URL = "/de/goods/1"


def test_what_has_not_changed_is_not_sent_again(
    standin: Any, sources: RemoteSources, said: Any, product: Any, a_product: Any
) -> None:
    """The service is asked each time, by the entity tag that it gave."""
    standin.says(URL, said(a_product, headers={"ETag": '"a, b"'}), said(b"", 304))
    first = product(sources)
    assert product(sources) == first is not None
    tags = [each.headers.get("if-none-match") for each in standin.asked if each.target == URL]
    assert tags == [None, '"a, b"']
    standin.says(URL, said({**a_product, "title": "Anders"}, headers={"ETag": '"c"'}))
    changed = product(sources)
    assert changed is not None
    assert changed.title == "Anders"


def test_what_has_no_tag_is_not_kept(
    standin: Any, sources: RemoteSources, said: Any, product: Any, a_product: Any
) -> None:
    """There is nothing to ask with."""
    standin.says(URL, said(a_product))
    product(sources)
    product(sources)
    assert all("if-none-match" not in each.headers for each in standin.asked)


def test_little_is_kept_where_little_may_be(standin: Any, said: Any, product: Any, a_product: Any) -> None:
    """An answer that is larger than the whole cache is not kept."""
    standin.says(URL, said(a_product, headers={"ETag": '"1"'}))
    with RemoteSources.at(standin.url, max_cached=100) as sources:
        product(sources)
        product(sources)
    assert all("if-none-match" not in each.headers for each in standin.asked)


def test_header_fields_count_too(standin: Any, said: Any, product: Any, a_product: Any) -> None:
    """Or small answers with large fields would fill the memory."""
    standin.says(URL, said(a_product, headers={"ETag": '"1"', "X-Large": "x" * 10_000}))
    with RemoteSources.at(standin.url, max_cached=10_000) as sources:
        product(sources)
        product(sources)
    assert all("if-none-match" not in each.headers for each in standin.asked)


def test_who_wants_the_latest_gets_no_copy_of_the_services(
    standin: Any, sources: RemoteSources, said: Any, ctx: Any, a_collage: Any, draft: CollageDraft
) -> None:
    """A request that decides on what it reads, or that has written, says so on."""
    context = ctx()
    sources.products.product_by_id(context, 1)
    assert "cache-control" not in standin.asked[-1].headers
    sources.products.product_by_id(ctx(fresh=True), 1)
    assert standin.asked[-1].headers["cache-control"] == "no-cache"
    standin.says("/de/c", said(a_collage, 201))
    sources.collages.add_collage(context, draft)
    sources.products.product_by_id(context, 1)
    assert standin.asked[-1].headers["cache-control"] == "no-cache"
