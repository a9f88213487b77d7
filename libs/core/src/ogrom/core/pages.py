"""Pages for browsers: what they show besides a value, such as the pictures of a collage at their places."""

from collections.abc import Mapping
from typing import Any, Final, Protocol, runtime_checkable

from ogrom.http import CSV, JSON, MESSAGEPACK
from ogrom.http.html import CANVAS_SIZE, Piece, html_renderer
from ogrom.http.html.urls import is_link, is_picture
from ogrom.http.response import ResponseInfo

_PLACE: Final = ("x", "y", "width", "height")


@runtime_checkable
class Pictured(Protocol):
    """A resource whose page shows pictures that its value does not have."""

    def pictures(self, x: Any, /) -> Mapping[str, str]:
        """The URLs of pictures by the paths of what they show."""
        ...


def with_pictures(value: Any, info: ResponseInfo) -> Any:
    """The value with an `image` in each object that links to something whose picture the resource knows."""
    if not isinstance(info.resource, Pictured):
        return value
    return _with_images(value, info.resource.pictures(info.exchange))


def _with_images(value: Any, pictures: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_with_images(each, pictures) for each in value]
    if not isinstance(value, dict):
        return value
    members = {name: _with_images(member, pictures) for name, member in value.items()}
    links = value.get("links")
    paths = links.values() if isinstance(links, dict) else ()
    images = [pictures[path] for path in paths if isinstance(path, str) and path in pictures]
    return {**members, "image": images[0]} if images else members


def pieces(objects: list[dict[str, Any]]) -> tuple[Piece, ...]:
    """The objects that have a picture as pieces of a canvas, the lowest first; none unless each has a place.

    Args:
        objects: with `x`, `y`, `width` and `height` from 0 to 1, and `image`; perhaps with `rotation` in degrees
            clockwise, and `z`, which is higher the further in front it lies.
    """
    if not all(_is_fraction(each.get(name)) for each in objects for name in _PLACE):
        return ()
    visible = (each for each in objects if _has_picture(each))
    return tuple(map(_piece, sorted(visible, key=lambda each: _number(each, "z"))))


def _is_fraction(number: object) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and 0 <= number <= 1


def _has_picture(placed: Mapping[str, Any]) -> bool:
    image = placed.get("image")
    return isinstance(image, str) and is_picture("image", image)


def _piece(placed: Mapping[str, Any]) -> Piece:
    x, y, width, height = (round(CANVAS_SIZE * placed[name], 1) for name in _PLACE)
    degrees = _number(placed, "rotation")
    turn = f"rotate({degrees} {round(x + width / 2, 1)} {round(y + height / 2, 1)})" if degrees else ""
    links = placed.get("links")
    href = next(iter(links.values()), "") if isinstance(links, dict) else ""
    href = href if isinstance(href, str) and is_link(href) else ""
    return Piece(placed["image"], href, x, y, width, height, turn)


def _number(placed: Mapping[str, Any], name: str) -> float:
    number = placed.get(name)
    return number if isinstance(number, int | float) else 0.0


HTML: Final = html_renderer(enrich=with_pictures, draw=pieces)
RENDERERS: Final = (JSON, MESSAGEPACK, HTML)
"""The representations of every resource, and of every problem."""

LIST_RENDERERS: Final = (*RENDERERS, CSV)
"""The representations of a list."""
