"""Representations and the links in them."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from ogrom.core.categories import CategoryView
from ogrom.core.collages import CollageView
from ogrom.core.comments import CommentView
from ogrom.core.home import HomeView
from ogrom.core.likes import LikesView
from ogrom.core.products import ProductView
from ogrom.core.resource import Exchange
from ogrom.core.search import HitView
from ogrom.core.users import UserView
from ogrom.protocols.context import Context
from ogrom.protocols.models import Hit
from ogrom.protocols.testing import CATALOGUE, DE, MemorySources

CTX = Context(locale=DE)
MEMORY = MemorySources(CATALOGUE)


class Linking:
    """An exchange as far as a view needs one; it notes which links it was asked for."""

    context = CTX

    def __init__(self) -> None:
        self.names: set[str] = set()

    def link(self, name: str, **parameters: object) -> str:
        self.names.add(name)
        return f"{name} {parameters}"


def hits(x: Exchange) -> list[HitView]:
    return [HitView.of(Hit(kind=kind, id=7, title="Rot"), x) for kind in ("product", "collage")]


MAKERS: list[tuple[Any, Callable[[Exchange], object]]] = [
    (ProductView, lambda x: ProductView.of(MEMORY.products.products_by_ids(CTX, (1,))[1], x)),
    (CategoryView, lambda x: CategoryView.of(MEMORY.categories.categories(CTX)[1], x)),
    (CollageView, lambda x: CollageView.of(CATALOGUE.collages[0], x)),
    (CommentView, lambda x: CommentView.of(CATALOGUE.comments[0], x)),
    (UserView, lambda x: UserView.of(CATALOGUE.users[0], x)),
    (LikesView, lambda x: LikesView.of(11, 2, x)),
    (HitView, hits),
    (HomeView, HomeView.of),
]


@pytest.mark.parametrize(("view", "make"), MAKERS)
def test_a_view_declares_the_links_it_has(view: Any, make: Callable[[Exchange], object]) -> None:
    """No more and no less, so that a missing endpoint is found when they are mounted."""
    x = Linking()
    make(cast(Exchange, x))
    assert x.names == set(view.links_to)


@pytest.mark.parametrize(("view", "make"), MAKERS)
def test_views_are_values(view: Any, make: Callable[[Exchange], object]) -> None:
    """Two of the same thing are equal."""
    assert make(cast(Exchange, Linking())) == make(cast(Exchange, Linking()))
