"""Where the links of a representation lead, said by its type."""

from typing import Annotated

import msgspec

from ogrom.http import link_to, template_to
from ogrom.http.links import Leads, links_in


class AuthorLinks(msgspec.Struct, kw_only=True, rename={"itself": "self"}):
    itself: Annotated[str, link_to("author", author_id="id")]
    books: Annotated[str, link_to("books", author_id="id")] | None


class AuthorTemplates(msgspec.Struct):
    book: Annotated[str, template_to("book", author_id="id")]


class Author(msgspec.Struct):
    id: int
    links: AuthorLinks
    templates: AuthorTemplates
    teacher: "Author | None" = None


class Authors(msgspec.Struct):
    items: tuple[Author, ...]
    next: Annotated[str, link_to()] | None


def test_links_have_the_names_of_their_members() -> None:
    """Their parameters are in the object around them; a type within itself is not read again."""
    assert list(links_in(Author)) == [
        Leads("self", "author", {"author_id": "/id"}),
        Leads("books", "books", {"author_id": "/id"}),
        Leads("templates.book", "book", {"author_id": "/id"}),
    ]


def test_links_of_items_are_those_of_the_first() -> None:
    """No runtime expression of OpenAPI stands for each item."""
    assert [(each.name, each.parameters) for each in links_in(Authors)] == [
        ("items.self", {"author_id": "/items/0/id"}),
        ("items.books", {"author_id": "/items/0/id"}),
        ("items.templates.book", {"author_id": "/items/0/id"}),
        ("next", {}),
    ]


def test_schemas_say_what_kind_of_text_a_link_is() -> None:
    """A URL or a template of URLs (RFC 6570)."""
    _, schemas = msgspec.json.schema_components([Author])
    assert schemas["AuthorLinks"]["properties"]["self"]["format"] == "uri-reference"
    assert schemas["AuthorTemplates"]["properties"]["book"]["format"] == "uri-template"
