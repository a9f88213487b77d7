"""The contract of a ProductSource."""

from datetime import UTC, timedelta
from typing import TypedDict, Unpack

import pytest

from ..errors import Timeout
from ..models import Money, Product
from ..pages import Page, PageRequest
from ..sources import ProductSource
from ..testing.catalogue import START
from .contexts import IN_DE, IN_GB, IN_NO_MARKET, NO_IDS, TOO_LATE
from .paging import Fetch, check_bad_cursors, check_pages
from .sources import Sources


class Filters(TypedDict, total=False):
    """What narrows a list of products."""

    category_id: int
    brand: str
    collage_id: int


class ProductSourceContract:
    """Override `source`, or give all sources of the store by a fixture `sources`."""

    @pytest.fixture
    def source(self, sources: Sources) -> ProductSource:
        """The source under test, holding `CATALOGUE` and nothing else."""
        return sources.products

    def test_a_product_speaks_the_words_of_its_market(self, source: ProductSource) -> None:
        """Title and price are the market's, the rest is the product's."""
        expected = Product(
            id=1,
            title="Rotes Kleid",
            brand="Nümph",
            category_id=2,
            price=Money(amount=2000, currency="EUR"),
            image_url="https://images.example/products/1.jpg",
            revision=2,
            updated_at=START + timedelta(minutes=1),
        )
        assert source.product_by_id(IN_DE, 1) == expected
        british = source.product_by_id(IN_GB, 1)
        assert british is not None
        assert (british.title, british.price.currency) == ("Red dress", "GBP")

    def test_times_are_aware_and_in_utc(self, source: ProductSource) -> None:
        """Times have a zone, which is UTC."""
        product = source.product_by_id(IN_DE, 1)
        assert product is not None
        assert product.updated_at.tzinfo is UTC

    def test_what_another_market_sells_does_not_exist(self, source: ProductSource) -> None:
        """A product without an offer in the market is None there."""
        assert source.product_by_id(IN_DE, 3) is not None
        assert source.product_by_id(IN_GB, 3) is None
        assert source.product_by_id(IN_NO_MARKET, 3) is None

    @pytest.mark.parametrize("product_id", NO_IDS)
    def test_an_unknown_id_is_none(self, source: ProductSource, product_id: int) -> None:
        """An id that does not exist gives None, however large it is."""
        assert source.product_by_id(IN_DE, product_id) is None

    def test_a_batch_leaves_out_what_does_not_exist(self, source: ProductSource) -> None:
        """A batch read has the products of this market, by id, and nothing for the others."""
        found = source.products_by_ids(IN_GB, (4, 3, 1, *NO_IDS, 1))
        assert set(found) == {1, 4}
        assert found[4] == source.product_by_id(IN_GB, 4)

    def test_a_batch_of_nothing_is_empty(self, source: ProductSource) -> None:
        """No ids, no products."""
        assert source.products_by_ids(IN_DE, ()) == {}

    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            ({}, [1, 2, 3, 5, 6, 7]),
            ({"category_id": 1}, [1, 2, 3, 5, 6, 7]),
            ({"category_id": 2}, [1, 2, 3]),
            ({"category_id": 4}, [3]),
            ({"category_id": 3}, [6, 7]),
            ({"brand": "Nümph"}, [1, 3, 6]),
            ({"brand": "nümph"}, [2]),
            ({"collage_id": 12}, [1, 3, 5]),
            ({"category_id": 1, "brand": "Nümph"}, [1, 3, 6]),
            ({"category_id": 2, "brand": "nümph"}, [2]),
            ({"category_id": 1, "collage_id": 14}, [5, 6]),
            ({"category_id": 4, "collage_id": 12}, [3]),
            ({"category_id": 2, "brand": "Nümph", "collage_id": 12}, [1, 3]),
        ],
    )
    def test_lists_hold_what_fits_every_filter(
        self, source: ProductSource, filters: Filters, expected: list[int]
    ) -> None:
        """Each filter alone and all together, by ascending id, whatever the page size."""
        listed = source.products(IN_DE, PageRequest(limit=100), **filters).items
        assert [product.id for product in listed] == expected
        check_pages(_list(source, **filters), list(listed))

    @pytest.mark.parametrize(
        ("category_id", "expected"), [(1, [1, 2, 4, 5, 6, 7]), (2, [1, 2, 4]), (3, [6, 7]), (4, [])]
    )
    def test_a_category_lists_what_the_market_sells_of_it(
        self, source: ProductSource, category_id: int, expected: list[int]
    ) -> None:
        """Its own products and those of all categories below it, as far as the market has them."""
        listed = source.products(IN_GB, PageRequest(limit=100), category_id=category_id).items
        assert [product.id for product in listed] == expected

    @pytest.mark.parametrize(
        "filters",
        [
            {"category_id": 2**63 - 1},
            {"brand": ""},
            {"brand": "Numph"},
            {"brand": "Nümph "},
            {"category_id": 1, "brand": "Nümph "},
            {"category_id": 3, "brand": "Ghost"},
            {"brand": "N%"},
            {"brand": "' OR 1=1 --"},
            {"collage_id": 15},
            {"collage_id": 2**63 - 1},
            {"category_id": 3, "collage_id": 12},
        ],
    )
    def test_what_fits_nothing_is_an_empty_page(self, source: ProductSource, filters: Filters) -> None:
        """Nothing of such a category, brand (spelled exactly so) or collage of this market: no items."""
        assert _list(source, **filters)(PageRequest()) == Page(items=())

    def test_a_cursor_fits_its_own_list_only(self, source: ProductSource) -> None:
        """Garbage, truncated cursors and those of other filters or markets are BadCursor."""
        check_bad_cursors(
            _list(source, category_id=2),
            _list(source),
            _list(source, brand="Nümph"),
            _list(source, collage_id=12),
            _list(source, category_id=1),
            lambda page: source.products(IN_GB, page, category_id=2),
        )

    def test_a_call_past_its_deadline_is_a_timeout(self, source: ProductSource) -> None:
        """The caller has stopped waiting, so the source does not start."""
        with pytest.raises(Timeout):
            source.product_by_id(TOO_LATE, 1)
        with pytest.raises(Timeout):
            source.products_by_ids(TOO_LATE, (1, 2))
        with pytest.raises(Timeout):
            source.products(TOO_LATE, PageRequest())


def _list(source: ProductSource, **filters: Unpack[Filters]) -> Fetch[Product]:
    return lambda page: source.products(IN_DE, page, **filters)
