"""Pages: a value, and the very request that it answers, for people with a browser.

class Product(Resource):
renderers = (JSON, MESSAGEPACK, HTML)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from ..renderers import DEFAULT_RENDERERS, Rendered, Renderer
from ..response import ResponseInfo

__all__ = ["BROWSABLE_RENDERERS", "CANVAS_SIZE", "HTML", "Piece", "html_renderer"]

MEDIA_TYPE: Final = "text/html; charset=utf-8"

CANVAS_SIZE: Final = 1000
"""How many units a canvas is wide and high."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A picture on a canvas, in the canvas's units; `turn` is an SVG transform, empty for none."""

    src: str
    href: str
    x: float
    y: float
    width: float
    height: float
    turn: str


class Element(msgspec.Struct, frozen=True):
    """Something that a page shows."""

    @property
    def kind(self) -> str:
        """What the templates know it by."""
        return type(self).__name__.lower()


Enrich = Callable[[Any, ResponseInfo], Any]
Draw = Callable[[list[dict[str, Any]]], tuple[Piece, ...]]


def _as_it_is(value: Any, info: ResponseInfo) -> Any:
    return value


def _nothing(objects: list[dict[str, Any]]) -> tuple[Piece, ...]:
    return ()


def html_renderer(*, enrich: Enrich = _as_it_is, draw: Draw = _nothing) -> Renderer:
    """A renderer of pages.

    Args:
        enrich: adds to a value, as JSON has it, what only its page shows.
        draw: gives the pieces of a list of objects that is shown as a canvas; none for a list shown as a table.
    """

    # Jinja2 and the templates are heavy, and most processes never show a page.
    def render(value: object) -> bytes:
        from .pages import page

        return page(value, None, enrich, draw)

    def render_response(value: object, info: ResponseInfo) -> Rendered:
        from .pages import HEADERS, page

        return Rendered(page(value, info, enrich, draw), HEADERS)

    return Renderer(MEDIA_TYPE, render, problem_type=MEDIA_TYPE, render_response=render_response)


WRITTEN: Final = Renderer(MEDIA_TYPE, lambda page: str(page).encode())
"""Sends a page that the handler has written."""

HTML: Final = html_renderer()
BROWSABLE_RENDERERS: Final = (*DEFAULT_RENDERERS, HTML)
"""The default representations, and pages for browsers."""
