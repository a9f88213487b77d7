"""The graph for people: as a picture, in DOT and as Markdown tables."""

from .dot import dot
from .markdown import markdown
from .svg import svg

__all__ = ["dot", "markdown", "svg"]
