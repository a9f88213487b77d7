"""The protocols: what an endpoint may ask of a source.

Every method takes the Context first, obeys its deadline, and may raise `Unavailable` or `Timeout`. Then a write was not
stored, except for `Unconfirmed`, where nobody knows: a write is never repeated after that, unless it has an idempotency
key (`ogrom.protocols.outcomes`); then it may also raise `KeyReused` and `WriteUnderway`. What exists only in another
market (`ctx.locale`) does not exist. Lists raise `BadCursor` for a cursor that the same list did not give.
Batch reads leave out what does not exist. `ogrom.protocols.contracts` has all this as tests.
"""

from collections.abc import Collection, Mapping
from typing import Protocol

from .context import Context
from .models import Category, Collage, CollageDraft, Comment, CommentDraft, Hit, Product, User
from .pages import Page, PageRequest


class ProductSource(Protocol):
    """Products in the words and the currency of the market."""

    def product_by_id(self, ctx: Context, product_id: int) -> Product | None:
        """The product, or None where it does not exist or is not sold in this market."""
        ...

    def products_by_ids(self, ctx: Context, product_ids: Collection[int]) -> Mapping[int, Product]:
        """The products that exist among `product_ids`, by id, in one call to the store."""
        ...

    def products(
        self,
        ctx: Context,
        page: PageRequest,
        *,
        category_id: int | None = None,
        brand: str | None = None,
        collage_id: int | None = None,
    ) -> Page[Product]:
        """Products by ascending id that match every given filter.

        Args:
            category_id: products of this category and of all that lie below it, however deep.
            brand: products of this brand, spelled exactly like this.
            collage_id: products that lie on this collage.
        """
        ...


class CategorySource(Protocol):
    """The category tree, named in the language of the market."""

    def category_by_id(self, ctx: Context, category_id: int) -> Category | None:
        """The category, or None."""
        ...

    def categories(self, ctx: Context) -> tuple[Category, ...]:
        """The whole tree by ascending id; a parent's id is below its children's."""
        ...


class CollageSource(Protocol):
    """Collages of the market."""

    def collage_by_id(self, ctx: Context, collage_id: int) -> Collage | None:
        """The collage with its placements, or None."""
        ...

    def collages_by_ids(self, ctx: Context, collage_ids: Collection[int]) -> Mapping[int, Collage]:
        """The collages that exist among `collage_ids`, by id."""
        ...

    def collages(self, ctx: Context, page: PageRequest, *, author_id: int | None = None) -> Page[Collage]:
        """Collages, newest first, of all authors or of one."""
        ...

    def add_collage(self, ctx: Context, draft: CollageDraft) -> Collage:
        """Store a new collage in this market with revision 1.

        Raises:
            Conflict: the author or a placed product does not exist.
        """
        ...

    def replace_collage(
        self, ctx: Context, collage_id: int, draft: CollageDraft, *, revision: int
    ) -> Collage:
        """Replace the collage with `draft` if it still has `revision`; the revision grows by one.

        Raises:
            Conflict: the collage has another revision or is gone, or a reference points to nothing.
        """
        ...

    def delete_collage(self, ctx: Context, collage_id: int, *, revision: int) -> None:
        """Delete the collage, its comments and its likes if it still has `revision`.

        Raises:
            Conflict: the collage has another revision or is gone.
        """
        ...


class CommentSource(Protocol):
    """Comments under the market's collages."""

    def comment_by_id(self, ctx: Context, comment_id: int) -> Comment | None:
        """The comment, or None."""
        ...

    def comments(self, ctx: Context, page: PageRequest, *, collage_id: int | None = None) -> Page[Comment]:
        """Comments, newest first, under all collages or under one."""
        ...

    def add_comment(self, ctx: Context, collage_id: int, draft: CommentDraft) -> Comment:
        """Store a new comment.

        Raises:
            Conflict: the collage does not exist in this market, or the author does not exist.
        """
        ...

    def delete_comment(self, ctx: Context, comment_id: int) -> bool:
        """Delete the comment; False if there was none."""
        ...


class UserSource(Protocol):
    """Users, the same in every market."""

    def user_by_id(self, ctx: Context, user_id: int) -> User | None:
        """The user, or None."""
        ...

    def users_by_ids(self, ctx: Context, user_ids: Collection[int]) -> Mapping[int, User]:
        """The users that exist among `user_ids`, by id."""
        ...


class LikeSource(Protocol):
    """Who likes which collage of the market; liking twice is liking once."""

    def likes(self, ctx: Context, collage_id: int) -> int:
        """How many users like the collage; 0 if it does not exist."""
        ...

    def like(self, ctx: Context, collage_id: int, user_id: int) -> bool:
        """Store that the user likes the collage; False if that was stored already.

        Raises:
            Conflict: the collage does not exist in this market, or the user does not exist.
        """
        ...

    def unlike(self, ctx: Context, collage_id: int, user_id: int) -> bool:
        """Remove the user's like of the collage; False if there was none."""
        ...


class SearchSource(Protocol):
    """Full text search over what the market shows."""

    def search(self, ctx: Context, query: str, page: PageRequest) -> Page[Hit]:
        """Products and collages whose texts have every word of `query`, the best matches first.

        A product's texts are its title, its brand and the name of its category; a collage's is its title. Case and
        accents do not matter, and `ü` may be typed `u` or `ue`. The beginning of a word finds it, and so do three or
        more letters after its third: `kleid` finds a Sommerkleid.

        Hits come by rank. Each word of the query adds 0 if it is a word of the title, 1 if a word of the title begins
        with it, 2 if it is found elsewhere; the lowest sum comes first, then products before collages, then the lower
        id. Each has what a list shows of it, as the store has it now.

        Args:
            query: what a person typed: no character is an operator, and a query without a word finds nothing. Its first
                1,000 characters count, and of these the first 32 different words.
        """
        ...
