"""Every method of every source Protocol is known to be a read or a write."""

import inspect

from typing_extensions import is_protocol

from ogrom.protocols import outcomes, sources
from ogrom.protocols.context import Context
from ogrom.protocols.pages import PageRequest
from ogrom.protocols.testing import CATALOGUE, DE, MemorySources
from ogrom.sources.wrappers import RULES, Cache, cached


def _methods() -> list[str]:
    protocols = [
        member
        for module in (sources, outcomes)
        for _, member in inspect.getmembers(module, inspect.isclass)
        if member.__module__ == module.__name__ and is_protocol(member)
    ]
    return [name for protocol in protocols for name in vars(protocol) if not name.startswith("_")]


def test_every_method_is_listed_once() -> None:
    """A new method belongs on one of the three lists, and no name is in two Protocols."""
    assert sorted(_methods()) == sorted([*RULES.reads, *RULES.writes, *RULES.private])


def test_every_write_changes_what_somebody_reads() -> None:
    """No kind is misspelled."""
    read = frozenset[str]().union(*RULES.reads.values())
    assert all(kinds and kinds <= read for kinds in RULES.writes.values())


def test_an_unknown_method_changes_everything() -> None:
    """Nothing named means all."""
    assert RULES.changed_by("rename_user") == frozenset()


def test_a_deleted_collage_is_gone_from_every_answer_remembered() -> None:
    """Its comments, its likes, the search and the products that lay on it were all read before."""
    bare = MemorySources(CATALOGUE)
    cache, ctx, page = Cache(), Context(locale=DE), PageRequest(limit=100)
    products = cached(bare.products, "products", cache, ttl=60)
    collages = cached(bare.collages, "collages", cache, ttl=60)
    comments = cached(bare.comments, "comments", cache, ttl=60)
    likes = cached(bare.likes, "likes", cache, ttl=60)
    search = cached(bare.search, "search", cache, ttl=60)

    def answers() -> list[object]:
        return [
            products.products(ctx, page, collage_id=11),
            collages.collages(ctx, page),
            comments.comments(ctx, page),
            likes.likes(ctx, 11),
            search.search(ctx, "Łódź", page),
        ]

    answers()
    collages.delete_collage(ctx, 11, revision=1)
    remembered = answers()
    cache.invalidate()
    assert remembered == answers()
