"""All sources over one store, as the contracts need them."""

from typing import Protocol

from ..outcomes import OutcomeSource
from ..sources import (
    CategorySource,
    CollageSource,
    CommentSource,
    LikeSource,
    ProductSource,
    SearchSource,
    UserSource,
)


class Sources(Protocol):
    """All sources over one store: what one writes, the others see."""

    @property
    def products(self) -> ProductSource: ...
    @property
    def categories(self) -> CategorySource: ...
    @property
    def users(self) -> UserSource: ...
    @property
    def collages(self) -> CollageSource: ...
    @property
    def comments(self) -> CommentSource: ...
    @property
    def likes(self) -> LikeSource: ...
    @property
    def search(self) -> SearchSource: ...
    @property
    def outcomes(self) -> OutcomeSource: ...
