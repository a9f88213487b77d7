"""Where the links of a representation lead, said by its type, for the API's description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec
from msgspec.inspect import CollectionType, Metadata, StructType, Type, UnionType

__all__ = ["link_to", "template_to"]

_ENDPOINT, _PARAMETERS = "link_to", "parameters"
_LINKS = "links"
"""The member that holds links, which is no part of their names."""


def link_to(endpoint: str = "", **parameters: str) -> msgspec.Meta:
    """Say of a member of a representation that it is the URL of an endpoint.

    class CommentLinks(Struct):
        author: Annotated[str, link_to("user", user_id="author_id")]

    Args:
        endpoint: the endpoint's name; empty for the one that answers.
        parameters: for a parameter of its path or query, the member with its value, of the object around the links.
            One that the answering endpoint has in its path, too, has the same value there unless it is named.
    """
    return _leads("uri-reference", endpoint, parameters)


def template_to(endpoint: str = "", **parameters: str) -> msgspec.Meta:
    """Say of a member of a representation that it is the URI template of an endpoint (RFC 6570).

    Args:
        endpoint, parameters: as those of `link_to`; the parameters are those that the template has no variable for.
    """
    return _leads("uri-template", endpoint, parameters)


def _leads(format: str, endpoint: str, parameters: Mapping[str, str]) -> msgspec.Meta:
    return msgspec.Meta(
        extra_json_schema={"format": format}, extra={_ENDPOINT: endpoint, _PARAMETERS: parameters}
    )


class Leads(NamedTuple):
    """A link within a representation.

    Attributes:
        name: such as `author`, `next`, or `items.author` for a link of each item.
        endpoint: where it leads; empty for the endpoint that answers.
        parameters: JSON Pointers (RFC 6901) into the representation, by parameter; into the first item of a list.
    """

    name: str
    endpoint: str
    parameters: Mapping[str, str]


def links_in(representation: Any) -> Iterator[Leads]:
    """The links that a type declares with `link_to`, also those within its members."""
    yield from _links(msgspec.inspect.type_info(representation), (), "", ())


def _links(
    info: Type, name: tuple[str, ...], place: str, within: tuple[tuple[type, str], ...]
) -> Iterator[Leads]:
    """The links in a value of a type.

    Args:
        info: the type.
        name: the members that lead to the value.
        place: the JSON Pointer to it.
        within: the classes of the objects around it, each with the pointer to it.
    """
    if isinstance(info, Metadata) and info.extra and _ENDPOINT in info.extra:
        around = within[-2:][0][1]
        parameters = {each: f"{around}/{member}" for each, member in info.extra[_PARAMETERS].items()}
        yield Leads(".".join(name), info.extra[_ENDPOINT], parameters)
    elif isinstance(info, Metadata):
        yield from _links(info.type, name, place, within)
    elif isinstance(info, UnionType):
        for each in info.types:
            yield from _links(each, name, place, within)
    elif isinstance(info, CollectionType):
        yield from _links(info.item_type, name, f"{place}/0", within)
    elif isinstance(info, StructType) and info.cls not in {each for each, _ in within}:
        for field in info.fields:
            inner = name if field.encode_name == _LINKS else (*name, field.encode_name)
            yield from _links(field.type, inner, f"{place}/{field.encode_name}", (*within, (info.cls, place)))
