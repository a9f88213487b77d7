"""Linking: what a value only names by its id becomes a link on its page, with a picture if there is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..exchange import Exchange


def linked(value: Any, x: Exchange[Any, Any, Any], pictures: Mapping[str, str]) -> Any:
    """The value with a link beside each id of a thing that the resource links to, and its picture.

    Args:
        value: as JSON has it. Its own links stay as they are.
        x: whose links are built; `product_id` becomes one if the resource names the endpoint `product`.
        pictures: URLs by the paths of the things that they show.
    """
    if isinstance(value, list):
        return [linked(each, x, pictures) for each in value]
    if not isinstance(value, dict):
        return value
    members = {name: linked(member, x, pictures) for name, member in value.items()}
    found = {name.removesuffix("_id"): _link(name, member, x) for name, member in value.items()}
    links = {name: path for name, path in found.items() if path is not None}
    own = value.get("links", {})
    if not links or not isinstance(own, dict):
        return members
    images = [pictures[path] for path in links.values() if path in pictures]
    return {**members, "links": {**links, **own}, **({"image": images[0]} if images else {})}


def _link(name: str, member: object, x: Exchange[Any, Any, Any]) -> str | None:
    if not name.endswith("_id") or type(member) is not int:
        return None
    try:
        return x.link(name.removesuffix("_id"), **{name: member})
    except LookupError:  # of an endpoint that is not linked, or that wants more than an id
        return None
