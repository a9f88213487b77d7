"""What holds between the sources of one store."""

import msgspec
import pytest

from ..pages import PageRequest
from ..testing import GB
from .collages import draft
from .comments import draft as comment
from .contexts import IN_DE, IN_GB, of_one_request
from .sources import Sources

EVERYTHING = PageRequest(limit=100)

TITLES = (
    "שמלת קיץ לחוף הים",
    "فستانٌ صيفيّ",
    "Платье достопримечательности",
    "真夏のワンピース",
    "ÅNGSTRÖM & Ærø: 'smørrebrød' — 100%",
    "🌷 Tulpen 🌷🌷 rouge\u0301",
    "\u202eKäsekuchen\u202c",
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenständer" * 2,
    " ".join(f"w{number}" for number in range(35)),
)


class SourcesContract:
    """Give a fixture `sources`: all of one store, which holds `CATALOGUE` and nothing else."""

    def test_deleting_a_collage_deletes_its_comments(self, sources: Sources) -> None:
        """They are None and on no list; the comments under other collages stay."""
        sources.collages.delete_collage(IN_DE, 11, revision=1)
        left = sources.comments.comments(IN_DE, EVERYTHING).items
        assert [comment.id for comment in left] == [23]
        assert sources.comments.comments(IN_DE, EVERYTHING, collage_id=11).items == ()
        assert sources.comments.comment_by_id(IN_DE, 21) is None
        assert len(sources.comments.comments(IN_GB, EVERYTHING).items) == 2

    def test_deleting_a_collage_deletes_its_likes(self, sources: Sources) -> None:
        """The likes of other collages stay."""
        sources.collages.delete_collage(IN_DE, 11, revision=1)
        assert [sources.likes.likes(IN_DE, id) for id in (11, 13)] == [0, 1]
        assert sources.likes.unlike(IN_DE, 11, 2) is False

    def test_replacing_a_collage_keeps_comments_and_likes(self, sources: Sources) -> None:
        """They belong to the collage, not to its revision."""
        sources.collages.replace_collage(IN_DE, 11, draft(), revision=1)
        assert len(sources.comments.comments(IN_DE, EVERYTHING, collage_id=11).items) == 3
        assert sources.likes.likes(IN_DE, 11) == 2

    def test_a_new_collage_can_be_commented_liked_and_found(self, sources: Sources) -> None:
        """It is a collage like any other from the moment it is stored."""
        added = sources.collages.add_collage(IN_DE, draft("Käsekuchen", products=(7, 5, 7)))
        assert sources.likes.like(IN_DE, added.id, 3) is True
        hits = sources.search.search(IN_DE, "KÄSEKUCHEN", EVERYTHING).items
        assert [(hit.kind, hit.id) for hit in hits] == [("collage", added.id)]
        lying = sources.products.products(IN_DE, EVERYTHING, collage_id=added.id).items
        assert [product.id for product in lying] == [5, 7]

    def test_a_replaced_collage_is_found_by_its_new_words_only(self, sources: Sources) -> None:
        """Search and product lists follow the write, and so does the picture of the hit."""
        sources.collages.replace_collage(IN_DE, 13, draft("Im Wald", products=(7,)), revision=1)
        assert sources.search.search(IN_DE, "Strand", EVERYTHING).items == ()
        (hit,) = sources.search.search(IN_DE, "Wald", EVERYTHING).items
        assert hit.image_url == "https://images.example/products/7.jpg"
        lying = sources.products.products(IN_DE, EVERYTHING, collage_id=13).items
        assert [product.id for product in lying] == [7]

    @pytest.mark.parametrize("title", TITLES)
    def test_a_title_finds_itself(self, sources: Sources, title: str) -> None:
        """In any script, with whatever signs between the words, and whole, however long it is."""
        added = sources.collages.add_collage(IN_DE, draft(title))
        hits = sources.search.search(IN_DE, title, EVERYTHING).items
        assert [(hit.kind, hit.id, hit.title) for hit in hits] == [("collage", added.id, title)]

    def test_pages_stay_right_while_hits_come_and_go(self, sources: Sources) -> None:
        """What is added before the cursor and what is taken from there moves nothing behind it."""
        ids = [sources.collages.add_collage(IN_DE, draft(f"Käsekuchen {n}")).id for n in range(6)]
        seen = sources.search.search(IN_DE, "käse", PageRequest(limit=3))
        sources.collages.delete_collage(IN_DE, ids[1], revision=1)
        sources.collages.add_collage(IN_DE, draft("Käse"))
        rest = sources.search.search(IN_DE, "käse", PageRequest(limit=100, cursor=seen.next_cursor))
        assert [hit.id for hit in (*seen.items, *rest.items)] == ids

    def test_a_deleted_collage_is_not_found(self, sources: Sources) -> None:
        """Neither by its words nor as a place where products lie."""
        sources.collages.delete_collage(IN_DE, 13, revision=1)
        assert sources.search.search(IN_DE, "Strand", EVERYTHING).items == ()
        assert sources.products.products(IN_DE, EVERYTHING, collage_id=13).items == ()

    def test_a_request_sees_what_it_has_written(self, sources: Sources) -> None:
        """Wherever it looks, though reads may go to a replica that is behind, or be answered from memory."""
        mine = of_one_request()
        added = sources.collages.add_collage(mine, draft("Käsekuchen", products=(5,)))
        assert sources.collages.collage_by_id(mine, added.id) == added
        assert added in sources.collages.collages(mine, EVERYTHING).items
        assert [hit.id for hit in sources.search.search(mine, "Käsekuchen", EVERYTHING).items] == [added.id]
        lying = sources.products.products(mine, EVERYTHING, collage_id=added.id).items
        assert [product.id for product in lying] == [5]

    def test_each_kind_of_write_is_seen_by_its_request(self, sources: Sources) -> None:
        """Those that change and take away as well."""
        mine = of_one_request()
        said = sources.comments.add_comment(mine, 11, comment())
        assert sources.comments.comment_by_id(mine, said.id) == said
        mine = of_one_request()
        assert sources.comments.delete_comment(mine, 21) is True
        assert sources.comments.comment_by_id(mine, 21) is None
        mine = of_one_request()
        assert sources.likes.unlike(mine, 11, 2) is True
        assert sources.likes.likes(mine, 11) == 1
        mine = of_one_request()
        assert sources.likes.like(mine, 11, 2) is True
        assert sources.likes.likes(mine, 11) == 2
        mine = of_one_request()
        sources.collages.delete_collage(mine, 11, revision=1)
        assert sources.collages.collage_by_id(mine, 11) is None

    def test_a_context_made_of_another_sees_what_that_has_written(self, sources: Sources) -> None:
        """A request may look into another market; it stays one request."""
        here = of_one_request()
        elsewhere = msgspec.structs.replace(here, locale=GB)
        added = sources.collages.add_collage(elsewhere, draft())
        sources.collages.delete_collage(here, 11, revision=1)
        assert sources.collages.collage_by_id(elsewhere, added.id) == added
        assert sources.collages.collage_by_id(here, 11) is None
