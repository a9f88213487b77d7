"""Rules: the one place that says which methods read, and which records a write changes.

A tag names records that change together. An answer is kept until a record with one of its tags is written. A method
that is not listed counts as a write that changes everything: a missing line costs speed, never a wrong answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """What the methods of sources read and write.

    Attributes:
        reads: by a method's name, the tags of the records that its answer depends on.
        writes: by a method's name, the tags of the records that it changes.
        private: the methods that read what belongs to the caller, so that no answer is kept or shared.
    """

    reads: Mapping[str, frozenset[str]]
    writes: Mapping[str, frozenset[str]]
    private: frozenset[str] = frozenset()

    def changed_by(self, method: str) -> frozenset[str]:
        """The tags of the records that a write changes; empty for all of them."""
        return self.writes.get(method, frozenset())


_PRODUCTS = frozenset({"products"})
_CATEGORIES = frozenset({"categories"})
_COLLAGES = frozenset({"collages"})
_COMMENTS = frozenset({"comments"})
_USERS = frozenset({"users"})
_LIKES = frozenset({"likes"})

RULES = Rules(
    reads={
        "product_by_id": _PRODUCTS,
        "products_by_ids": _PRODUCTS,
        # Those of a category with all below it, and those that lie on a collage.
        "products": _PRODUCTS | _CATEGORIES | _COLLAGES,
        "category_by_id": _CATEGORIES,
        "categories": _CATEGORIES,
        "collage_by_id": _COLLAGES,
        "collages_by_ids": _COLLAGES,
        "collages": _COLLAGES,
        "comment_by_id": _COMMENTS,
        "comments": _COMMENTS,
        "user_by_id": _USERS,
        "users_by_ids": _USERS,
        "likes": _LIKES,
        # A product is found by the name of its category, too.
        "search": _PRODUCTS | _CATEGORIES | _COLLAGES,
    },
    writes={
        "add_collage": _COLLAGES,
        "replace_collage": _COLLAGES,
        "delete_collage": _COLLAGES | _COMMENTS | _LIKES,
        "add_comment": _COMMENTS,
        "delete_comment": _COMMENTS,
        "like": _LIKES,
        "unlike": _LIKES,
    },
    private=frozenset({"outcome"}),
)
